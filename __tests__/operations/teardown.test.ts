import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTeardown, type Surroundings } from "../../cli/teardown";
import { readStack } from "../../terraform/synthesized";
import { runPsql } from "../../local/running/postgres";
import { Journal } from "../../operations/teardown/journal";
import { runSteps, type Step, type StepResult } from "../../operations/teardown/step";
import { divide } from "../../operations/teardown/units";
import { type StandIns, startStandIns } from "../../terraform/standins";
import { createPostgres, type Postgres } from "../support/postgres";
import { fakePsql, TFVARS, Workbench } from "../support/project";
import { Account } from "./account";

// Terraform core runs eight times, with the stand-in providers: they destroy nothing in the emulator of AWS.
jest.setTimeout(300_000);

const PASSWORD = "made-up-password";

let standIns: StandIns;
let project: Workbench;
let tools: Workbench;
let postgres: Postgres;
let account: Account;
let outputs: Record<string, { value: string }>;
let bucket: string;

beforeAll(async () => {
  [standIns, account, postgres] = await Promise.all([startStandIns(), Account.open(), createPostgres(PASSWORD)]);
  postgres.start();
  await sql("CREATE DATABASE cdcsourcedb", "postgres");
  await sql("SELECT pg_create_logical_replication_slot('debezium', 'pgoutput')");
  [tools, project] = [new Workbench(), new Workbench(standIns.env)];
  const synth = project.synth({ profile: "standard" });
  if (synth.exitCode !== 0) throw new Error(synth.output);
  const path = process.env.PATH;
  process.env.PATH = fakePsql(tools.folder).path;
  project.terraformOk("init", "-input=false");
  project.terraformOk("apply", "-input=false", "-auto-approve", `-var-file=${TFVARS}`);
  process.env.PATH = path;
  outputs = JSON.parse(project.terraformOk("output", "-json")) as typeof outputs;
  bucket = outputs.destination_bucket?.value ?? "";
  writeFileSync(
    join(project.folder, "outputs.json"),
    JSON.stringify({ ...outputs, rds_endpoint: { value: `127.0.0.1:${postgres.port}` } }),
  );
  Object.assign(process.env, standIns.env, { PGSSLMODE: "disable", PGUSER: "dbadmin", PGPASSWORD: PASSWORD });
  await fillAccount();
});

afterAll(async () => {
  account.close();
  postgres.remove();
  for (const bench of [project, tools]) bench.remove();
  await standIns.stop();
});

/** What the teardown looks at in AWS: the database, both buckets with old versions, the connectors, topics. */
async function fillAccount(): Promise<void> {
  const rds = await account.aws.rds();
  await rds.createDBInstance({
    ...{
      DBInstanceIdentifier: "cdcsourcedb",
      DBInstanceClass: "db.t4g.large",
      Engine: "postgres",
      AllocatedStorage: 100,
    },
    ...{ MasterUsername: "dbadmin", MasterUserPassword: "not-the-one" },
  });
  const s3 = await account.aws.s3();
  const plugins = bucket.replace("cdcdestinationbucket", "cdcdebeziumplugins");
  for (const Bucket of [bucket, plugins]) {
    await s3.createBucket({ Bucket });
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
    await s3.putObject({ Bucket, Key: "postgres-cdc.public.users/0.json", Body: "old" });
    await s3.putObject({ Bucket, Key: "postgres-cdc.public.users/0.json", Body: '{"id":1}\n' });
    await s3.putObject({ Bucket, Key: "postgres-cdc.public.orders/a b+c.json", Body: "{}\n" });
    await s3.deleteObject({ Bucket, Key: "gone.json" });
  }
  const { answers } = account.msk;
  answers.set(`/v1/clusters/${encodeURIComponent(outputs.msk_cluster_arn?.value ?? "")}/topics`, {
    topics: [{ topicName: "postgres-cdc.public.users", partitionCount: 1 }],
  });
  for (const name of ["debezium_connector_arn", "s3_sink_connector_arn"]) {
    answers.set(`/v1/connectors/${encodeURIComponent(outputs[name]?.value ?? "")}`, {
      connectorName: name,
      connectorConfiguration: { "database.password": PASSWORD, "tasks.max": "1" },
    });
  }
}

