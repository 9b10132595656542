import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runDoctor } from "../../cli/doctor";
import { runPsql } from "../../local/running/postgres";
import { type Check, Failing, type Finding, runChecks } from "../../operations/doctor/check";
import { checklist } from "../../operations/doctor/checklist";
import { judge } from "../../operations/doctor/network-checks";
import { Pipeline } from "../../operations/doctor/pipeline";
import { remedies } from "../../operations/doctor/remedies";
import type { SynthesizedStack } from "../../terraform/synthesized";
import { deployed } from "../local/deployment";
import { Stacks } from "../local/stacks";
import { createPostgres, type Postgres } from "../support/postgres";
import { PROJECT } from "../support/project";
import { Account, archives, brokerRule, databaseRule, paths, sinkLagDimensions } from "./account";

// Starting everything takes seconds on a free machine, and a minute on a busy one.
jest.setTimeout(180_000);

const PASSWORD = "made-up-password";
const limits = { slotMegabytes: 1, sinkSeconds: 300 };

const stacks = new Stacks();
const folder = mkdtempSync(join(tmpdir(), "cdc-doctor-"));
let stack: SynthesizedStack;
let postgres: Postgres;
let account: Account;

beforeAll(async () => {
  process.env.PGSSLMODE = "disable";
  [account, postgres, stack] = await Promise.all([
    Account.open(),
    createPostgres(PASSWORD),
    stacks.synthesize("standard"),
  ]);
  postgres.start();
  await sql(prepared, "postgres");
  await sql(captured);
  await sql(reader, "reader");
  await account.deploy(stack, { port: postgres.port, password: PASSWORD });
  await slot("t");
});

afterAll(() => {
  account.close();
  postgres.remove();
  stacks.remove();
  rmSync(folder, { recursive: true });
});

const prepared = "CREATE DATABASE cdcsourcedb; CREATE DATABASE reader;";

const captured = `
CREATE TABLE users (id SERIAL PRIMARY KEY);
CREATE TABLE orders (id SERIAL PRIMARY KEY);
CREATE PUBLICATION debezium_pub FOR ALL TABLES;
CREATE PUBLICATION of_nothing;
SELECT pg_create_logical_replication_slot('debezium', 'pgoutput');`;

/** A subscription reads the slot as Debezium would. */
const reader = `CREATE SUBSCRIPTION reads CONNECTION 'host=127.0.0.1 dbname=cdcsourcedb user=dbadmin password=${PASSWORD} port=PORT'
PUBLICATION of_nothing WITH (slot_name = debezium, create_slot = false, copy_data = false);`;

