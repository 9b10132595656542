import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IpPermission } from "@aws-sdk/client-ec2";
import { type PluginLockEntry, writePluginLock } from "../../connectors/plugins/lock";
import { type DeployedConnector, isReference, readDeployedSettings } from "../../local/reading/deployed";
import { type Outputs, parseOutputs } from "../../local/reading/outputs";
import { Aws } from "../../operations/aws";
import { asText, type SynthesizedStack } from "../../terraform/synthesized";
import { deployed, outputsJson } from "../local/deployment";
import { CREDENTIALS, Moto } from "../support/moto";
import { MskStandIn } from "./msk-stand-in";

const ACCOUNT = "123456789012";
const REGION = "us-east-1";
const TAGS = [{ Key: "Project", Value: "cdc" }];

/** Contents of the two archives, and what the lock says of them. */
export const archives = {
  debezium: { key: "debezium-postgres-connector.zip", content: "debezium's archive" },
  "s3-sink": { key: "s3-sink.zip", content: "the sink's archive" },
} as const;

export interface Ids {
  readonly brokersGroup: string;
  readonly databaseGroup: string;
  readonly endpoint: string;
  readonly routeTable: string;
  readonly pluginsBucket: string;
}

/** An account of AWS with a pipeline in it: an emulator, and a stand-in for what that lacks. */
export class Account {
  public readonly aws = new Aws(REGION);
  public readonly connectorsFolder = mkdtempSync(join(tmpdir(), "cdc-connectors-"));
  public ids!: Ids;
  public outputs!: Outputs;
  /** As `terraform output -json` prints them. */
  public outputsJson!: object;

  private constructor(
    private readonly moto: Moto,
    public readonly msk: MskStandIn,
  ) {}

  /** Starts it, and points the SDK of this process there. */
  public static async open(): Promise<Account> {
    const moto = await Moto.start();
    const msk = new MskStandIn(moto.endpoint, () => new Aws(REGION));
    await msk.listen();
    const account = new Account(moto, msk);
    Object.assign(process.env, account.env);
    return account;
  }

  /** What leads an SDK there. */
  public get env(): Readonly<Record<string, string>> {
    const { endpoint } = this.msk;
    return {
      ...CREDENTIALS,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      AWS_ENDPOINT_URL: this.moto.endpoint,
      AWS_ENDPOINT_URL_KAFKA: endpoint,
      AWS_ENDPOINT_URL_KAFKACONNECT: endpoint,
      AWS_ENDPOINT_URL_IAM: endpoint,
    };
  }

  public close(): void {
    this.msk.close();
    this.moto.stop();
    rmSync(this.connectorsFolder, { recursive: true, force: true });
  }

  /** Everything of a stack that a check looks at, well and sound. */
  public async deploy(
    stack: SynthesizedStack,
    database: { readonly port: number; readonly password: string },
  ): Promise<void> {
    const brokers = this.msk.endpoint.replace("http://", "");
    this.outputsJson = outputsJson({
      ...deployed,
      ...{ rds_endpoint: `127.0.0.1:${database.port}` },
      ...{ msk_bootstrap_brokers: brokers, msk_bootstrap_brokers_tls: brokers },
    });
    this.outputs = parseOutputs(JSON.stringify(this.outputsJson), "outputs.json");
    const network = await this.createNetwork();
    const pluginsBucket = "cdcdebeziumplugins-0123456789abcdef";
    this.ids = { ...network, pluginsBucket };
    const settings = readDeployedSettings(stack);
    await Promise.all([
      this.createDatabase(network.databaseGroup, network.subnets),
      this.createBuckets(pluginsBucket),
      this.createRoles(stack),
      this.createSecret(settings.secretName, database.password),
      this.createLogs([settings.source, settings.sink]),
      this.measure(),
    ]);
    this.answerForMsk(settings, network);
  }

  /** A value in CloudWatch, as of some minutes ago. */
  public async putMetric(
    Namespace: string,
    MetricName: string,
    dimensions: Readonly<Record<string, string>>,
    Value: number,
    minutesAgo: number,
  ): Promise<void> {
    const Dimensions = Object.entries(dimensions).map(([Name, value]) => ({ Name, Value: value }));
    const Timestamp = new Date(Date.now() - minutesAgo * 60_000);
    await (
      await this.aws.cloudWatch()
    ).putMetricData({ Namespace, MetricData: [{ MetricName, Dimensions, Value, Timestamp }] });
  }

