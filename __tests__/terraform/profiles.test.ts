import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type StandIns, startStandIns } from "../../terraform/standins";
import {
  changes,
  fakePsql,
  Plan,
  plannedResources,
  PROJECT,
  run,
  Run,
  TFVARS,
  untagged,
  Workbench,
} from "../support/project";

const REFERENCE = join(__dirname, "..", "fixtures", "reference", "existing.tfstate");
const VAR_FILE = `-var-file=${TFVARS}`;
const HOLDS_DATA = /aws_(db_instance|msk_cluster|s3_bucket|secretsmanager_secret|kms_key)\b(?!_)/;
const [MASTER, CONNECTOR] = ["Pl4nted-Master!", "Pl4nted-Connector!"];
/** The locks off: only then does Terraform say what it would destroy. */
const UNLOCKED = { protection: { preventDestroy: false } };

jest.setTimeout(300_000);

let standIns: StandIns;
const benches: Workbench[] = [];

beforeAll(async () => {
  standIns = await startStandIns({
    vaultSecrets: {
      "secret/rds": { username: "dbadmin", password: MASTER },
      "secret/debezium": { password: CONNECTOR },
    },
  });
});

afterAll(async () => {
  benches.forEach((bench) => bench.remove());
  await standIns.stop();
});

function bench(profile: string, settings: object = {}): Workbench & { readonly psqlLog?: string } {
  const tools = new Workbench();
  const psql = fakePsql(tools.folder);
  const created = Object.assign(new Workbench({ ...standIns.env, PATH: psql.path }), { psqlLog: psql.log });
  benches.push(tools, created);
  synth(created, profile, settings);
  created.terraformOk("init", "-input=false");
  return created;
}

function synth(project: Workbench, profile: string, settings: object = {}): void {
  const { exitCode, output } = project.synth({ profile, settings });
  if (exitCode !== 0) throw new Error(output);
}

function replaced(plan: Plan): string[] {
  return Object.entries(changes(plan))
    .filter(([, actions]) => actions.includes("delete"))
    .map(([address]) => address)
    .sort();
}

function golden(profile: string): string {
  return readFileSync(join(PROJECT, "__tests__", "fixtures", "addresses", `${profile}.txt`), "utf8");
}

describe.each(["production", "development"])("the profile %s in real Terraform", (profile) => {
  let project: Workbench & { readonly psqlLog?: string };
  let first: Plan;

  beforeAll(() => {
    project = bench(profile);
    project.terraformOk("validate");
    first = project.planJson(VAR_FILE);
    project.terraformOk("apply", "-input=false", "test.tfplan");
  });

  it("fails if an address changes that isn't in the golden list", () => {
    const addresses = [...plannedResources(first.planned_values.root_module).keys()].sort();
    expect(`${addresses.join("\n")}\n`).toBe(golden(profile));
  });

  it("fails if what was applied isn't what was planned: the second plan has changes", () => {
    expect(changes(project.planJson(VAR_FILE))).toEqual({});
  });

  it("fails if something that can be tagged lacks the tag Project=cdc", () => {
    expect(untagged(project)).toEqual([]);
  });
});

