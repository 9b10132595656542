import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runSmoke } from "../../cli/smoke";
import { ConfigurationError } from "../../lib/errors";
import { type DeployedSettings, readDeployedSettings } from "../../local/reading/deployed";
import { type Outputs, readOutputs } from "../../local/reading/outputs";
import { runPsql } from "../../local/running/postgres";
import { awsEntries, removalCommands } from "../../local/smoke/aws-commands";
import { expectBrokers } from "../../local/smoke/brokers";
import { credentialProblems, deploymentProblems } from "../../local/smoke/deployed-checks";
import { runSteps } from "../../local/smoke/steps";
import { claimTables, createTables } from "../../local/smoke/tables";
import { createPostgres, type Postgres } from "../support/postgres";
import { deployed, outputsJson } from "./deployment";
import { Stacks } from "./stacks";

jest.setTimeout(60_000);

const stacks = new Stacks();
const folder = mkdtempSync(join(tmpdir(), "cdc-outputs-"));
let standard: DeployedSettings;
let existing: DeployedSettings;
beforeAll(async () => {
  standard = readDeployedSettings(await stacks.synthesize("standard"));
  existing = readDeployedSettings(await stacks.synthesize("existing"));
});
afterAll(() => {
  stacks.remove();
  rmSync(folder, { recursive: true });
});

/** A file with these outputs. */
function file(content: object | string): string {
  const path = join(folder, "outputs.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function read(values: Readonly<Record<string, unknown>> = deployed): Outputs {
  return readOutputs(file(outputsJson(values)));
}

/** The problems that something throws: code and path of each. */
function problemsOf(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ code, path }) => `${code} ${path}`);
    throw error;
  }
}

describe("outputs", () => {
  it("fails if what terraform output -json prints isn't understood", () => {
    expect(read()).toEqual({
      databaseHost: "cdcsourcedb.c0ffee.us-east-1.rds.amazonaws.com",
      databasePort: "5432",
      bootstrapBrokers: deployed.msk_bootstrap_brokers,
      isTls: true,
      clusterArn: deployed.msk_cluster_arn,
      destinationBucket: deployed.destination_bucket,
      sourceArn: deployed.debezium_connector_arn,
      sinkArn: deployed.s3_sink_connector_arn,
      region: "us-east-1",
    });
  });

  it("fails if what cdktf output --outputs-file writes is read as anything else", () => {
    const { destination_bucket, ...others } = deployed;
    const nested = { cdc: { ...others, "output.destination_bucket": destination_bucket } };
    expect(readOutputs(file(nested))).toEqual(read());
  });

  it("fails if brokers without encryption are taken for such with", () => {
    const plaintext = "b-1.cdccluster.c0ffee.c5.kafka.us-east-1.amazonaws.com:9092";
    const cluster = { msk_bootstrap_brokers_plaintext: plaintext, msk_bootstrap_brokers_tls: "" };
    expect(read({ ...deployed, ...cluster, msk_bootstrap_brokers: plaintext }).isTls).toBe(false);
  });

  it("fails if only the first of several wrong outputs is told", () => {
    const arn = "arn:aws:kafka:us-east-1:123456789012:cluster/cdc-cluster/0c0ffee0-1";
    const wrong = { rds_endpoint: "localhost", msk_bootstrap_brokers: null, s3_sink_connector_arn: arn };
    expect(problemsOf(() => read({ ...deployed, ...wrong, destination_bucket: undefined }))).toEqual([
      "output-wrong rds_endpoint",
      "output-wrong msk_bootstrap_brokers",
      "output-wrong destination_bucket",
      "output-wrong s3_sink_connector_arn",
    ]);
    expect(problemsOf(() => read({}))).toHaveLength(6);
  });

  it("fails if a file that is missing, no file, or not JSON isn't told as that, or is quoted", () => {
    for (const path of [join(folder, "missing.json"), folder]) {
      expect(problemsOf(() => readOutputs(path))).toEqual([`outputs-unreadable ${path}`]);
    }
    const text = file('rds_endpoint = "secret"');
    expect(() => readOutputs(text)).toThrow("not JSON");
    expect(() => readOutputs(text)).not.toThrow("secret");
  });
});