  private async createNetwork(): Promise<Omit<Ids, "pluginsBucket"> & { readonly subnets: string[] }> {
    const ec2 = await this.aws.ec2();
    const tags = (type: "vpc" | "security-group"): { ResourceType: "vpc" | "security-group"; Tags: typeof TAGS }[] => [
      { ResourceType: type, Tags: TAGS },
    ];
    const { Vpc } = await ec2.createVpc({ CidrBlock: "10.0.0.0/16", TagSpecifications: tags("vpc") });
    const VpcId = Vpc?.VpcId ?? "";
    const subnet = async (CidrBlock: string): Promise<string> =>
      (await ec2.createSubnet({ VpcId, CidrBlock })).Subnet?.SubnetId ?? "";
    const subnets = [await subnet("10.0.101.0/24"), await subnet("10.0.102.0/24")];
    const routeTable = (await ec2.createRouteTable({ VpcId })).RouteTable?.RouteTableId ?? "";
    for (const SubnetId of subnets) await ec2.associateRouteTable({ RouteTableId: routeTable, SubnetId });
    const endpoint = await ec2.createVpcEndpoint({
      ...{ VpcId, ServiceName: `com.amazonaws.${REGION}.s3`, VpcEndpointType: "Gateway", RouteTableIds: [routeTable] },
    });
    const group = async (GroupName: string): Promise<string> =>
      (
        await ec2.createSecurityGroup({
          VpcId,
          GroupName,
          Description: GroupName,
          TagSpecifications: tags("security-group"),
        })
      ).GroupId ?? "";
    const [brokersGroup, databaseGroup] = [await group("msk-sg"), await group("rds-sg")];
    await ec2.authorizeSecurityGroupIngress({ GroupId: brokersGroup, IpPermissions: [brokerRule] });
    await ec2.authorizeSecurityGroupIngress({ GroupId: databaseGroup, IpPermissions: [databaseRule(brokersGroup)] });
    return { brokersGroup, databaseGroup, endpoint: endpoint.VpcEndpoint?.VpcEndpointId ?? "", routeTable, subnets };
  }

  private async createDatabase(group: string, SubnetIds: string[]): Promise<void> {
    const rds = await this.aws.rds();
    const subnets = "cdc-rds-subnet-group";
    await rds.createDBSubnetGroup({ DBSubnetGroupName: subnets, DBSubnetGroupDescription: subnets, SubnetIds });
    await rds.createDBInstance({
      ...{
        DBInstanceIdentifier: "cdcsourcedb",
        DBInstanceClass: "db.t4g.large",
        Engine: "postgres",
        DBName: "cdcsourcedb",
      },
      ...{ MasterUsername: "dbadmin", MasterUserPassword: "not-the-one", AllocatedStorage: 100 },
      ...{ VpcSecurityGroupIds: [group], DBSubnetGroupName: subnets, Tags: TAGS },
    });
  }

  private async createBuckets(pluginsBucket: string): Promise<void> {
    const s3 = await this.aws.s3();
    const Tagging = { TagSet: TAGS };
    for (const Bucket of [pluginsBucket, deployed.destination_bucket]) {
      await s3.createBucket({ Bucket });
      await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
      await s3.putBucketTagging({ Bucket, Tagging });
    }
    for (const { key, content } of Object.values(archives)) {
      await s3.putObject({ Bucket: pluginsBucket, Key: key, Body: content, ChecksumAlgorithm: "SHA256" });
    }
    writePluginLock(
      { debezium: lockEntry(archives.debezium.content), "s3-sink": lockEntry(archives["s3-sink"].content) },
      this.connectorsFolder,
    );
  }

  /** The synthesized ones, with what Terraform fills in. */
  private async createRoles(stack: SynthesizedStack): Promise<void> {
    const iam = await this.aws.iam();
    for (const module of stack.modules.filter(({ resources }) =>
      resources.some(({ type }) => type === "aws_iam_role"),
    )) {
      const body = (type: string): Readonly<Record<string, unknown>> =>
        module.resources.find((resource) => resource.type === type)?.body ?? {};
      const { name, assume_role_policy: trust } = body("aws_iam_role");
      const RoleName = asText(name as string);
      await iam.createRole({ RoleName, AssumeRolePolicyDocument: filledIn(asText(trust as string)) });
      const { name: policyName, policy } = body("aws_iam_policy");
      const PolicyName = asText(policyName as string);
      const { Policy } = await iam.createPolicy({ PolicyName, PolicyDocument: filledIn(asText(policy as string)) });
      await iam.attachRolePolicy({ RoleName, PolicyArn: Policy?.Arn });
    }
  }

  private async createSecret(Name: string, password: string): Promise<void> {
    const SecretString = JSON.stringify({ username: "dbadmin", password });
    await (await this.aws.secretsManager()).createSecret({ Name, SecretString, Tags: TAGS });
  }

  private async createLogs(connectors: readonly DeployedConnector[]): Promise<void> {
    const logs = await this.aws.logs();
    for (const { logGroup: logGroupName = "" } of connectors) {
      await logs.createLogGroup({ logGroupName, tags: { Project: "cdc" } });
      await logs.createLogStream({ logGroupName, logStreamName: "worker" });
      await logs.putLogEvents({
        ...{ logGroupName, logStreamName: "worker" },
        logEvents: [{ timestamp: Date.now() - 1000, message: "[worker] INFO started" }],
      });
    }
  }

  private async measure(): Promise<void> {
    for (const ConnectorName of ["debezium-postgres-connector", "s3-sink-connector"]) {
      await this.putMetric("AWS/KafkaConnect", "RunningTaskCount", { ConnectorName }, 1, 9);
    }
    await this.putMetric("AWS/Kafka", "MaxOffsetLag", sinkLagDimensions, 120, 9);
    await this.putMetric("AWS/Kafka", "EstimatedMaxTimeLag", sinkLagDimensions, 20, 9);
  }

