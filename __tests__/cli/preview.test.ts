import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPreview } from "../../cli/preview";
import type { PlanSummary } from "../../terraform/plan";
import { PROJECT, run } from "../support/project";

jest.setTimeout(60_000);

const STATE = join(PROJECT, "__tests__", "fixtures", "reference", "existing.tfstate");

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function preview(...words: string[]): Promise<Result> {
  let [stdout, stderr] = ["", ""];
  const code = await runPreview(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

describe("npm run preview", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "cdc-preview-test-"));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("fails if the summary isn't first, the plan second, and the progress elsewhere", async () => {
    const { code, stdout, stderr } = await preview();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Preview: 62 to create\.\n/);
    expect(stdout).toMatch(/\nmodule\.msk_cluster \(2\)\n {2}to create {2}aws_msk_cluster\.cluster\n/);
    expect(stdout.indexOf("Terraform will perform the following actions")).toBeGreaterThan(
      stdout.indexOf("module.vpc"),
    );
    expect(stdout.trimEnd()).toMatch(/Preview: 62 to create\.$/);
    for (const step of ["synthesizing", "terraform init", "terraform plan"]) expect(stderr).toContain(step);
  });

  it("fails if there are colours where there is no terminal", async () => {
    const { stdout, stderr } = await preview("--profile", "existing");
    expect(stdout + stderr).not.toMatch(/\x1b\[/);
  });

  it("fails if what an existing state loses isn't named with its reason", async () => {
    const { stdout } = await preview("--state", STATE);
    expect(stdout).toMatch(
      /to replace: module\.debezium_postgres_connector\.aws_mskconnect_connector\.this \(because of kafkaconnect_version, log_delivery, worker_configuration\)\n/,
    );
    expect(stdout).toMatch(
      /Dangers, as npm run guard names them:\n(?: {2}.+\n)* {2}source-snapshots-again module\.debezium_postgres_connector\./,
    );
    expect(stdout).toMatch(/to change {2}aws_db_instance\.db .*identifier/);
  });

  it("fails if existing isn't without changes over the existing state", async () => {
    const { stdout } = await preview("--state", STATE, "--profile", "existing");
    expect(stdout).toMatch(/^No changes, 5 new or changed outputs aside\.\n/);
  });

  it("fails if the JSON isn't the summary, or holds values", async () => {
    const { stdout } = await preview("--json", "--state", STATE);
    const { summary, warnings, dangers } = JSON.parse(stdout) as {
      summary: PlanSummary;
      warnings: string[];
      dangers: { code: string }[];
    };
    expect(dangers.map(({ code }) => code)).toContain("source-snapshots-again");
    expect(warnings).toContainEqual(expect.stringContaining("database-open"));
    expect(summary.changes.filter(({ action }) => action === "replace").map(({ type }) => type)).toEqual([
      "aws_mskconnect_connector",
      "aws_mskconnect_connector",
    ]);
    expect(stdout).not.toContain("Sup3rSecret!");
  });

  it("fails if a state that a newer provider wrote is refused", async () => {
    const state = JSON.parse(readFileSync(STATE, "utf8")) as {
      resources: { instances: { schema_version: number; attributes: object }[] }[];
    };
    for (const { instances } of state.resources) {
      for (const instance of instances)
        Object.assign(instance, { schema_version: 2, attributes: { ...instance.attributes, younger: "x" } });
    }
    const file = join(folder, "newer.tfstate");
    writeFileSync(file, JSON.stringify(state));
    expect(await preview("--state", file, "--profile", "existing")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^No changes/) as string,
    });
  });

  it("fails if it leaves something behind, in the project or in the temporary folder", () => {
    const temporary = mkdtempSync(join(folder, "tmp-"));
    const before = readdirSync(PROJECT);
    const result = run("npm", ["run", "--silent", "preview", "--", "--profile", "existing"], {
      env: { TMPDIR: temporary },
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Preview: 53 to create\./) as string });
    // tsx keeps its own cache of transformed files there.
    expect(readdirSync(temporary).filter((name) => !name.startsWith("tsx-"))).toEqual([]);
    expect(readdirSync(PROJECT)).toEqual(before);
  });
});

describe("npm run preview with wrong input", () => {
  const file = join(mkdtempSync(join(tmpdir(), "cdc-preview-test-")), "wrong");

  afterAll(() => rmSync(join(file, ".."), { recursive: true, force: true }));

  it.each<[name: string, words: string[], code: number, says: string[]]>([
    ["an option that isn't there", ["--stat", "x"], 2, ["unknown option '--stat'"]],
    ["an argument too many", ["standard"], 2, ["too many arguments"]],
    ["an option without its value", ["--profile"], 2, ["argument missing"]],
    [
      "a profile that isn't there",
      ["--profile", "prod"],
      1,
      ['got "prod"', "existing, standard, production, development"],
    ],
    ["a state that isn't there", ["--state", "no.tfstate"], 1, ["no.tfstate", "ENOENT", "terraform state pull"]],
    ["a state that is no JSON", ["--state", file], 1, ["not a Terraform state of version 4"]],
    ["a variable file that isn't there", ["--var-file", "no.tfvars"], 1, ["no.tfvars", "does not exist"]],
  ])("fails if %s isn't refused in words", async (_name, words, code, says) => {
    writeFileSync(file, "no state");
    const result = await preview(...words);
    expect(result.code).toBe(code);
    for (const text of says) expect(result.stderr).toContain(text);
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect(result.stdout).toBe("");
  });

  it("fails if a missing terraform isn't named, with where to get it", async () => {
    const path = process.env.PATH;
    process.env.PATH = join(file, "..");
    try {
      const { code, stderr } = await preview();
      expect(code).toBe(1);
      expect(stderr).toContain("install Terraform");
    } finally {
      process.env.PATH = path;
    }
  });

  it("fails if --help doesn't explain itself with exit code 0", async () => {
    const { code, stdout } = await preview("--help");
    expect(code).toBe(0);
    for (const text of ["--profile", "--state", "--var-file", "--json", "Examples:", "Exit codes:"])
      expect(stdout).toContain(text);
  });
});
