import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Aws } from "../../operations/aws";

/** A change of one level of an answer. */
type Changes = Readonly<Record<string, unknown>>;

/**
 * What the emulator lacks, as AWS answers it: MSK's clusters and topics, MSK Connect, and IAM's SimulatePrincipalPolicy. For all
 * else of IAM it hands requests on to the emulator.
 */
export class MskStandIn {
  /** Path → answer; what isn't here isn't found. */
  public readonly answers = new Map<string, Changes>();
  public endpoint = "";
  private readonly server: Server;

  public constructor(
    private readonly emulator: string,
    private readonly aws: () => Aws,
  ) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
  }

  public async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.endpoint = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Changes an answer; what is given back changes it back. */
  public change(path: string, changes: Changes): () => void {
    const before = this.answers.get(path);
    if (before === undefined) throw new Error(`no such answer: ${path}`);
    this.answers.set(path, { ...before, ...changes });
    return () => void this.answers.set(path, before);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    if (request.url === "/") return this.answerIam(request, new URLSearchParams(body), response);
    const [path = ""] = (request.url ?? "").split("?");
    const known = this.answers.get(path);
    response.writeHead(known ? 200 : 404, {
      "content-type": "application/json",
      ...(known ? {} : { "x-amzn-errortype": "NotFoundException" }),
    });
    response.end(JSON.stringify(known ?? { message: `no such: ${decodeURIComponent(path)}` }));
  }

  private async answerIam(request: IncomingMessage, form: URLSearchParams, response: ServerResponse): Promise<void> {
    if (form.get("Action") !== "SimulatePrincipalPolicy") {
      const headers = {
        "content-type": "application/x-www-form-urlencoded",
        authorization: String(request.headers.authorization),
      };
      const answer = await fetch(this.emulator, { method: "POST", headers, body: form.toString() });
      response.writeHead(answer.status, { "content-type": "text/xml" }).end(await answer.text());
      return;
    }
    const of = (name: string): string[] =>
      [...form].filter(([key]) => key.startsWith(`${name}.member.`)).map(([, value]) => value);
    const allowed = await this.statements(form.get("PolicySourceArn")?.split("/").at(-1) ?? "");
    const [resource = "*"] = of("ResourceArns");
    const results = of("ActionNames").map((action) => {
      const decision = allowed.some((statement) => statement(action, resource)) ? "allowed" : "implicitDeny";
      return `<member><EvalActionName>${action}</EvalActionName><EvalResourceName>${resource}</EvalResourceName><EvalDecision>${decision}</EvalDecision></member>`;
    });
    const result = `<SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>${results.join("")}</EvaluationResults></SimulatePrincipalPolicyResult>`;
    response.writeHead(200, { "content-type": "text/xml" });
    response.end(
      `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${result}</SimulatePrincipalPolicyResponse>`,
    );
  }

  /** What a role's policies allow. They are this project's: no conditions, nothing denied. */
  private async statements(RoleName: string): Promise<((action: string, resource: string) => boolean)[]> {
    const iam = await this.aws().iam();
    const { AttachedPolicies: attached = [] } = await iam.listAttachedRolePolicies({ RoleName });
    const documents = await Promise.all(
      attached.map(async ({ PolicyArn }) => {
        const { PolicyVersion: version } = await iam.getPolicyVersion({ PolicyArn, VersionId: "v1" });
        return JSON.parse(decodeURIComponent(version?.Document ?? "")) as {
          Statement: { Action: string[]; Resource: string[] }[];
        };
      }),
    );
    return documents
      .flatMap(({ Statement }) => Statement)
      .map(
        ({ Action, Resource }) =>
          (action, resource) =>
            Action.includes(action) && Resource.some((pattern) => like(pattern, resource)),
      );
  }
}

function like(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}
