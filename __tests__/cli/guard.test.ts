import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { runGuard } from "../../cli/guard";
import { kinds } from "../../guard/findings";
import type { PlanJson } from "../../terraform/plan";
import { BUCKET, CLUSTER, configured, DB, destroy, planOf, replace, SETUP, SOURCE, update } from "../guard/plans";
import { run } from "../support/project";

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cdc-guard-test-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function guardInput(input: string, ...words: string[]): Promise<Result> {
  let [stdout, stderr] = ["", ""];
  const output = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
  };
  const code = await runGuard(words, output, Readable.from([Buffer.from(input)]));
  return { code, stdout, stderr };
}

const guard = (...words: string[]): Promise<Result> => guardInput("", ...words);

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function planFile(plan: PlanJson): string {
  return file("plan.json", text(plan));
}

function text(plan: PlanJson): string {
  return JSON.stringify({ format_version: "1.2", terraform_version: "1.11.4", ...plan });
}

const dangerous = planOf(
  destroy(BUCKET, { force_destroy: true }),
  update(CLUSTER, { number_of_broker_nodes: 2 }),
  replace(SOURCE, { description: "b" }),
);
const emptied = `bucket-emptied:${BUCKET}`;

describe("npm run guard", () => {
  it("fails if a danger isn't told with its address, reason, remedy and allowance, or is exit code 0", async () => {
    const { code, stdout, stderr } = await guard(planFile(dangerous));
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^Data is lost \(1\)\n\n {2}bucket-emptied module\.destination_bucket\.aws_s3_bucket\.bucket\n/,
    );
    expect(stdout).toMatch(/^ {4}what {3}The bucket is destroyed, and all objects in it are deleted first/m);
    expect(stdout).toMatch(/^ {4}why {4}it is no longer configured$/m);
    expect(stdout).toMatch(/^ {4}do {5}Keep it configured under its name\./m);
    expect(stdout).toContain(`    allow  --allow ${emptied}\n`);
    expect(stdout.indexOf("Data is lost")).toBeLessThan(stdout.indexOf("The pipeline stops"));
    expect(stdout).toMatch(/\n3 dangers in 3 changes: don't apply this plan\. .*\n$/);
    expect(stdout + stderr).not.toMatch(/\x1b\[/);
  });

  it("fails if what is allowed, by name or by name and address, still is exit code 1", async () => {
    const plan = planFile(dangerous);
    const two = ["--allow", emptied, "--allow", "brokers-removed"];
    expect(await guard(plan, ...two)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^1 danger in 3 changes/m) as string,
    });
    const { code, stdout } = await guard(plan, ...two, "--allow", "source-replaced");
    expect(code).toBe(0);
    expect(stdout).toContain(`allowed: bucket-emptied at ${BUCKET}\n`);
    expect(stdout).toMatch(/\nNothing dangerous in 3 changes, 3 allowed aside\. Apply exactly this plan\.\n$/);
  });

  it("fails if a danger is allowed at another address, or the useless allowance isn't told", async () => {
    const other = "bucket-emptied:module.plugins_bucket.aws_s3_bucket.bucket";
    const { code, stdout } = await guard(planFile(planOf(destroy(BUCKET, { force_destroy: true }))), "--allow", other);
    expect(code).toBe(1);
    expect(stdout).toContain(`allowed and not in this plan: ${other}\n`);
  });

  it("fails if an address that a shell would take apart isn't quoted", async () => {
    const address = 'module.x["a"].aws_s3_bucket.bucket[0]';
    const { stdout } = await guard(planFile(planOf(destroy(address))));
    expect(stdout).toContain(`--allow 'bucket-destroyed:${address}'\n`);
    expect(await guard(planFile(planOf(destroy(address))), "--allow", `bucket-destroyed:${address}`)).toMatchObject({
      code: 0,
    });
  });

  it("fails if a harmless or an empty plan isn't exit code 0", async () => {
    expect(await guard(planFile(planOf(update(DB, { tags: { a: "b" } }))))).toMatchObject({
      code: 0,
      stdout: "Nothing dangerous in 1 change. Apply exactly this plan.\n",
    });
    expect(await guard(planFile({ resource_changes: [] }))).toMatchObject({
      code: 0,
      stdout: "Nothing dangerous in no changes. Apply exactly this plan.\n",
    });
  });

  it("fails if stdin isn't read, or a partial plan isn't told", async () => {
    const { code, stdout, stderr } = await guardInput(text({ ...dangerous, complete: false }), "-");
    expect(code).toBe(1);
    expect(stdout).toContain("3 dangers in 3 changes");
    expect(stderr).toContain("the plan leaves a part out");
  });

  it("fails if the JSON lacks what a script needs", async () => {
    const { code, stdout } = await guard(
      planFile(dangerous),
      "--json",
      "--allow",
      "brokers-removed",
      "--allow",
      "forgotten",
    );
    expect(code).toBe(1);
    const answer = JSON.parse(stdout) as {
      dangers: object[];
      allowed: { code: string }[];
      unused: string[];
      changes: number;
    };
    expect(answer.changes).toBe(3);
    expect(answer.dangers).toHaveLength(2);
    expect(answer.dangers[0]).toEqual({
      code: "bucket-emptied",
      address: BUCKET,
      harm: "data",
      what: expect.stringContaining("all objects") as string,
      why: "it is no longer configured",
      remedy: expect.stringContaining("Keep it") as string,
      allow: emptied,
    });
    expect(answer.allowed.map(({ code: name }) => name)).toEqual(["brokers-removed"]);
    expect(answer.unused).toEqual(["forgotten"]);
  });

  it.each(["--json", undefined])("fails if a secret of the plan is printed (%s)", async (json) => {
    const secret = "p1anted-5ecret";
    const marked = [
      replace(DB, { username: secret, password: secret, identifier: secret }),
      update(SOURCE, configured(SOURCE, { "slot.name": secret, "topic.prefix": secret, "table.include.list": secret })),
      replace(SETUP, { triggers: { db_endpoint: secret } }),
    ].map((resource) => ({
      ...resource,
      change: { ...resource.change, after_sensitive: true, before_sensitive: true },
    }));
    const { code, stdout, stderr } = await guard(planFile(planOf(...marked)), ...(json ? [json] : []));
    expect(code).toBe(1);
    expect(stdout).toContain("a secret");
    expect(stdout).toContain("slot-changed");
    expect(stdout + stderr).not.toContain(secret);
  });

  it("fails if npm run doesn't hand on the exit code", () => {
    const result = run("npm", ["run", "--silent", "guard", "--", planFile(dangerous)]);
    expect(result).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("3 dangers") as string });
  });
});

