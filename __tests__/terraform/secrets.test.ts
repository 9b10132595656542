import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runPreview } from "../../cli/preview";
import { type StandIns, startStandIns } from "../../terraform/standins";
import { fakePsql, PROJECT, run, TFVARS, Workbench } from "../support/project";

jest.setTimeout(60_000);

const PLANTED = "Pl4nted-In-Vault!";

describe.each(["existing", "standard"])("a password in Vault, with the profile %s", (profile) => {
  let standIns: StandIns;
  let project: Workbench;
  let psqlLog: string;
  const printed: string[] = [];

  beforeAll(async () => {
    standIns = await startStandIns({ vaultSecrets: { "secret/rds": { username: "dbadmin", password: PLANTED } } });
    const tools = new Workbench();
    const psql = fakePsql(tools.folder);
    psqlLog = psql.log;
    project = new Workbench({ ...standIns.env, PATH: psql.path });
    printed.push(project.synth({ profile }).output);
    for (const words of [
      ["init", "-input=false"],
      ["plan", "-input=false", "-out=test.tfplan", `-var-file=${TFVARS}`],
      ["show", "test.tfplan"],
      ["apply", "-input=false", "test.tfplan"],
      ["output"],
      ["show"],
    ]) {
      printed.push(project.terraformOk(...words));
    }
  });

  afterAll(async () => {
    project.remove();
    await standIns.stop();
  });

  it("fails if it isn't where it has to be: in the state, and in the environment of psql", () => {
    expect(readFileSync(project.state, "utf8")).toContain(PLANTED);
    expect(readFileSync(psqlLog, "utf8")).toContain(`PGPASSWORD=${PLANTED}`);
  });

  it("fails if it is in a synthesized file", () => {
    expect(
      run("grep", ["-r", "--exclude-dir=.terraform", "--exclude=*.tfplan", "-l", PLANTED, project.outdir]).stdout,
    ).toBe("");
  });

  it("fails if Terraform prints it, or psql gets it as an argument", () => {
    expect(printed.join("\n")).not.toContain(PLANTED);
    const commands = readFileSync(psqlLog, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("argv:"));
    expect(commands.length).toBeGreaterThan(1);
    expect(commands.join("\n")).not.toContain(PLANTED);
  });

  it("fails if a preview against the state with it prints it, as text or as JSON", async () => {
    const state = join(project.folder, "brought-along.tfstate");
    copyFileSync(project.state, state);
    for (const format of [[], ["--json"]]) {
      let output = "";
      const stream = { write: (text: string) => (output += text) };
      const words = ["--profile", profile, "--state", state, "--var-file", TFVARS, ...format];
      expect(await runPreview(words, { stdout: stream, stderr: stream })).toBe(0);
      expect(output).toMatch(/No changes|"changes": \[\]/);
      expect(output).not.toContain(PLANTED);
    }
  });
});

describe("credentials in this project's own files", () => {
  it("fails if a file that is committed holds a password other than the reference's made-up one", () => {
    const files = run("git", ["grep", "-lIE", '(password|secret|token)"?[:=] ?["\'][A-Za-z0-9!@#$%^&*-]{8,}'], {
      cwd: PROJECT,
    });
    const known = /^(__tests__\/|terraform\/standins\/index\.ts|README\.md|package-lock\.json)/;
    expect(files.stdout.split("\n").filter((file) => file !== "" && !known.test(file))).toEqual([]);
  });

  it("fails if a literal password in the settings is taken, or repeated in the message", () => {
    const bench = new Workbench();
    const file = join(bench.folder, "context.json");
    writeFileSync(file, JSON.stringify({ settings: { source: { extra: { "database.password": PLANTED } } } }));
    const synth = bench.synth(JSON.parse(readFileSync(file, "utf8")) as object);
    bench.remove();
    expect(synth.exitCode).toBe(1);
    expect(synth.output).not.toContain(PLANTED);
  });
});
