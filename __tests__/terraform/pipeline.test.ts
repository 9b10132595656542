import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOutputs } from "../../local/reading/outputs";
import { linkProjectFiles } from "../../stacks/project-files";
import { type StandIns, startStandIns } from "../../terraform/standins";
import { changes, fakePsql, Plan, plannedResources, PROJECT, TFVARS, untagged, Workbench } from "../support/project";

const REFERENCE = join(__dirname, "..", "fixtures", "reference");
const VAR_FILE = `-var-file=${TFVARS}`;
const HOLDS_DATA = /aws_(db_instance|msk_cluster|s3_bucket|secretsmanager_secret|vpc|subnet)\b(?!_)/;

jest.setTimeout(120_000);

let standIns: StandIns;
const benches: Workbench[] = [];

beforeAll(async () => {
  standIns = await startStandIns();
});

afterAll(async () => {
  benches.forEach((bench) => bench.remove());
  await standIns.stop();
});

function bench(profile: string): Workbench {
  const tools = new Workbench();
  const created = new Workbench({ ...standIns.env, PATH: fakePsql(tools.folder).path });
  benches.push(tools, created);
  const synth = created.synth({ profile });
  if (synth.exitCode !== 0) throw new Error(synth.output);
  created.terraformOk("init", "-input=false");
  return created;
}

describe.each(["existing", "standard"])("the profile %s in real Terraform", (profile) => {
  let project: Workbench;
  let first: Plan;

  beforeAll(() => {
    project = bench(profile);
    project.terraformOk("validate");
    first = project.planJson(VAR_FILE);
    project.terraformOk("apply", "-input=false", "test.tfplan");
  });

  it("fails if an address changes that isn't in the golden list", () => {
    const golden = readFileSync(join(PROJECT, "__tests__", "fixtures", "addresses", `${profile}.txt`), "utf8");
    const addresses = [...plannedResources(first.planned_values.root_module).keys()].sort();
    expect(`${addresses.join("\n")}\n`).toBe(golden);
  });

  it("fails if what was applied isn't what was planned: the second plan has changes", () => {
    expect(project.terraform("plan", "-input=false", "-detailed-exitcode", VAR_FILE)).toMatchObject({ exitCode: 0 });
  });

  it("fails if an output of the README is missing or empty", () => {
    const promised = [
      "msk_cluster_arn",
      "msk_bootstrap_brokers",
      "destination_bucket",
      "debezium_connector_arn",
      "s3_sink_connector_arn",
    ];
    for (const output of [...promised, "rds_endpoint", "msk_bootstrap_brokers_tls"]) {
      expect([output, project.terraformOk("output", "-raw", output).length > 5]).toEqual([output, true]);
    }
    expect(project.terraformOk("output", "-raw", "destination_bucket")).toMatch(/^cdcdestinationbucket-[0-9a-f]{16}$/);
  });

  it("fails if the smoke test can't read what terraform output -json prints", () => {
    const file = join(project.folder, "outputs.json");
    writeFileSync(file, project.terraformOk("output", "-json"));
    expect(readOutputs(file)).toMatchObject({ databasePort: "5432", isTls: true, region: "us-east-1" });
  });

  it("fails if state or workspaces end up inside cdktf.out", () => {
    expect(existsSync(project.state)).toBe(true);
    expect(readdirSync(project.stack).filter((name) => name.includes("tfstate"))).toEqual([]);
  });

  it("fails if a destroy doesn't take the connectors first, then plugins and cluster, then the network", () => {
    const output = project.terraformOk("destroy", "-auto-approve", "-input=false", "-no-color", VAR_FILE);
    const done = (address: string): number => output.indexOf(`${address}: Destruction complete`);
    const begun = (address: string): number => output.indexOf(`${address}: Destroying...`);
    for (const connector of ["debezium_postgres_connector", "s3_sink_connector"]) {
      const gone = done(`module.${connector}.aws_mskconnect_connector.this`);
      expect(gone).toBeGreaterThan(0);
      expect(gone).toBeLessThan(begun("module.msk_cluster.aws_msk_cluster.cluster"));
      expect(gone).toBeLessThan(begun("module.vpc.module.vpc.aws_vpc.this[0]"));
    }
    expect(done("module.debezium_postgres_connector.aws_mskconnect_connector.this")).toBeLessThan(
      begun("aws_mskconnect_custom_plugin.debezium_postgres_plugin"),
    );
    expect(done("aws_mskconnect_custom_plugin.s3_sink_plugin")).toBeLessThan(
      begun("module.plugins_bucket.aws_s3_bucket.bucket"),
    );
    expect(done("module.msk_cluster.aws_msk_cluster.cluster")).toBeLessThan(
      begun("module.msk_cluster.aws_msk_configuration.cdc_config"),
    );
    expect(project.terraformOk("state", "list")).toBe("");
  });
});