describe("npm run guard with wrong input", () => {
  const content = (name: string, text: string) => () => file(name, text);
  const planted = "p1anted-5ecret";

  it.each<[name: string, plan: () => string, words: string[], says: string[]]>([
    ["an option that isn't there", () => "-", ["--alow", "x"], ["unknown option '--alow'"]],
    ["two plans", () => "-", ["b"], ["too many arguments"]],
    ["an allowance without its name", () => "-", ["--allow"], ["argument missing"]],
    [
      "a name that isn't there",
      () => "-",
      ["--allow", "bucket-emtied"],
      ['got "bucket-emtied"', "bucket-emptied, ", "database-replaced"],
    ],
    ["an address instead of a name", () => "-", ["--allow", DB], [`got "${DB}"`, "<name>:<address>"]],
    [
      "two wrong names at once",
      () => "-",
      ["--allow", "a", "--allow", "b:c"],
      ["2 problems in --allow", '"a"', '"b:c"'],
    ],
    ["values beside a plan", () => "-", ["--var-file", "a.tfvars"], ['got "a.tfvars"', "made with its values"]],
    ["a file that isn't there", () => "no.tfplan", [], ["no.tfplan", "ENOENT", "terraform plan -out=tfplan"]],
    ["a folder", () => folder, [], ["EISDIR"]],
    ["an empty file", content("empty", ""), [], ["an empty file"]],
    ["nothing on stdin", () => "-", [], ["stdin", "an empty file"]],
    [
      "a plan as text",
      content("plan.txt", `Terraform will perform the following actions:\n ${planted}`),
      [],
      ["a plan as text, for people"],
    ],
    ["something else", content("else.txt", planted), [], ["isn't a JSON object"]],
    ["JSON that is no object", content("list.json", `["${planted}"]`), [], ["isn't a JSON object"]],
    ["JSON that is no plan", content("other.json", `{"a":"${planted}"}`), [], ["JSON that isn't a plan"]],
    [
      "a log",
      content("log.json", `{"@level":"info"}\n{"@level":"info","a":"${planted}"}\n`),
      [],
      ["the log of terraform plan -json"],
    ],
    ["a state file", content("a.tfstate", `{"version":4,"serial":1,"terraform_version":"1.9"}`), [], ["a state"]],
    ["a shown state", content("state.json", `{"format_version":"1.0","values":{"a":"${planted}"}}`), [], ["a state"]],
    [
      "a plan of a later format",
      content("2.json", `{"format_version":"2.0","resource_changes":[]}`),
      [],
      ["format", "2.0"],
    ],
    [
      "a plan that failed",
      content("failed.json", `{"format_version":"1.2","errored":true,"resource_changes":[]}`),
      [],
      ["failed half-way"],
    ],
    [
      "a stack that isn't there",
      content("a.tfplan", "PK\x03\x04"),
      ["--stack", "/nowhere"],
      ["/nowhere", "npm run synth"],
    ],
  ])("fails if %s isn't refused in words, with exit code 2", async (_name, plan, words, says) => {
    const result = await guard(plan(), ...words);
    expect(result.code).toBe(2);
    for (const text of says) expect(result.stderr).toContain(text);
    expect(result.stderr).not.toContain(planted);
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect(result.stdout).toBe("");
  });

  it("fails if --help doesn't explain itself, Terraform Cloud and every name, with exit code 0", async () => {
    const { code, stdout } = await guard("--help");
    expect(code).toBe(0);
    for (const text of [
      "--allow",
      "--stack",
      "--var-file",
      "--json",
      "Examples:",
      "In CI",
      "plan/json-output",
      "Exit codes:",
    ])
      expect(stdout).toContain(text);
    for (const name of kinds.keys()) expect(stdout).toContain(`    ${name}\n`.trimEnd());
  });
});
