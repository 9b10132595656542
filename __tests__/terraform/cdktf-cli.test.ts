import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOutputs } from "../../local/reading/outputs";
import { type StandIns, startStandIns } from "../../terraform/standins";
import { copyProject, fakePsql, Run, run } from "../support/project";

jest.setTimeout(120_000);

describe("the cdktf CLI in the project's folder", () => {
  let standIns: StandIns;
  let project: string;

  beforeAll(async () => {
    standIns = await startStandIns();
    project = copyProject();
  });

  afterAll(async () => {
    rmSync(project, { recursive: true, force: true });
    await standIns.stop();
  });

  function cdktf(...words: string[]): Run {
    const home = join(project, ".home");
    // The stand-ins are no registry of providers, and so there is nothing to lock.
    const offline = words[0] === "synth" ? [] : ["--skip-provider-lock"];
    return run(join(project, "node_modules", ".bin", "cdktf"), [...words, ...offline], {
      cwd: project,
      env: { ...standIns.env, PATH: fakePsql(join(project, ".tools")).path, CI: "1", HOME: home, CDKTF_HOME: home },
    });
  }

  function context(values: object): void {
    const file = join(project, "cdktf.json");
    const json = JSON.parse(readFileSync(file, "utf8")) as object;
    writeFileSync(file, JSON.stringify({ ...json, context: values }));
  }

  it("fails if the context of cdktf.json doesn't choose the profile, or a defect isn't shown", () => {
    context({ profile: "existing" });
    const synth = cdktf("synth");
    expect(synth).toMatchObject({ exitCode: 0 });
    expect(synth.output).toContain("first-delete-stops-sink");
    const database = readFileSync(join(project, "cdktf.out/stacks/cdc/modules/source_db/cdk.tf.json"), "utf8");
    expect(database).toContain('"engine_version": "17.2"');
  });

  it("fails if a wrong setting isn't told in the CLI's output, or writes anything", () => {
    const before = readFileSync(join(project, "cdktf.out/manifest.json"), "utf8");
    context({ profile: "standard", settings: { cluster: { numberOfBrokerNodes: 4 } } });
    const synth = cdktf("synth");
    expect(synth.exitCode).not.toBe(0);
    expect(synth.output).toContain("cluster.numberOfBrokerNodes: got 4");
    expect(readFileSync(join(project, "cdktf.out/manifest.json"), "utf8")).toBe(before);
  });

  it("fails if deploy and destroy don't work from end to end", () => {
    context({ profile: "standard" });
    copyFileSync(join(project, "terraform.tfvars.example"), join(project, "terraform.tfvars"));
    const deploy = cdktf("deploy", "cdc", "--auto-approve", "--outputs-file", "outputs.json");
    expect(deploy).toMatchObject({ exitCode: 0 });
    expect(deploy.output).toContain("destination_bucket = cdcdestinationbucket-");
    expect(existsSync(join(project, "terraform.cdc.tfstate"))).toBe(true);
    expect(readOutputs(join(project, "outputs.json")).destinationBucket).toMatch(/^cdcdestinationbucket-/);
    expect(readdirSync(join(project, "cdktf.out/stacks/cdc")).filter((name) => name.includes("tfstate"))).toEqual([]);
    // The links beside the stack have to outlive the CLI's cleaning of cdktf.out/stacks.
    expect(readdirSync(join(project, "cdktf.out/stacks")).sort()).toEqual(["cdc", "connectors"]);

    const destroy = cdktf("destroy", "cdc", "--auto-approve", "--var-file", "environments/dev.tfvars");
    expect(destroy).toMatchObject({ exitCode: 0 });
    expect(destroy.output).toContain("Destroy complete!");
  });
});