  private answerForMsk(
    { source, sink }: { readonly source: DeployedConnector; readonly sink: DeployedConnector },
    { brokersGroup, subnets }: { readonly brokersGroup: string; readonly subnets: string[] },
  ): void {
    const { answers } = this.msk;
    const [securityGroups, clientSubnets] = [[brokersGroup], subnets];
    answers.set(paths.cluster, {
      clusterInfo: {
        ...{ clusterArn: deployed.msk_cluster_arn, clusterName: "cdc-cluster", state: "ACTIVE" },
        brokerNodeGroupInfo: { clientSubnets, securityGroups },
      },
    });
    answers.set(`${paths.cluster}/topics`, {
      topics: ["postgres-cdc.public.users", "postgres-cdc.public.orders"].map((topicName) => ({
        topicName,
        partitionCount: 1,
      })),
    });
    for (const [connector, path, roleName, archive] of [
      [source, paths.source, "debezium-connector-role", archives.debezium],
      [sink, paths.sink, "s3-sink-role", archives["s3-sink"]],
    ] as const) {
      const customPluginArn = pluginArn(archive.key);
      const configuration = Object.entries(connector.configuration).map(([key, value]) => [
        key,
        isReference(value) ? resolved(key) : value,
      ]);
      answers.set(path, {
        ...{ connectorName: connector.name, connectorState: "RUNNING", creationTime: "2026-11-25T09:00:00.000Z" },
        connectorConfiguration: Object.fromEntries(configuration) as object,
        kafkaCluster: {
          apacheKafkaCluster: { bootstrapServers: deployed.msk_bootstrap_brokers, vpc: { securityGroups, subnets } },
        },
        kafkaClusterClientAuthentication: { authenticationType: "NONE" },
        logDelivery: { workerLogDelivery: { cloudWatchLogs: { enabled: true, logGroup: connector.logGroup } } },
        plugins: [{ customPlugin: { customPluginArn, revision: 1 } }],
        serviceExecutionRoleArn: `arn:aws:iam::${ACCOUNT}:role/${roleName}`,
      });
      answers.set(`/v1/custom-plugins/${encodeURIComponent(customPluginArn)}`, {
        ...{ customPluginArn, customPluginState: "ACTIVE", name: archive.key },
        latestRevision: {
          fileDescription: { fileSize: archive.content.length },
          location: { s3Location: { bucketArn: `arn:aws:s3:::${this.ids.pluginsBucket}`, fileKey: archive.key } },
        },
      });
    }
  }
}

/** Where the stand-in answers. */
export const paths = {
  cluster: `/v1/clusters/${encodeURIComponent(deployed.msk_cluster_arn)}`,
  source: `/v1/connectors/${encodeURIComponent(deployed.debezium_connector_arn)}`,
  sink: `/v1/connectors/${encodeURIComponent(deployed.s3_sink_connector_arn)}`,
  sinkPlugin: `/v1/custom-plugins/${encodeURIComponent(pluginArn(archives["s3-sink"].key))}`,
};

export const sinkLagDimensions = {
  "Cluster Name": "cdc-cluster",
  "Consumer Group": "connect-s3-sink-connector",
  Topic: "postgres-cdc.public.users",
};

export const brokerRule = {
  ...{ IpProtocol: "tcp", FromPort: 9092, ToPort: 9098 },
  IpRanges: [{ CidrIp: "10.0.101.0/24" }, { CidrIp: "10.0.102.0/24" }],
};

export function databaseRule(brokersGroup: string): IpPermission {
  return { IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: brokersGroup }] };
}

function pluginArn(name: string): string {
  return `arn:aws:kafkaconnect:${REGION}:${ACCOUNT}:custom-plugin/${name}/1`;
}

/** What a reference became; a password that is easy to find again. */
function resolved(key: string): string {
  return key === "database.password" ? "password-of-debezium" : "resolved";
}

function lockEntry(content: string): PluginLockEntry {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { source: "made up", version: "1", sourceSha256: sha256, sha256, size: content.length };
}

function filledIn(document: string): string {
  const cluster = deployed.msk_cluster_arn;
  return Object.entries({
    '${replace(var.msk_cluster_arn, ":cluster/", ":topic/")}': cluster.replace(":cluster/", ":topic/"),
    '${replace(var.msk_cluster_arn, ":cluster/", ":group/")}': cluster.replace(":cluster/", ":group/"),
    "${var.msk_cluster_arn}": cluster,
    "${var.destination_bucket_arn}": `arn:aws:s3:::${deployed.destination_bucket}`,
    "${var.db_credentials_secret_arn}": `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:rds-secrets-a`,
    "${var.current_account_id}": ACCOUNT,
    "${var.partition}": "aws",
    "${var.aws_region}": REGION,
  }).reduce((text, [reference, value]) => text.replaceAll(reference, value), document);
}