describe("settings of a deployed pipeline", () => {
  it("fails if they aren't those that were synthesized", () => {
    expect(standard).toMatchObject({
      databaseName: "cdcsourcedb",
      vaultPath: "secret/rds",
      secretName: "rds-secrets",
      source: { name: "debezium-postgres-connector", configuration: { "topic.prefix": "postgres-cdc" } },
      sink: {
        configuration: { "topics.dir": "", "s3.bucket.name": "${var.destination_bucket_id}" },
        workerProperties: { "offset.flush.interval.ms": "5000" },
        logGroup: "/aws/mskconnect/s3-sink-connector",
      },
    });
    expect(existing.sink).toMatchObject({ workerProperties: {} });
    expect(existing.sink.logGroup).toBeUndefined();
  });
});

describe("what a deployment is refused for", () => {
  const asked = { schema: "cdc_smoke", deletes: true };
  const codes = (settings: DeployedSettings, changes: object = {}): string[] =>
    deploymentProblems(settings, read(), { ...asked, ...changes }).map(({ code }) => code);
  const withSource = (configuration: Record<string, string>): DeployedSettings => ({
    ...standard,
    source: { ...standard.source, configuration: { ...standard.source.configuration, ...configuration } },
  });
  const withSink = (configuration: Record<string, string>): DeployedSettings => ({
    ...standard,
    sink: { ...standard.sink, configuration: { ...standard.sink.configuration, ...configuration } },
  });

  it("fails if standard is refused", () => {
    expect(codes(standard)).toEqual([]);
  });

  it("fails if brokers that authenticate are asked without a warning, or refused where nobody looks into Kafka", () => {
    const outputs = { ...read(), bootstrapBrokers: "b-1.cdc:9098,b-2.cdc:9098" };
    const codesOf = (withoutKafka: boolean): string[] =>
      deploymentProblems(standard, outputs, { ...asked, withoutKafka }).map(({ code }) => code);
    expect([codesOf(false), codesOf(true)]).toEqual([["smoke-brokers-authenticate"], []]);
  });

  it("fails if a DELETE would be sent to a sink that it stops", () => {
    expect(codes(existing)).toEqual(["smoke-stops-sink"]);
    expect(codes(existing, { deletes: false })).toEqual([]);
    const fails = { "behavior.on.null.values": "fail" };
    expect(codes(withSink(fails))).toEqual([]);
    const renamed = withSource({ transforms: "unwrap" });
    expect(codes({ ...renamed, sink: withSink(fails).sink })).toEqual(["smoke-stops-sink"]);
  });

  it("fails if outputs of another pipeline are taken", () => {
    const other = { ...standard, source: { ...standard.source, name: "other" }, sink: { ...standard.sink, name: "x" } };
    expect(codes(other)).toEqual(["outputs-of-another", "outputs-of-another"]);
  });

  it.each([
    [{ "schema.include.list": "public" }, false],
    [{ "schema.include.list": "public, CDC_.*" }, true],
    [{ "schema.exclude.list": "cdc_smoke" }, false],
    [{ "table.include.list": "public\\.users,public\\.orders" }, false],
    [{ "table.include.list": "cdc_smoke\\.users" }, false],
    [{ "table.include.list": "cdc_smoke\\..*" }, true],
    [{ "table.exclude.list": ".*\\.orders" }, false],
    [{ "table.include.list": "(?i)something\\..*" }, true],
  ])("fails if a source with %j isn't known to capture the tables, or not: %s", (configuration, captured) => {
    expect(codes(withSource(configuration))).toEqual(captured ? [] : ["smoke-not-captured"]);
  });

  it("fails if a sink that doesn't read the topics is taken", () => {
    const regex = "postgres-cdc\\.public\\..*";
    expect(codes(withSink({ "topics.regex": regex }))).toEqual(["smoke-not-read"]);
    expect(codes(withSink({ "topics.regex": regex }), { schema: "public" })).toEqual([]);
    const others = Object.entries(standard.sink.configuration).filter(([key]) => key !== "topics.regex");
    const topics = "postgres-cdc.public.users, postgres-cdc.public.orders";
    const sink = { ...standard.sink, configuration: { ...Object.fromEntries(others), topics } };
    expect(codes({ ...standard, sink })).toEqual(["smoke-not-read"]);
    expect(codes({ ...standard, sink }, { schema: "public" })).toEqual([]);
  });
});

