import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "../../local/cache";
import { type CommandResult, runCommand } from "../../local/components/command";
import { readDeployedSettings } from "../../local/reading/deployed";
import { HOST, type LocalPipeline } from "../../local/reading/pipeline";
import { psqlEnvironment, runPsql } from "../../local/running/postgres";
import { readRuns } from "../../local/running/state";
import type { SmokeResult } from "../../local/smoke/steps";
import { PROJECT, run } from "../support/project";
import { deployed, MskConnectStandIn, outputsJson } from "./deployment";
import { Stacks } from "./stacks";

// Real PostgreSQL, Kafka, Kafka Connect and Debezium stand for the deployed ones; MSK Connect's API is a stand-in.
jest.setTimeout(900_000);

describe("the smoke test against a deployed pipeline", () => {
  const stacks = new Stacks();
  const folder = mkdtempSync(join(tmpdir(), "cdc-outputs-"));
  let id: string;
  let pipeline: LocalPipeline;
  let mskConnect: MskConnectStandIn;
  let endpoint: string;

  beforeAll(async () => {
    const started = run("npm", ["run", "--silent", "local", "--", "--profile", "standard", "--detach"]);
    if (started.exitCode !== 0) throw new Error(started.output);
    id = /^(\S+) is running$/m.exec(started.stdout)?.[1] ?? "";
    const found = readRuns(cacheFolder(process.env)).find(({ state }) => state.id === id)?.state.pipeline;
    if (found === undefined) throw new Error(started.output);
    pipeline = found;
    const { source, sink } = readDeployedSettings(await stacks.synthesize("standard"));
    mskConnect = new MskConnectStandIn(source, sink);
    endpoint = await mskConnect.listen();
  });

  afterAll(() => {
    mskConnect.close();
    stacks.remove();
    rmSync(folder, { recursive: true });
    run("npm", ["run", "--silent", "local", "--", "stop", id]);
  });

  /** The command, with this machine's pipeline for the one in AWS. */
  function smoke(words: readonly string[], outputs: object = {}): Promise<CommandResult> {
    const { database, bucket, objectStorePort } = pipeline;
    const brokers = pipeline.source.workerProperties["bootstrap.servers"];
    const file = join(folder, "outputs.json");
    const here = {
      rds_endpoint: `${HOST}:${database.port}`,
      msk_bootstrap_brokers: brokers,
      msk_bootstrap_brokers_tls: "",
      msk_bootstrap_brokers_plaintext: brokers,
      destination_bucket: bucket.name,
    };
    writeFileSync(file, JSON.stringify(outputsJson({ ...deployed, ...here, ...outputs })));
    const env = {
      ...process.env,
      PGUSER: database.user,
      PGPASSWORD: database.password,
      PGSSLMODE: "disable",
      // Neither may lead elsewhere.
      PGHOSTADDR: "192.0.2.1",
      PGSERVICE: "elsewhere",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL_S3: `http://${HOST}:${objectStorePort}`,
      AWS_ENDPOINT_URL_KAFKACONNECT: endpoint,
    };
    const command = ["run", "--silent", "smoke", "--", "--profile", "standard", "--outputs", file, ...words];
    return runCommand("npm", command, { cwd: PROJECT, env });
  }

  async function sql(text: string): Promise<string> {
    const { stdout, stderr } = await runPsql(text, psqlEnvironment(pipeline.database, process.env));
    return stdout + stderr;
  }

  it("fails unless every change arrives, with tables of somebody else's beside, left alone", async () => {
    await sql("CREATE TABLE users (id INTEGER PRIMARY KEY); INSERT INTO users VALUES (1);");
    const { exitCode, stdout, stderr } = await smoke(["--json"]);
    if (exitCode !== 0) throw new Error(stdout + stderr);
    const { steps, removal } = JSON.parse(stdout) as SmokeResult & { removal: string[] };
    expect(steps.map(({ outcome }) => outcome)).toEqual(steps.map(() => "passed"));
    expect(steps.map(({ name }) => name)).toContain("every change is in Kafka, exactly once");
    expect(removal.join("\n")).toContain("DROP TABLE IF EXISTS cdc_smoke.orders, cdc_smoke.users;");
    expect(stdout + stderr).not.toContain(pipeline.database.password);
    expect(await sql("SELECT * FROM users; SELECT count(*) FROM cdc_smoke.users;")).toBe("1\n4\n");
  });

  it("fails unless S3 alone proves a second test, on the tables of the first", async () => {
    const { exitCode, stdout, stderr } = await smoke(["--without-kafka"], { msk_bootstrap_brokers: `${HOST}:1` });
    if (exitCode !== 0) throw new Error(stdout + stderr);
    expect(stdout).toMatch(/tables in the schema cdc_smoke are the test's own .* made by an earlier test/);
    expect(stdout.match(/^- .*--without-kafka$/gm)).toHaveLength(7);
    expect(stdout).toMatch(/^ok {6}every change is in S3, exactly once .* 10 lines/m);
    expect(stdout).toContain("To remove what the test made");
  });

  it("fails if brokers that can't be reached aren't told with their entry, or rows were written", async () => {
    const before = await sql("SELECT count(*) FROM cdc_smoke.users");
    const { exitCode, stdout } = await smoke([], { msk_bootstrap_brokers: `${HOST}:1` });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/brokers can be reached\n127\.0\.0\.1:1: .*ECONNREFUSED/);
    expect(stdout).toContain('"MSK Cluster Connection Refused"');
    expect(stdout).toContain("aws kafka describe-cluster");
    expect(await sql("SELECT count(*) FROM cdc_smoke.users")).toBe(before);
  });

  it("fails if a table that isn't the test's is touched, or its removal is advised", async () => {
    const { exitCode, stdout } = await smoke(["--schema", "public"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("not made by a smoke test: public.users");
    expect(stdout).not.toContain("DROP");
    expect(await sql("SELECT * FROM users; SELECT to_regclass('public.orders') IS NULL;")).toBe("1\nt\n");
  });

  it("fails if what MSK Connect says of a failed connector isn't told", async () => {
    const stateDescription = { code: "UnknownError.Unknown", message: "The last operation failed." };
    mskConnect.state = { connectorState: "FAILED", stateDescription };
    const { exitCode, stdout } = await smoke(["--without-kafka"]);
    mskConnect.state = { connectorState: "RUNNING" };
    expect(exitCode).toBe(1);
    expect(stdout).toContain("s3-sink-connector is FAILED\nUnknownError.Unknown: The last operation failed.");
    expect(stdout).toContain(
      `aws kafkaconnect describe-connector --connector-arn "${deployed.debezium_connector_arn}"`,
    );
  });
});