async function sql(text: string, database = "cdcsourcedb"): Promise<string> {
  const env = { ...process.env, ...postgres.env, PGDATABASE: database };
  const { exitCode, stdout, stderr } = await runPsql(text.replace("PORT", String(postgres.port)), env);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** Waits until the slot is active and has caught up, or isn't active: both take PostgreSQL a moment. */
async function slot(active: "t" | "f"): Promise<void> {
  const state = `SELECT active, active AND pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn) < 500000
                 FROM pg_replication_slots WHERE slot_name = 'debezium'`;
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if ((await sql(state)) === `${active}|${active}`) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the slot doesn't become ${active}`);
}

async function stopReader(): Promise<void> {
  await sql("ALTER SUBSCRIPTION reads DISABLE", "reader");
  await slot("f");
}

async function startReader(): Promise<void> {
  await sql("ALTER SUBSCRIPTION reads ENABLE", "reader");
  await slot("t");
}

async function examine(): Promise<Finding[]> {
  const { outputs, connectorsFolder } = account;
  const env = { ...process.env, PGUSER: undefined, PGPASSWORD: undefined };
  const pipeline = new Pipeline({ stack, outputs, connectorsFolder, limits, env });
  return runChecks(checklist(pipeline), { onFinding: () => undefined, redact: pipeline.secrets.redact });
}

const failing = (findings: readonly Finding[]): string[] =>
  findings.filter(({ outcome }) => outcome === "failing").map(({ id }) => id);

describe("a sound pipeline", () => {
  it("fails unless every point is ok", async () => {
    const findings = await examine();
    expect(findings.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
    expect(findings.length).toBeGreaterThanOrEqual(25);
  });
});

/** Plants a fault; what it gives takes it away again. */
type Plant = () => Promise<() => unknown>;

const faults: readonly (readonly [name: string, plant: Plant, expected: readonly string[], detail: RegExp])[] = [
  [
    "a database that was stopped",
    async () => {
      const [rds, instance] = [await account.aws.rds(), { DBInstanceIdentifier: "cdcsourcedb" }];
      await rds.stopDBInstance(instance);
      return () => rds.startDBInstance(instance);
    },
    ["database-state"],
    /cdcsourcedb is stopped/,
  ],
  [
    "a password that isn't the database's",
    async () => {
      const [secrets, SecretId] = [await account.aws.secretsManager(), "rds-secrets"];
      const { SecretString } = await secrets.getSecretValue({ SecretId });
      await secrets.putSecretValue({ SecretId, SecretString: '{"username":"dbadmin","password":"of-yesterday"}' });
      return () => secrets.putSecretValue({ SecretId, SecretString });
    },
    ["database-login"],
    /password authentication failed/,
  ],
  [
    "a slot that is gone",
    async () => {
      await stopReader();
      await sql("SELECT pg_drop_replication_slot('debezium')");
      return async () => {
        await sql("SELECT pg_create_logical_replication_slot('debezium', 'pgoutput')");
        await startReader();
      };
    },
    ["slot-active"],
    /no such slot/,
  ],
  [
    "a slot that nobody reads",
    async () => {
      await stopReader();
      return startReader;
    },
    ["slot-active"],
    /isn't active/,
  ],
  [
    "a slot that is far behind",
    async () => {
      await stopReader();
      await sql("CREATE TABLE bulk AS SELECT md5(n::text) FROM generate_series(1, 40000) n");
      return async () => {
        await sql("DROP TABLE bulk");
        await startReader();
      };
    },
    ["slot-active", "slot-lag"],
    /\d\.\d MB behind/,
  ],
  [
    "a publication that is gone",
    async () => {
      await sql("DROP PUBLICATION debezium_pub");
      return () => sql("CREATE PUBLICATION debezium_pub FOR ALL TABLES");
    },
    ["publication"],
    /no such publication/,
  ],
  [
    "a publication without a captured table",
    async () => {
      await sql("DROP PUBLICATION debezium_pub; CREATE PUBLICATION debezium_pub FOR TABLE users");
      return () => sql("DROP PUBLICATION debezium_pub; CREATE PUBLICATION debezium_pub FOR ALL TABLES");
    },
    ["publication"],
    /^without public\.orders/,
  ],
  [
    "a cluster at maintenance",
    () => {
      const cluster = account.msk.answers.get(paths.cluster)?.clusterInfo as object;
      return Promise.resolve(
        account.msk.change(paths.cluster, { clusterInfo: { ...cluster, state: "REBOOTING_BROKER" } }),
      );
    },
    ["cluster-state"],
    /REBOOTING_BROKER/,
  ],
  [
    "a connector that failed",
    () =>
      Promise.resolve(
        account.msk.change(paths.source, {
          connectorState: "FAILED",
          stateDescription: { code: "UnknownError.Unknown", message: "the password is password-of-debezium" },
        }),
      ),
    ["source-state"],
    /^FAILED: UnknownError\.Unknown: the password is \(secret\)$/,
  ],
  [
    "a connector without a running task",
    async () => {
      const task = { ConnectorName: "s3-sink-connector" };
      await account.putMetric("AWS/KafkaConnect", "RunningTaskCount", task, 0, 6);
      return () => account.putMetric("AWS/KafkaConnect", "RunningTaskCount", task, 1, 3);
    },
    ["sink-tasks"],
    /none runs/,
  ],
  [
    "a security group that doesn't let the connector reach the database",
    async () => {
      const [ec2, GroupId] = [await account.aws.ec2(), account.ids.databaseGroup];
      const rule = { GroupId, IpPermissions: [databaseRule(account.ids.brokersGroup)] };
      await ec2.revokeSecurityGroupIngress(rule);
      return () => ec2.authorizeSecurityGroupIngress(rule);
    },
    ["path-database"],
    /nothing lets port 5432 into the database/,
  ],
  [
    "a security group that lets one of two subnets reach the brokers",
    async () => {
      const [ec2, GroupId] = [await account.aws.ec2(), account.ids.brokersGroup];
      const rule = { GroupId, IpPermissions: [{ ...brokerRule, IpRanges: brokerRule.IpRanges.slice(1) }] };
      await ec2.revokeSecurityGroupIngress(rule);
      return () => ec2.authorizeSecurityGroupIngress(rule);
    },
    ["path-brokers-source", "path-brokers-sink"],
    /nothing lets port 9094 into the brokers/,
  ],
  [
    "a route table without the S3 endpoint",
    async () => {
      const [ec2, { endpoint, routeTable }] = [await account.aws.ec2(), account.ids];
      await ec2.modifyVpcEndpoint({ VpcEndpointId: endpoint, RemoveRouteTableIds: [routeTable] });
      return () => ec2.modifyVpcEndpoint({ VpcEndpointId: endpoint, AddRouteTableIds: [routeTable] });
    },
    ["path-s3"],
    /neither a gateway endpoint for S3 nor NAT/,
  ],
  [
    "a role that trusts S3 instead of MSK Connect",
    () => trusting("s3-sink-role", (document) => document.replace("kafkaconnect.amazonaws.com", "s3.amazonaws.com")),
    ["sink-trust"],
    /doesn't trust kafkaconnect\.amazonaws\.com/,
  ],
  [
    "a role that trusts MSK Connect for another connector",
    () =>
      trusting("debezium-connector-role", (document) => document.replace("connector/debezium-", "connector/other-")),
    ["source-trust"],
    /aws:SourceArn has to be .*other-postgres-connector/,
  ],
  [
    "a role without its policy",
    async () => {
      const [iam, RoleName] = [await account.aws.iam(), "s3-sink-role"];
      const { AttachedPolicies: [policy] = [] } = await iam.listAttachedRolePolicies({ RoleName });
      await iam.detachRolePolicy({ RoleName, PolicyArn: policy?.PolicyArn });
      return () => iam.attachRolePolicy({ RoleName, PolicyArn: policy?.PolicyArn });
    },
    ["sink-permissions"],
    /not allowed: .*s3:PutObject on arn:aws:s3:::cdcdestinationbucket-\w+\/a/,
  ],
  [
    "a password in a secret that the role may not read",
    async () => {
      const secrets = await account.aws.secretsManager();
      await secrets.createSecret({ Name: "elsewhere", SecretString: "{}" });
      const { connectorConfiguration: configuration } = account.msk.answers.get(paths.source) as {
        connectorConfiguration: object;
      };
      const restore = account.msk.change(paths.source, {
        connectorConfiguration: { ...configuration, "database.password": "${secretsmanager:elsewhere:password}" },
      });
      return async () => {
        restore();
        await secrets.deleteSecret({ SecretId: "elsewhere", ForceDeleteWithoutRecovery: true });
      };
    },
    ["source-permissions"],
    /not allowed: secretsmanager:GetSecretValue on arn:aws:secretsmanager:\S+:secret:elsewhere-/,
  ],
  [
    "an archive of the same size with other bytes",
    async () => replacing(archives.debezium.key, archives.debezium.content.replace("archive", "ARCHIVE")),
    ["source-archive"],
    /has the sha256 \w+…, locked is/,
  ],
  [
    "an archive that is gone",
    async () => replacing(archives["s3-sink"].key, undefined),
    ["sink-archive"],
    /s3-sink\.zip isn't in cdcdebeziumplugins/,
  ],
  [
    "a plugin that was made of another archive",
    () => {
      const { latestRevision } = account.msk.answers.get(paths.sinkPlugin) as { latestRevision: object };
      const revision = { ...latestRevision, fileDescription: { fileSize: 3 } };
      return Promise.resolve(account.msk.change(paths.sinkPlugin, { latestRevision: revision }));
    },
    ["sink-plugin"],
    /was made of 3 bytes/,
  ],
  [
    "a plugin that MSK Connect couldn't make",
    () => Promise.resolve(account.msk.change(paths.sinkPlugin, { customPluginState: "CREATE_FAILED" })),
    ["sink-plugin"],
    /CREATE_FAILED/,
  ],
  [
    "a setting that was changed by hand",
    () => {
      const { connectorConfiguration: configuration } = account.msk.answers.get(paths.sink) as {
        connectorConfiguration: object;
      };
      return Promise.resolve(
        account.msk.change(paths.sink, {
          connectorConfiguration: { ...configuration, "flush.size": "10", "store.password": "hidden" },
        }),
      );
    },
    ["sink-configuration"],
    /^flush\.size: "10" instead of "10000"\nstore\.password: \(secret\) instead of not set\n/,
  ],
  [
    "an error in a log, with the password in it",
    async () => {
      const [logs, logGroupName] = [await account.aws.logs(), "/aws/mskconnect/debezium-postgres-connector"];
      await logs.createLogStream({ logGroupName, logStreamName: "failed" });
      const message = "[worker] ERROR login with password-of-debezium failed";
      await logs.putLogEvents({
        ...{ logGroupName, logStreamName: "failed" },
        logEvents: [{ timestamp: Date.now() - 1000, message }],
      });
      return () => logs.deleteLogStream({ logGroupName, logStreamName: "failed" });
    },
    ["source-log"],
    /^1 in \/aws.*, the last:\n\[worker\] ERROR login with \(secret\) failed$/,
  ],
  [
    "a sink that is an hour behind",
    async () => {
      await account.putMetric("AWS/Kafka", "EstimatedMaxTimeLag", sinkLagDimensions, 3600, 6);
      return () => account.putMetric("AWS/Kafka", "EstimatedMaxTimeLag", sinkLagDimensions, 10, 3);
    },
    ["sink-lag"],
    /postgres-cdc\.public\.users 120 records, 3600 s/,
  ],
];

async function trusting(RoleName: string, change: (document: string) => string): Promise<() => unknown> {
  const iam = await account.aws.iam();
  const { Role } = await iam.getRole({ RoleName });
  const before = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
  await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: change(before) });
  return () => iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: before });
}