describe("the profile production", () => {
  let project: Workbench & { readonly psqlLog?: string };

  beforeAll(() => {
    project = bench("production");
    project.terraformOk("apply", "-auto-approve", "-input=false", VAR_FILE);
  });

  it("fails if a password is in the state, in a plan or in a synthesized file", () => {
    project.terraformOk("plan", "-input=false", "-out=secret.tfplan", VAR_FILE);
    const shown = project.terraformOk("show", "-json", "secret.tfplan");
    for (const password of [MASTER, CONNECTOR]) {
      expect(readFileSync(project.state, "utf8")).not.toContain(password);
      expect(shown).not.toContain(password);
      expect(run("grep", ["-rl", "--exclude-dir=.terraform", password, project.outdir]).stdout).toBe("");
    }
  });

  it("fails if psql doesn't get both passwords, by its environment", () => {
    const log = readFileSync(project.psqlLog ?? "", "utf8");
    expect(log).toContain(`PGPASSWORD=${MASTER}`);
    expect(log).toContain("PGUSER=dbadmin");
    expect(log).toContain('\\set connector_password `printf %s "$CONNECTOR_PASSWORD"`');
  });

  it("fails if a new password in Vault doesn't reach database, secret and connector in one apply", () => {
    const plan = project.planJson(VAR_FILE, "-var=credentials_version=2");
    expect(changes(plan)).toEqual({
      "module.source_db.aws_db_instance.db": "update",
      "module.db_credentials.aws_secretsmanager_secret_version.secret_version": "create-delete",
      "null_resource.setup_postgres_cdc": "create-delete",
      "module.debezium_postgres_connector.aws_mskconnect_connector.this": "update",
    });
    project.terraformOk("apply", "-input=false", "test.tfplan");
    expect(changes(project.planJson(VAR_FILE, "-var=credentials_version=2"))).toEqual({});
  });

  it("fails if Terraform destroys what holds data without being unlocked first", () => {
    const destroy = (): Run => project.terraform("plan", "-destroy", "-input=false", "-no-color", VAR_FILE);
    const { exitCode, output } = destroy();
    expect(exitCode).toBe(1);
    const locked = [
      "module.source_db.aws_db_instance.db",
      "module.msk_cluster.aws_msk_cluster.cluster",
      "module.destination_bucket.aws_s3_bucket.bucket",
      "module.db_credentials.aws_secretsmanager_secret.secret",
      // Of the keys Terraform names one.
      "module.encryption.aws_kms_key.",
    ];
    for (const address of locked) expect(output.replace(/\n│\s*/g, " ")).toContain(`Resource ${address}`);
    synth(project, "production", UNLOCKED);
    project.terraformOk("destroy", "-auto-approve", "-input=false", VAR_FILE);
    expect(project.terraformOk("state", "list")).toBe("");
  });

  it("fails if a new Kafka version can't be had because its configuration is in use", () => {
    const cluster = bench("production");
    cluster.terraformOk("apply", "-auto-approve", "-input=false", VAR_FILE);
    synth(cluster, "production", { cluster: { kafkaVersion: "4.2.x.kraft" } });
    expect(changes(cluster.planJson(VAR_FILE))).toEqual({
      "module.msk_cluster.aws_msk_configuration.cdc_config": "create-delete",
      "module.msk_cluster.aws_msk_cluster.cluster": "update",
    });
  });
});

describe("the account's services", () => {
  it("fails if one of them is on without being asked for, or isn't when it is", () => {
    const services = { cloudTrail: true, awsConfig: "recorder_and_rules", guardDuty: true, securityHub: true };
    const project = bench("production", { accountServices: services });
    project.terraformOk("apply", "-auto-approve", "-input=false", VAR_FILE);
    expect(changes(project.planJson(VAR_FILE))).toEqual({});
    const own = project.terraformOk("state", "list", "module.account_services").split("\n");
    for (const address of ["aws_cloudtrail.trail", "aws_guardduty_detector.detector", "aws_securityhub_account.hub"]) {
      expect(own).toContain(`module.account_services.${address}`);
    }
    expect(own.filter((address) => address.includes("aws_config_config_rule."))).toHaveLength(8);
    expect(golden("production")).not.toContain("account_services");
  });
});

describe("from existing to standard to production", () => {
  let project: Workbench;

  beforeAll(() => {
    project = bench("standard");
    copyFileSync(REFERENCE, project.state);
    project.terraformOk("apply", "-auto-approve", "-input=false", VAR_FILE);
  });

  it("fails if production's locks let Terraform replace what holds the data of standard", () => {
    synth(project, "production");
    project.terraformOk("init", "-input=false");
    const { exitCode, output } = project.terraform("plan", "-input=false", "-no-color", VAR_FILE);
    expect(exitCode).toBe(1);
    expect(output).toContain("Instance cannot be destroyed");
  });

  it("fails if docs/upgrading.md doesn't name what a plan without the locks would replace", () => {
    synth(project, "production", UNLOCKED);
    const lost = replaced(project.planJson(VAR_FILE));
    expect(lost.filter((address) => HOLDS_DATA.test(address))).toEqual([
      "module.msk_cluster.aws_msk_cluster.cluster",
      "module.source_db.aws_db_instance.db",
    ]);
    const guide = readFileSync(join(PROJECT, "docs", "upgrading.md"), "utf8");
    for (const address of lost) expect(guide).toContain(address);
  });

  it("fails if the overrides that keep data where it is, as docs/upgrading.md has them, replace database, cluster or bucket", () => {
    const guide = readFileSync(join(PROJECT, "docs", "upgrading.md"), "utf8");
    const [, block = "{}"] = /<!-- in-place -->\s+```json\n([\s\S]*?)```/.exec(guide) ?? [];
    const { settings } = JSON.parse(block) as { settings: object };
    synth(project, "production", settings);
    const plan = project.planJson(VAR_FILE);
    expect(replaced(plan).filter((address) => HOLDS_DATA.test(address))).toEqual([]);
    project.terraformOk("apply", "-input=false", "test.tfplan");
    expect(changes(project.planJson(VAR_FILE))).toEqual({});
  });
});