async function sql(text: string, database = "cdcsourcedb"): Promise<string> {
  const env = { ...process.env, ...postgres.env, PGDATABASE: database };
  const { exitCode, stdout, stderr } = await runPsql(text, env);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

const slots = (): Promise<string> => sql("SELECT count(*) FROM pg_replication_slots");

const resources = (): string[] => project.terraformOk("state", "list").split("\n").filter(Boolean);

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function teardown(words: readonly string[], surroundings: Partial<Surroundings> = {}): Promise<Result> {
  const written = { stdout: "", stderr: "" };
  const { folder } = project;
  const usual = ["--outputs", join(folder, "outputs.json"), "--var-file", TFVARS, "--backup", join(folder, "backup")];
  const code = await runTeardown(
    [...usual, "--wait", "0.02", ...words],
    {
      stdout: { write: (text) => void (written.stdout += text) },
      stderr: { write: (text) => void (written.stderr += text) },
    },
    { project: folder, secondsBetween: 0.2, ...surroundings },
  );
  return { code, ...written };
}

/** Step → outcome. */
function outcomes({ stdout }: Result): Record<string, string> {
  return Object.fromEntries(steps(stdout).map(({ id, outcome }) => [id, outcome]));
}

/** Why steps failed. */
function reasons({ stdout }: Result): string[] {
  return steps(stdout)
    .filter(({ outcome }) => outcome === "failed")
    .map(({ detail }) => detail);
}

function steps(stdout: string): readonly StepResult[] {
  return (JSON.parse(stdout) as { steps: StepResult[] }).steps;
}

// In this order: each goes on from where the one before left the pipeline.
describe("a teardown", () => {
  it("fails if a dry run changes anything, or doesn't tell what would go", async () => {
    const before = resources();
    const result = await teardown([]);
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).toContain("2 objects, 12 bytes");
    expect(result.stdout).toContain("-target=module.debezium_postgres_connector -target=module.s3_sink_connector");
    expect(result.stdout).toContain("module.source_db.aws_db_instance.db");
    expect(result.stdout).toContain("Nothing was changed");
    expect(resources()).toEqual(before);
    expect(await slots()).toBe("1");
    expect(readdirSync(project.folder)).not.toContain("teardown.json");
    expect(existsSync(join(project.folder, "backup"))).toBe(false);
  });

  it("fails if it begins without the bucket's name", async () => {
    const before = resources();
    expect(await teardown(["--apply"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`--confirm ${bucket}`) as string,
    });
    const wrong = await teardown(["--apply"], { ask: () => Promise.resolve("yes") });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("nothing was changed") as string });
    expect(resources()).toEqual(before);
  });

  it("fails if it goes on after a copy that failed", async () => {
    const before = resources();
    const topics = [...account.msk.answers].find(([path]) => path.endsWith("/topics"));
    if (topics === undefined) throw new Error("no topics");
    account.msk.answers.delete(topics[0]);
    const result = await teardown(["--apply", "--keep-database", "--json", "--confirm", bucket]);
    account.msk.answers.set(...topics);
    expect(result.code).toBe(1);
    expect(outcomes(result)).toEqual({ "bucket-copy": "done", topics: "failed" });
    expect(resources()).toEqual(before);
  });

  it("fails if a teardown of another kind goes on with its journal", async () => {
    const result = await teardown(["--apply", "--confirm", bucket]);
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining("teardown-journal") as string });
  });

  it("fails unless it goes on where it ended, keeps the database, and drops the slot last", async () => {
    const result = await teardown(["--apply", "--keep-database", "--json"], { ask: () => Promise.resolve(bucket) });
    expect([reasons(result), result.code]).toEqual([[], 0]);
    const done = outcomes(result);
    expect(done["bucket-copy"]).toBe("done before");
    expect(Object.keys(done)).toEqual([
      ...["bucket-copy", "topics", "connector-configurations", "outputs", "state"],
      ...["connectors", "buckets", "rest", "slot", "validation"],
    ]);
    expect(await slots()).toBe("0");
    const left = resources();
    expect(left).toContain("module.source_db.aws_db_instance.db");
    expect(left).toContain("aws_security_group.rds_sg");
    expect(left.filter((address) => /msk_cluster|mskconnect|s3_bucket|db_credentials/.test(address))).toEqual([]);
  });

  it("fails unless everything was copied before, for this user's eyes, without the password in the configurations", () => {
    const backup = join(project.folder, "backup");
    const read = (name: string): string => readFileSync(join(backup, name), "utf8");
    expect(read("bucket/postgres-cdc.public.users/0.json")).toBe('{"id":1}\n');
    expect(read("bucket/postgres-cdc.public.orders/a b+c.json")).toBe("{}\n");
    expect(read("topics.json")).toContain("postgres-cdc.public.users");
    expect(read("connectors.json")).toContain('"database.password": "(secret)"');
    expect(read("connectors.json")).not.toContain(PASSWORD);
    expect(read("terraform.tfstate")).toContain("aws_mskconnect_connector");
    expect(statSync(join(backup, "terraform.tfstate")).mode & 0o077).toBe(0);
    // The journal went there, so that the next teardown begins anew.
    expect(existsSync(join(backup, "teardown.json"))).toBe(true);
    expect(existsSync(join(project.folder, "teardown.json"))).toBe(false);
  });

  it("fails unless both buckets are empty, old versions and delete markers included", async () => {
    const s3 = await account.aws.s3();
    for (const Bucket of [bucket, bucket.replace("cdcdestinationbucket", "cdcdebeziumplugins")]) {
      const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
      expect([...Versions, ...DeleteMarkers]).toEqual([]);
    }
  });

  it("fails if it begins although a final snapshot of that name is there already", async () => {
    const rds = await account.aws.rds();
    const DBSnapshotIdentifier = "cdcsourcedb-final";
    await rds.createDBSnapshot({ DBInstanceIdentifier: "cdcsourcedb", DBSnapshotIdentifier });
    const result = await teardown(["--apply", "--confirm", bucket]);
    await rds.deleteDBSnapshot({ DBSnapshotIdentifier });
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("database.finalSnapshotIdentifier") as string,
    });
  });

  it("fails unless something tagged that is left is named, and a snapshot isn't", async () => {
    await sql("SELECT pg_create_logical_replication_slot('debezium', 'pgoutput')");
    const ec2 = await account.aws.ec2();
    const { GroupId } = await ec2.createSecurityGroup({
      ...{ GroupName: "left", Description: "left" },
      TagSpecifications: [{ ResourceType: "security-group", Tags: [{ Key: "Project", Value: "cdc" }] }],
    });
    const words = ["--apply", "--json", "--confirm", bucket];
    const failed = await teardown(words);
    expect(reasons(failed)).toEqual([expect.stringContaining(`security-group/${GroupId}`)]);
    expect(outcomes(failed)).toMatchObject({ snapshot: "done", slot: "done", rest: "done", validation: "failed" });
    const order = Object.keys(outcomes(failed));
    expect(order.indexOf("slot")).toBeLessThan(order.indexOf("rest"));
    expect(resources()).toEqual([]);
    expect(await slots()).toBe("0");
    await ec2.deleteSecurityGroup({ GroupId });
    const rds = await account.aws.rds();
    const { DBSnapshots: all = [] } = await rds.describeDBSnapshots({ DBInstanceIdentifier: "cdcsourcedb" });
    // RDS makes some of its own: rds:cdcsourcedb-….
    const made = all.filter(({ DBSnapshotIdentifier: name = "" }) => !name.startsWith("rds:"));
    expect(made.map(({ DBSnapshotIdentifier: name }) => name)).toEqual([
      expect.stringMatching(/^cdcsourcedb-teardown-\d{8}-\d{6}$/),
    ]);
    const ARN = made[0]?.DBSnapshotArn;
    await rds.addTagsToResource({ ResourceName: ARN, Tags: [{ Key: "Project", Value: "cdc" }] });
    const again = await teardown(words);
    expect([reasons(again), again.code]).toEqual([[], 0]);
    expect(outcomes(again)).toMatchObject({ snapshot: "done before", rest: "done before", validation: "done" });
  });
});