async function replacing(Key: string, content: string | undefined): Promise<() => unknown> {
  const [s3, Bucket] = [await account.aws.s3(), account.ids.pluginsBucket];
  const { Body } = await s3.getObject({ Bucket, Key });
  const before = await Body?.transformToString();
  if (content === undefined) await s3.deleteObject({ Bucket, Key });
  else await s3.putObject({ Bucket, Key, Body: content });
  return () => s3.putObject({ Bucket, Key, Body: before });
}

describe("planted faults", () => {
  it.each(faults)("fails if %s isn't found, or more than that", async (_name, plant, expected, detail) => {
    const heal = await plant();
    const findings = await examine().finally(heal);
    expect(failing(findings)).toEqual(expected);
    expect(findings.find(({ id }) => id === expected.at(-1))?.detail).toMatch(detail);
    expect(JSON.stringify(findings)).not.toMatch(
      /made-up-password|of-yesterday|password-of-debezium|hidden|made-up-secret-key/,
    );
  });

  it("fails if one isn't gone afterwards", async () => {
    expect(failing(await examine())).toEqual([]);
  });
});

describe("checks", () => {
  const run = (checks: readonly Pick<Check, "run" | "seconds">[]): Promise<Finding[]> =>
    runChecks(
      checks.map((check, index) => ({ id: `${index}`, name: "n", remedy: remedies.logs, ...check })),
      { onFinding: () => undefined, redact: (text) => text },
    );

  it("fails if a broken one stops the others, or counts as anything else than not checkable", async () => {
    const found = await run([
      { run: () => Promise.reject(new TypeError("x is not a function")) },
      { run: () => Promise.resolve("fine") },
      { run: () => Promise.reject(new Failing("wrong")) },
      { run: () => new Promise(() => undefined), seconds: 0.01 },
      { run: () => Promise.reject(Object.assign(new Error("gone"), { name: "NoSuchEntityException" })) },
    ]);
    expect(found.map(({ outcome }) => outcome)).toEqual(["not checkable", "ok", "failing", "not checkable", "failing"]);
    expect(found[3]?.detail).toBe("no answer within 0.01 seconds");
  });

  it("fails if a range of a security group that is too small, or a rule for another port, lets anything through", () => {
    const rule = (CidrIp: string): object => ({
      IpProtocol: "tcp",
      FromPort: 9094,
      ToPort: 9094,
      IpRanges: [{ CidrIp }],
    });
    const admits = (rules: object[], port = 9094): boolean => judge(rules, port, ["sg-1"], ["10.0.101.0/24"]).admits;
    expect(admits([rule("10.0.0.0/16")])).toBe(true);
    expect(admits([rule("0.0.0.0/0")])).toBe(true);
    expect(admits([rule("10.0.101.0/25")])).toBe(false);
    expect(admits([rule("10.1.0.0/16")])).toBe(false);
    expect(admits([rule("10.0.0.0/16")], 9098)).toBe(false);
    expect(admits([{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: "sg-1" }] }])).toBe(true);
    expect(judge([{ IpProtocol: "-1", PrefixListIds: [{ PrefixListId: "pl-1" }] }], 1, [], [])).toEqual({
      ...{ admits: false, unclear: true },
    });
  });

  it("fails if a remedy's link leads nowhere in the README", () => {
    const readme = readFileSync(join(PROJECT, "README.md"), "utf8");
    const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
    for (const { title } of Object.values(remedies)) expect(headings).toContain(title);
    expect(remedies.noFiles.link).toBe("README.md#3-s3-files-not-appearing");
  });
});

