import { runSimulation } from "@cloud-copilot/iam-simulate";
import { type StandIns, startStandIns } from "../../terraform/standins";
import { fakePsql, plannedResources, TFVARS, Workbench } from "../support/project";

jest.setTimeout(300_000);

const ACCOUNT = "123456789012";
const REGION = "us-east-1";
const ROLES = { source: "debezium_connector_role", sink: "s3_sink_role" } as const;
const CONNECTORS = { source: "debezium-postgres-connector", sink: "s3-sink-connector" } as const;

/** What somebody asks AWS for. */
interface Question {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** The policies of a pipeline that was applied, and the names of what they are about. */
class Applied {
  private readonly resources: Map<string, Record<string, unknown>>;

  constructor(state: { values: { root_module: object } }) {
    this.resources = plannedResources(state.values.root_module);
  }

  text(address: string, attribute: string): string {
    const value = this.resources.get(address)?.[attribute];
    if (typeof value !== "string" || value === "") throw new Error(`${address} has no ${attribute}`);
    return value;
  }

  /** `…:topic/<cluster>/<uuid>/<name>` */
  kafka(kind: "topic" | "group", name: string): string {
    return `${this.text("module.msk_cluster.aws_msk_cluster.cluster", "arn").replace(":cluster/", `:${kind}/`)}/${name}`;
  }

  get names(): Record<"cluster" | "bucket" | "plugins" | "secret" | "secretKey" | "bucketKey" | "databaseKey", string> {
    return {
      cluster: this.text("module.msk_cluster.aws_msk_cluster.cluster", "arn"),
      bucket: this.text("module.destination_bucket.aws_s3_bucket.bucket", "arn"),
      plugins: this.text("module.plugins_bucket.aws_s3_bucket.bucket", "arn"),
      secret: this.text("module.db_credentials.aws_secretsmanager_secret.secret", "arn"),
      secretKey: this.text("module.encryption.aws_kms_key.secrets", "arn"),
      bucketKey: this.text("module.encryption.aws_kms_key.buckets", "arn"),
      databaseKey: this.text("module.encryption.aws_kms_key.database", "arn"),
    };
  }

  /** The policy of what is asked for, where it has one. */
  private policyOf(resource: string): unknown {
    const keys = [...this.resources].filter(([address]) => address.startsWith("module.encryption.aws_kms_key."));
    const key = keys.find(([, values]) => values.arn === resource)?.[1].policy;
    const bucket = ["destination_bucket", "plugins_bucket"].find((name) =>
      resource.startsWith(this.text(`module.${name}.aws_s3_bucket.bucket`, "arn")),
    );
    const policy = bucket ? this.text(`module.${bucket}.aws_s3_bucket_policy.bucket_policy`, "policy") : key;
    return typeof policy === "string" ? JSON.parse(policy) : undefined;
  }

  async mayRole(role: keyof typeof ROLES, question: Question): Promise<boolean> {
    const module = `module.${ROLES[role]}`;
    const policy = JSON.parse(this.text(`${module}.aws_iam_policy.policy`, "policy")) as object;
    return this.ask(this.text(`${module}.aws_iam_role.role`, "arn"), [{ name: role, policy }], question);
  }

  /** Somebody of the account whose own policy allows everything: what is left is what the resource's policy refuses. */
  async mayAdministrator(question: Question): Promise<boolean> {
    const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
    return this.ask(`arn:aws:iam::${ACCOUNT}:user/admin`, [{ name: "everything", policy: everything }], question);
  }

  async mayAssume(role: keyof typeof ROLES, principal: string, context: Record<string, string>): Promise<boolean> {
    const address = `module.${ROLES[role]}.aws_iam_role.role`;
    const question = { action: "sts:AssumeRole", resource: this.text(address, "arn"), context };
    return this.ask(principal, [], question, JSON.parse(this.text(address, "assume_role_policy")));
  }

