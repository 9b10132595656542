import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HOST } from "../reading/pipeline";

/** An object that S3 said is complete. */
export interface Completion {
  readonly key: string;
  /** When the answer came, in milliseconds of the clock: from then on anybody can read it. */
  readonly at: number;
}

/** What S3 answers when it can't do what it was asked: code → status (Amazon S3 API reference, error responses). */
const REFUSALS = { SlowDown: 503, InternalError: 500 } as const;

/**
 * Stands between the sink and the S3 server: it sees when each object is complete, without asking all the time, and it can answer
 * in the server's place.
 */
export class StoreProxy {
  public readonly completions: Completion[] = [];
  /** Requests that change something, which S3 charges at the same price: PUT, POST. */
  public writeRequests = 0;
  private refusal: keyof typeof REFUSALS | undefined;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server: Server;

  private constructor(private readonly target: number) {
    this.server = createServer((incoming, outgoing) => this.handle(incoming, outgoing));
  }

  /** @param target port of the server, which may be started later */
  public static async listen(target: number): Promise<StoreProxy> {
    const proxy = new StoreProxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, HOST, resolve));
    return proxy;
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
    this.agent.destroy();
  }

  /** From now on answers with an error instead of asking the server. */
  public refuse(code: keyof typeof REFUSALS): void {
    this.refusal = code;
  }

  /** From now on asks the server again. */
  public serve(): void {
    this.refusal = undefined;
  }

  private handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, url = "/", headers } = incoming;
    if (method === "PUT" || method === "POST") this.writeRequests++;
    if (this.refusal !== undefined) {
      const answer = `<Error><Code>${this.refusal}</Code></Error>`;
      outgoing.writeHead(REFUSALS[this.refusal], { "content-type": "application/xml" });
      incoming.resume().once("end", () => outgoing.end(answer));
      return;
    }
    const onward = request(
      { host: HOST, port: this.target, method, path: url, headers, agent: this.agent },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.once("error", () => outgoing.destroy());
        answer.once("end", () => {
          const body = Buffer.concat(chunks);
          // An upload can fail behind a status 200 (Amazon S3 API reference, CompleteMultipartUpload).
          if (answer.statusCode === 200 && !body.includes("<Error>")) this.note(method, url);
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(body);
        });
      },
    );
    // A server that is gone: the sink sees what it would see without a proxy, a connection that ends.
    onward.once("error", () => outgoing.destroy());
    incoming.pipe(onward);
  }

  private note(method: string | undefined, url: string): void {
    const { pathname, searchParams } = new URL(url, "http://store");
    const single = method === "PUT" && !searchParams.has("partNumber");
    const multipart = method === "POST" && searchParams.has("uploadId");
    // The path is /<bucket>/<key>.
    const key = decodeURIComponent(pathname.split("/").slice(2).join("/"));
    if ((single || multipart) && key !== "") this.completions.push({ key, at: Date.now() });
  }
}