describe("what is kept with the database", () => {
  it("fails if anything that it needs would go, or anything that it doesn't need would stay", () => {
    const stack = readStack(project.stack);
    const { connectors, rest, kept } = divide(stack, true);
    expect(connectors).toEqual(["module.debezium_postgres_connector", "module.s3_sink_connector"]);
    expect([...kept].sort()).toEqual(["aws_security_group.rds_sg", "module.source_db", "module.vpc"]);
    expect(rest).toContain("module.msk_cluster");
    const all = divide(stack, false);
    expect(all.kept).toEqual([]);
    expect([...all.rest].sort()).toEqual([...rest, ...kept].sort());
  });
});

describe("the journal", () => {
  const folder = mkdtempSync(join(tmpdir(), "cdc-teardown-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "teardown.json");
  const facts = { keepDatabase: false, backup: folder, outputs: "{}" };
  const options = { skip: [], redact: (text: string) => text, onStep: () => undefined, onResult: () => undefined };

  it("fails if a step that was noted is done again, or one that failed isn't", async () => {
    const ran: string[] = [];
    let broken = true;
    const step = (id: string): Step => ({
      ...{ id, title: id, preserves: false, preview: () => Promise.resolve("") },
      run: () => {
        ran.push(id);
        return id === "b" && broken ? Promise.reject(new Error("no")) : Promise.resolve(id);
      },
    });
    const all = ["a", "b", "c"].map(step);
    await runSteps(all, Journal.begin(file, facts), options);
    broken = false;
    const begun = Journal.read(file);
    if (begun === undefined) throw new Error("no journal");
    const results = await runSteps(all, begun, options);
    expect(ran).toEqual(["a", "b", "b", "c"]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["done before", "done", "done"]);
  });

  it("fails if half a journal is taken for none", () => {
    mkdirSync(folder, { recursive: true });
    cpSync(file, `${file}.whole`);
    writeFileSync(file, readFileSync(`${file}.whole`, "utf8").slice(0, 50));
    expect(() => Journal.read(file)).toThrow("teardown-journal");
  });
});

describe("the command", () => {
  it.each([[["--confirm", "x"]], [["--skip", "rest"]], [["--tag", "Project"]], [["--wait", "long"]]])(
    "fails if %j is taken",
    async (words) => {
      expect((await teardown(words)).code).toBe(2);
    },
  );

  it("fails if --help doesn't tell of the exit codes", async () => {
    expect(await teardown(["--help"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Exit codes:") as string,
    });
  });
});