describe("the command", () => {
  async function doctor(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const written = { stdout: "", stderr: "" };
    const code = await runDoctor(words, {
      stdout: { write: (text) => void (written.stdout += text) },
      stderr: { write: (text) => void (written.stderr += text) },
    });
    return { code, ...written };
  }

  it("fails unless it says what it found, with the README's entry, and ends with 1", async () => {
    const file = join(folder, "outputs.json");
    writeFileSync(file, JSON.stringify(account.outputsJson));
    const heal = account.msk.change(paths.sink, { connectorState: "FAILED" });
    const json = await doctor("--profile", "standard", "--outputs", file, "--json");
    const text = await doctor("--profile", "standard", "--outputs", file).finally(heal);
    expect([json.code, text.code]).toEqual([1, 1]);
    const { healthy, findings } = JSON.parse(json.stdout) as { healthy: boolean; findings: Finding[] };
    // The project's own lock has other archives.
    expect([healthy, failing(findings)]).toEqual([false, ["source-archive", "source-plugin", "sink-state"]]);
    expect(text.stdout).toMatch(
      /FAILING +s3-sink-connector is RUNNING\n +FAILED\n +→ 3\. S3 Files Not Appearing: README\.md#3-s3-/,
    );
    expect(text.stdout).toMatch(/\n\d+ ok, 3 failing, \d not checkable\n$/);
    expect(text.stderr).toContain("RDS instance is available: ok");
    expect(json.stdout + text.stdout + text.stderr).not.toMatch(/made-up|password-of-debezium/);
  });

  it("fails if a connector that failed before it had an output is unknown, or one that isn't there ends it", async () => {
    const outputs = { ...account.outputsJson, debezium_connector_arn: undefined, s3_sink_connector_arn: undefined };
    const file = join(folder, "failed.json");
    writeFileSync(file, JSON.stringify(outputs));
    const connectorName = "debezium-postgres-connector";
    account.msk.answers.set("/v1/connectors", {
      connectors: [{ connectorName, connectorArn: deployed.debezium_connector_arn }],
    });
    const heal = account.msk.change(paths.source, { connectorState: "FAILED" });
    const result = await doctor("--profile", "standard", "--outputs", file, "--json").finally(heal);
    const { findings } = JSON.parse(result.stdout) as { findings: Finding[] };
    const of = (wanted: string): Finding | undefined => findings.find(({ id }) => id === wanted);
    expect(of("source-state")).toMatchObject({ outcome: "failing", detail: "FAILED" });
    expect(of("sink-state")).toMatchObject({ outcome: "failing", detail: expect.stringMatching(/NotFound/) as string });
    expect(of("slot-active")?.outcome).toBe("ok");
  });

  it("fails if an account that answers nothing ends it, or counts as well with --strict", async () => {
    const silent = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const endpoint = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
    const file = join(folder, "unreachable.json");
    const outputs = { ...account.outputsJson, rds_endpoint: { value: "127.0.0.1:1" } };
    writeFileSync(file, JSON.stringify({ ...outputs, msk_bootstrap_brokers: { value: "127.0.0.1:1" } }));
    const names = Object.keys(account.env).filter((name) => name.startsWith("AWS_ENDPOINT_URL"));
    for (const name of names) process.env[name] = endpoint;
    process.env.AWS_MAX_ATTEMPTS = "1";
    try {
      const result = await doctor("--profile", "standard", "--outputs", file, "--json", "--strict");
      const { findings } = JSON.parse(result.stdout) as { findings: Finding[] };
      expect(new Set(findings.map(({ outcome }) => outcome))).toEqual(new Set(["not checkable"]));
      expect(result.code).toBe(1);
    } finally {
      Object.assign(process.env, account.env);
      delete process.env.AWS_MAX_ATTEMPTS;
      silent.close();
    }
  });

  it.each([[["--profile", "standard"]], [["--max-slot-lag", "much"]], [["--nonsense"]]])(
    "fails if %j is taken",
    async (words) => {
      expect((await doctor(...words)).code).toBe(2);
    },
  );

  it("fails if --help doesn't tell of the exit codes, or outputs that can't be read aren't told", async () => {
    expect(await doctor("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("Exit codes:") as string });
    const missing = await doctor("--profile", "standard", "--outputs", join(folder, "missing.json"));
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("outputs-unreadable") as string });
  });
});