  private async ask(
    principal: string,
    identityPolicies: { name: string; policy: unknown }[],
    { action, resource, context = {} }: Question,
    resourcePolicy: unknown = this.policyOf(resource),
  ): Promise<boolean> {
    const simulated = await runSimulation(
      {
        request: {
          principal,
          action,
          resource: { resource, accountId: ACCOUNT },
          contextVariables: { "aws:SecureTransport": "true", ...context },
        },
        identityPolicies,
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        ...(resourcePolicy ? { resourcePolicy } : {}),
      },
      {},
    );
    if (simulated.resultType === "error") throw new Error(JSON.stringify(simulated.errors));
    return simulated.overallResult === "Allowed";
  }
}

describe("what the roles of production may do, by a policy simulator", () => {
  let standIns: StandIns;
  let applied: Applied;
  const tools = new Workbench();
  let project: Workbench;

  beforeAll(async () => {
    standIns = await startStandIns();
    project = new Workbench({ ...standIns.env, PATH: fakePsql(tools.folder).path });
    project.synth({ profile: "production" });
    project.terraformOk("init", "-input=false");
    project.terraformOk("apply", "-auto-approve", "-input=false", `-var-file=${TFVARS}`);
    applied = new Applied(JSON.parse(project.terraformOk("show", "-json")) as { values: { root_module: object } });
  });

  afterAll(async () => {
    [tools, project].forEach((bench) => bench.remove());
    await standIns.stop();
  });

  const throughS3 = { "kms:ViaService": `s3.${REGION}.amazonaws.com`, "kms:CallerAccount": ACCOUNT };
  const throughSecrets = { "kms:ViaService": `secretsmanager.${REGION}.amazonaws.com`, "kms:CallerAccount": ACCOUNT };
  const kafka = (action: string, kind: "topic" | "group", name: string): (() => Question) => {
    return () => ({ action: `kafka-cluster:${action}`, resource: applied.kafka(kind, name) });
  };
  const on = (
    action: string,
    name: keyof Applied["names"],
    path = "",
    context: Readonly<Record<string, string>> = {},
  ): (() => Question) => {
    return () => ({ action, resource: `${applied.names[name]}${path}`, context });
  };
  type Row = [role: keyof typeof ROLES, what: string, question: () => Question];

  const MUST: Row[] = [
    ["source", "connect to the cluster", on("kafka-cluster:Connect", "cluster")],
    ["source", "describe the cluster", on("kafka-cluster:DescribeCluster", "cluster")],
    ["source", "create a table's topic", kafka("CreateTopic", "topic", "postgres-cdc.public.users")],
    ["source", "write to a table's topic", kafka("WriteData", "topic", "postgres-cdc.public.users")],
    ["source", "write heartbeats", kafka("WriteData", "topic", "__debezium-heartbeat.postgres-cdc")],
    ["source", "create the heartbeats' topic", kafka("CreateTopic", "topic", "__debezium-heartbeat.postgres-cdc")],
    ["source", "keep its offsets", kafka("WriteData", "topic", "connect-offsets-debezium-postgres-connector")],
    ["source", "read its offsets", kafka("ReadData", "topic", "connect-offsets-debezium-postgres-connector")],
    ["source", "keep MSK Connect's own topics", kafka("WriteData", "topic", "__amazon_msk_connect_status_x_1")],
    ["source", "join MSK Connect's own group", kafka("AlterGroup", "group", "__amazon_msk_connect_x")],
    ["source", "read the secret", on("secretsmanager:GetSecretValue", "secret")],
    ["source", "decrypt the secret", on("kms:Decrypt", "secretKey", "", throughSecrets)],
    ["sink", "connect to the cluster", on("kafka-cluster:Connect", "cluster")],
    ["sink", "read a table's topic", kafka("ReadData", "topic", "postgres-cdc.public.users")],
    ["sink", "join its consumer group", kafka("AlterGroup", "group", "connect-s3-sink-connector")],
    ["sink", "join MSK Connect's own group", kafka("AlterGroup", "group", "__amazon_msk_connect_y")],
    ["sink", "list the bucket", on("s3:ListBucket", "bucket")],
    ["sink", "find the bucket's region", on("s3:GetBucketLocation", "bucket")],
    ["sink", "write an object, without asking for encryption", on("s3:PutObject", "bucket", "/a/b.json")],
    [
      "sink",
      "write an object, asking for KMS",
      on("s3:PutObject", "bucket", "/a/b.json", { "s3:x-amz-server-side-encryption": "aws:kms" }),
    ],
    ["sink", "give up an upload", on("s3:AbortMultipartUpload", "bucket", "/a/b.json")],
    ["sink", "list an upload's parts", on("s3:ListMultipartUploadParts", "bucket", "/a/b.json")],
    ["sink", "encrypt objects", on("kms:GenerateDataKey", "bucketKey", "", throughS3)],
    ["sink", "put an encrypted upload together", on("kms:Decrypt", "bucketKey", "", throughS3)],
  ];

  const MUST_NOT: Row[] = [
    ["source", "read a table's topic", kafka("ReadData", "topic", "postgres-cdc.public.users")],
    ["source", "delete a topic", kafka("DeleteTopic", "topic", "postgres-cdc.public.users")],
    ["source", "write to another pipeline's topic", kafka("WriteData", "topic", "postgres-cdc2.public.users")],
    ["source", "join the sink's group", kafka("AlterGroup", "group", "connect-s3-sink-connector")],
    ["source", "change the cluster", on("kafka-cluster:AlterCluster", "cluster")],
    ["source", "write objects", on("s3:PutObject", "bucket", "/a/b.json")],
    ["source", "change the secret", on("secretsmanager:PutSecretValue", "secret")],
    ["source", "decrypt without Secrets Manager", on("kms:Decrypt", "secretKey", "", { "kms:CallerAccount": ACCOUNT })],
    ["source", "decrypt the database", on("kms:Decrypt", "databaseKey", "", throughSecrets)],
    ["sink", "write to a table's topic", kafka("WriteData", "topic", "postgres-cdc.public.users")],
    ["sink", "read the source's offsets", kafka("ReadData", "topic", "connect-offsets-debezium-postgres-connector")],
    ["sink", "join another sink's group", kafka("AlterGroup", "group", "connect-other-sink")],
    ["sink", "delete objects", on("s3:DeleteObject", "bucket", "/a/b.json")],
    ["sink", "write plugins", on("s3:PutObject", "plugins", "/s3-sink.zip")],
    ["sink", "read the secret", on("secretsmanager:GetSecretValue", "secret")],
    ["sink", "decrypt without S3", on("kms:Decrypt", "bucketKey", "", { "kms:CallerAccount": ACCOUNT })],
    ["sink", "write without TLS", on("s3:PutObject", "bucket", "/a/b.json", { "aws:SecureTransport": "false" })],
    [
      "sink",
      "write with S3's own key",
      on("s3:PutObject", "bucket", "/a/b.json", { "s3:x-amz-server-side-encryption": "AES256" }),
    ],
    [
      "sink",
      "write with another key",
      on("s3:PutObject", "bucket", "/a/b.json", {
        "s3:x-amz-server-side-encryption": "aws:kms",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": `arn:aws:kms:${REGION}:${ACCOUNT}:key/another`,
      }),
    ],
  ];

  it.each(MUST)("fails if the %s can't %s", async (role, _what, question) => {
    expect(await applied.mayRole(role, question())).toBe(true);
  });

  it.each(MUST_NOT)("fails if the %s can %s", async (role, _what, question) => {
    expect(await applied.mayRole(role, question())).toBe(false);
  });

  it.each(["source", "sink"] as const)(
    "fails if anybody but this account's connector may use the %s's role",
    async (role) => {
      const connector = (account: string, name: string): Record<string, string> => ({
        "aws:SourceAccount": account,
        "aws:SourceArn": `arn:aws:kafkaconnect:${REGION}:${account}:connector/${name}/1234-5`,
      });
      const service = "kafkaconnect.amazonaws.com";
      expect(await applied.mayAssume(role, service, connector(ACCOUNT, CONNECTORS[role]))).toBe(true);
      expect(await applied.mayAssume(role, service, connector(ACCOUNT, "another"))).toBe(false);
      expect(await applied.mayAssume(role, service, connector("999999999999", CONNECTORS[role]))).toBe(false);
      expect(await applied.mayAssume(role, "ec2.amazonaws.com", connector(ACCOUNT, CONNECTORS[role]))).toBe(false);
    },
  );

  it("fails if an administrator can decrypt by hand, or give himself the use of a key", async () => {
    const { databaseKey, secretKey } = applied.names;
    for (const resource of [databaseKey, secretKey]) {
      const by = (action: string, context: Record<string, string> = {}): Promise<boolean> =>
        applied.mayAdministrator({ action, resource, context: { "kms:CallerAccount": ACCOUNT, ...context } });
      expect(await by("kms:ScheduleKeyDeletion")).toBe(true);
      expect(await by("kms:Decrypt")).toBe(false);
      expect(await by("kms:CreateGrant", { "kms:GrantIsForAWSResource": "false" })).toBe(false);
      expect(await by("kms:CreateGrant", { "kms:GrantIsForAWSResource": "true" })).toBe(true);
    }
  });

  it("fails if RDS can't use its key for who makes an instance or copies a snapshot", async () => {
    const context = { "kms:CallerAccount": ACCOUNT, "kms:ViaService": `rds.${REGION}.amazonaws.com` };
    for (const action of ["kms:GenerateDataKeyWithoutPlaintext", "kms:Decrypt", "kms:DescribeKey"]) {
      expect(await applied.mayAdministrator({ action, resource: applied.names.databaseKey, context })).toBe(true);
    }
  });
});