describe("credentials", () => {
  it("fails if it isn't told how to get those that are missing, all at once", () => {
    const problems = credentialProblems({ PGUSER: "" }, standard);
    expect(problems.map(({ path }) => path)).toEqual(["PGUSER", "PGPASSWORD"]);
    expect(problems[1]?.fix).toContain("vault kv get -field=password secret/rds");
    expect(problems[1]?.fix).toContain("--secret-id rds-secrets");
    expect(credentialProblems({ PGUSER: "u", PGPASSWORD: "p" }, standard)).toEqual([]);
  });

  it("fails if the command doesn't tell of outputs and credentials together, or goes on", async () => {
    let text = "";
    const stream = { write: (part: string) => void (text += part) };
    const before = process.env.PGPASSWORD;
    delete process.env.PGPASSWORD;
    const words = ["--profile", "standard", "--outputs", join(folder, "missing.json")];
    const code = await runSmoke(words, { stdout: stream, stderr: stream });
    if (before !== undefined) process.env.PGPASSWORD = before;
    expect(code).toBe(1);
    expect(text).toContain("outputs-unreadable");
    expect(text).toContain("credentials-missing");
  });

  it.each([
    [["--outputs", "x", "--run", "y"]],
    [["--without-kafka"]],
    [["--schema", "cdc_smoke"]],
    [["--outputs", "x", "--schema", 'a"; DROP']],
  ])("fails if %j is taken", async (words) => {
    const stream = { write: () => undefined };
    expect(await runSmoke(words, { stdout: stream, stderr: stream })).toBe(2);
  });
});

describe("brokers", () => {
  it("fails if those that can't be reached aren't named, with the way around them", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    expect(await expectBrokers(`127.0.0.1:${port}`)).toBe(`127.0.0.1:${port}`);
    await new Promise((resolve) => server.close(resolve));
    await expect(expectBrokers(`127.0.0.1:${port}`)).rejects.toThrow(
      new RegExp(`127\\.0\\.0\\.1:${port}: .*ECONNREFUSED.*\\n.*--without-kafka`),
    );
  });

  it("fails if a step that needs Kafka runs without, or its reason isn't shown", async () => {
    const entry = { title: "T", causes: [], commands: [] };
    const run = jest.fn(() => Promise.resolve("seen"));
    const steps = [{ name: "a", entry, needsKafka: true, run } as const, { name: "b", entry, run }];
    const result = await runSteps(steps, () => undefined, { withoutKafka: "--without-kafka" });
    expect(result).toMatchObject({ passed: true, steps: [{ outcome: "not run", detail: "--without-kafka" }, {}] });
    expect(run).toHaveBeenCalledTimes(1);
  });
});

describe("tables in a deployed database", () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await createPostgres("made-up");
    postgres.start();
  });
  afterAll(() => postgres.remove());

  const context = (schema: string): { schema: string; sql: (text: string) => Promise<string[]> } => ({
    schema,
    sql: async (text) => {
      const env = { ...process.env, ...postgres.env, PGOPTIONS: `-c search_path=${schema}` };
      const { exitCode, stdout, stderr } = await runPsql(text, env);
      if (exitCode !== 0) throw new Error(stderr);
      return stdout.split("\n").filter((line) => line !== "");
    },
  });

  it("fails if a later test doesn't know the tables of an earlier one", async () => {
    const own = context("cdc_smoke");
    expect(await claimTables(own)).toBe("not there yet");
    await own.sql(createTables);
    expect(await claimTables(own)).toBe("made by an earlier test");
    await own.sql(createTables);
  });

  it("fails if somebody's table, view or comment is taken for the test's", async () => {
    const others = context("public");
    await others.sql(
      "CREATE TABLE orders (id INTEGER); COMMENT ON TABLE orders IS 'ours'; CREATE VIEW users AS SELECT 1;",
    );
    await expect(claimTables(others)).rejects.toThrow(/public\.(users, public\.orders|orders, public\.users)/);
  });

  it("fails if the tables can be made in another schema than the one that was claimed", async () => {
    await expect(context("missing").sql(createTables)).rejects.toThrow("no schema has been selected");
  });
});

describe("commands for AWS", () => {
  const commands = (schema: string, settings = standard): string[] => {
    const keyPrefixes = [`postgres-cdc.${schema}.users/`, `postgres-cdc.${schema}.orders/`];
    const deployment = { outputs: read(), settings, schema, keyPrefixes, sslMode: "require" };
    return [
      ...Object.values(awsEntries(deployment)).flatMap((entry) => entry.commands),
      ...removalCommands(deployment),
    ];
  };

  it("fails if one isn't filled in, or isn't of AWS", () => {
    expect(commands("cdc_smoke").join("\n")).toMatchSnapshot();
  });

  it("fails if a log is named that nothing writes", () => {
    expect(commands("cdc_smoke", existing).join("\n")).not.toContain("aws logs");
  });

  it("fails if the schema public is dropped", () => {
    expect(commands("public").join("\n")).not.toContain("DROP SCHEMA");
  });
});