describe("the profile existing beside what runs today", () => {
  it("fails if a planned value differs from the reference", () => {
    const reference = JSON.parse(readFileSync(join(REFERENCE, "planned-values.json"), "utf8")) as {
      resources: { address: string; values: object }[];
      outputs: string[];
    };
    const plan = bench("existing").planJson(VAR_FILE);
    const planned = plannedResources(plan.planned_values.root_module);
    expect([...planned.keys()].sort()).toEqual(reference.resources.map(({ address }) => address).sort());
    for (const { address, values } of reference.resources) {
      expect([address, stated(planned.get(address))]).toEqual([address, stated(values)]);
    }
    expect(Object.keys(plan.output_changes)).toEqual(expect.arrayContaining(reference.outputs));
  });

  it("fails if a plan against the existing state changes anything but outputs", () => {
    const project = bench("existing");
    copyFileSync(join(REFERENCE, "existing.tfstate"), project.state);
    const plan = project.planJson(VAR_FILE);
    expect(changes(plan)).toEqual({});
    const outputs = Object.entries(plan.output_changes).filter(([, { actions }]) => actions.join() !== "no-op");
    expect(outputs.map(([name]) => name).sort()).toEqual([
      "debezium_connector_arn",
      "destination_bucket",
      "msk_bootstrap_brokers",
      "msk_cluster_arn",
      "s3_sink_connector_arn",
    ]);
  });
});

describe("the profile standard over the existing state", () => {
  let project: Workbench;
  let plan: Plan;

  beforeAll(() => {
    project = bench("standard");
    copyFileSync(join(REFERENCE, "existing.tfstate"), project.state);
    plan = project.planJson(VAR_FILE);
  });

  it("fails if anything that holds data is replaced or destroyed", () => {
    const lost = Object.entries(changes(plan)).filter(
      ([address, actions]) => actions.includes("delete") && HOLDS_DATA.test(address),
    );
    expect(lost).toEqual([]);
  });

  it("fails if anything but the two connectors is replaced", () => {
    const replaced = Object.entries(changes(plan)).filter(([, actions]) => actions.includes("delete"));
    expect(replaced.map(([address]) => address).sort()).toEqual([
      "module.debezium_postgres_connector.aws_mskconnect_connector.this",
      "module.s3_sink_connector.aws_mskconnect_connector.this",
    ]);
  });

  it("fails if it doesn't settle after one apply", () => {
    project.terraformOk("apply", "-input=false", "test.tfplan");
    expect(changes(project.planJson(VAR_FILE))).toEqual({});
  });

  it("fails if something that can be tagged lacks the tag Project=cdc", () => {
    expect(untagged(project)).toEqual([]);
  });
});

describe("the README's workflows", () => {
  it.each(["module.msk_cluster", "module.debezium_postgres_connector", "module.source_db"])(
    "fails if apply -target=%s does more than that module and what it needs",
    (target) => {
      const project = bench("standard");
      const planned = Object.keys(changes(project.planJson(VAR_FILE, `-target=${target}`)));
      expect(planned).toEqual(expect.arrayContaining([expect.stringContaining(`${target}.`)]));
      expect(planned.filter((address) => address.startsWith("module.s3_sink_connector"))).toEqual([]);
      project.terraformOk("apply", "-input=false", "test.tfplan");
    },
  );

  it("fails if a selective destroy takes more than its targets and what depends on them", () => {
    const project = bench("standard");
    project.terraformOk("apply", "-auto-approve", "-input=false", VAR_FILE);
    const destroy = (...targets: string[]): string[] => {
      const plan = project.planJson("-destroy", VAR_FILE, ...targets.map((target) => `-target=${target}`));
      return [
        ...new Set(Object.keys(changes(plan)).map((address) => address.replace(/^((module\.)?[^.]+).*/, "$1"))),
      ].sort();
    };
    const connectors = ["module.debezium_postgres_connector", "module.s3_sink_connector"];
    expect(destroy(...connectors)).toEqual(connectors);
    expect(destroy("module.msk_cluster")).toEqual(
      [
        ...connectors.slice(0, 1),
        "module.debezium_connector_role",
        "module.msk_cluster",
        "module.s3_sink_connector",
        "module.s3_sink_role",
      ].sort(),
    );
    expect(destroy("module.source_db")).toEqual([
      "module.debezium_postgres_connector",
      "module.source_db",
      "null_resource",
    ]);
  });

  it("fails if each workspace doesn't have its own state, beside the project's", () => {
    const project = bench("standard");
    for (const name of ["dev", "prod"]) {
      project.terraformOk("workspace", "new", name);
      project.terraformOk(
        "apply",
        "-auto-approve",
        "-input=false",
        `-var-file=${join(PROJECT, "environments", `${name}.tfvars`)}`,
      );
    }
    const workspaces = join(project.folder, "terraform.cdc.tfstate.d");
    expect(readdirSync(workspaces).sort()).toEqual(["dev", "prod"]);
    const [dev, prod] = ["dev", "prod"].map((name) =>
      readFileSync(join(workspaces, name, "terraform.tfstate"), "utf8"),
    );
    expect(dev).not.toEqual(prod);
  });

  it("fails if terraform.tfvars at the project's root isn't picked up, or a stale link stays", () => {
    const project = bench("standard");
    copyFileSync(TFVARS, join(project.folder, "terraform.tfvars"));
    linkProjectFiles(project.stack, project.folder);
    expect(project.terraform("plan", "-input=false")).toMatchObject({ exitCode: 0 });
    rmSync(join(project.folder, "terraform.tfvars"));
    linkProjectFiles(project.stack, project.folder);
    expect(readdirSync(project.stack)).not.toContain("terraform.tfvars");
  });
});

/** What a plan says about a resource, as the reference notes it: without nulls and empty collections. */
function stated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stated);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, stated(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => !isEmpty(inner)));
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}
