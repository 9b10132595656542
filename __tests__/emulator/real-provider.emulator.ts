import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type StandIns, startStandIns } from "../../terraform/standins";
import { CREDENTIALS, Moto } from "../support/moto";
import { changes, fakePsql, PROJECT, TFVARS, Workbench } from "../support/project";
import { adapt, isCovered } from "./coverage";

// The provider itself waits: 90 seconds for a database, 15 for each VPC, subnet and key.
jest.setTimeout(480_000);

const AWS = "registry.terraform.io/hashicorp/aws";

const mirror = process.env.AWS_PROVIDER_MIRROR;
if (!mirror) {
  throw new Error(
    "AWS_PROVIDER_MIRROR isn't set: name a folder with the provider hashicorp/aws, as `terraform providers mirror` fills it",
  );
}

describe.each(["standard", "production"])("the profile %s with the real AWS provider", (profile) => {
  const tools = new Workbench();
  let standIns: StandIns;
  let moto: Moto;
  let bench: Workbench;

  beforeAll(async () => {
    // The emulator knows AWS's own policies only if told to: the role of RDS's monitoring has one.
    const settings = { MOTO_IAM_LOAD_MANAGED_POLICIES: "true" };
    [standIns, moto] = await Promise.all([startStandIns(), Moto.start(settings)]);
    bench = new Workbench({
      ...withRealAws(standIns.env, tools.folder),
      ...CREDENTIALS,
      AWS_ENDPOINT_URL: moto.endpoint,
      PATH: fakePsql(tools.folder).path,
    });
  });

  afterAll(async () => {
    [tools, bench].forEach((folder) => folder.remove());
    moto.stop();
    await standIns.stop();
  });

  it("fails if anything that the emulator covers isn't applied", () => {
    expect(bench.synth({ profile })).toMatchObject({ exitCode: 0 });
    adapt(bench.stack);
    bench.terraformOk("init", "-input=false", "-no-color");
    bench.terraformOk("apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=20", `-var-file=${TFVARS}`);
    const addresses = readFileSync(join(PROJECT, "__tests__/fixtures/addresses", `${profile}.txt`), "utf8");
    const applied = lines(bench.terraformOk("state", "list")).filter((address) => !/(^|\.)data\./.test(address));
    expect(applied.sort()).toEqual(lines(addresses).filter(isCovered).sort());
  });

  it("fails if it would change anything when it is applied again", () => {
    const again = bench.planJson(`-var-file=${TFVARS}`);
    expect(changes(again)).toEqual({});
    expect(Object.values(again.output_changes).filter(({ actions }) => actions.join() !== "no-op")).toEqual([]);
  });
});

/** Of the stand-in providers all but AWS's, which comes from the mirror. */
function withRealAws(env: StandIns["env"], folder: string): Record<string, string> {
  const reattach = JSON.parse(env.TF_REATTACH_PROVIDERS ?? "") as Record<string, unknown>;
  const others = Object.entries(reattach).filter(([provider]) => provider !== AWS);
  const configuration = join(folder, "terraform.rc");
  writeFileSync(
    configuration,
    `${readFileSync(env.TF_CLI_CONFIG_FILE ?? "", "utf8")}
provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ["${AWS}"]
  }
}
`,
  );
  return {
    ...env,
    TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(others)),
    TF_CLI_CONFIG_FILE: configuration,
  };
}

function lines(text: string): string[] {
  return text.trim().split("\n");
}
