import { MskconnectCustomPlugin } from "@cdktf/provider-aws/lib/mskconnect-custom-plugin";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Id } from "@cdktf/provider-random/lib/id";
import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { DataVaultGenericSecret } from "@cdktf/provider-vault/lib/data-vault-generic-secret";
import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { Fn, TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import { debeziumPostgresSource } from "../connectors/debezium-postgres-source";
import { s3Sink, s3SinkClasses } from "../connectors/s3-sink";
import { escapePlaceholders } from "../connectors/values";
import { workerConfiguration } from "../connectors/worker-configuration";
import { RootModule } from "../lib";
import { Bucket, BucketObject, BucketProps } from "../modules/bucket";
import { CostMonitoring } from "../modules/cost-monitoring";
import { IamRole } from "../modules/iam-role";
import { Monitoring } from "../modules/monitoring";
import { MskCluster } from "../modules/msk-cluster";
import { MskConnector, MskConnectorProps } from "../modules/msk-connector";
import { connectorPolicies } from "../modules/policies";
import { Postgres } from "../modules/postgres";
import { Publication } from "../modules/publication";
import { Secret } from "../modules/secret";
import { Vpc } from "../modules/vpc";
import { watchedPipeline } from "../monitoring/series";
import type { PipelineSettings } from "../profiles/schema";
import { securityGroups } from "./security-groups";
import { pipelineVariables } from "./variables";

/** Content hashes of the two plugin archives, as `npm run plugins` recorded them; `null` where one isn't there yet. */
export interface PluginArchiveHashes {
  readonly debezium: string | null;
  readonly s3Sink: string | null;
}

export interface CdcPipelineStackProps {
  readonly settings: PipelineSettings;
  readonly archives: PluginArchiveHashes;
}

type ConnectorOperation = Pick<
  MskConnectorProps,
  "connectorName" | "kafkaConnectVersion" | "capacity" | "logRetentionInDays" | "workerProperties"
>;

/** PostgreSQL → Debezium → Kafka → S3 sink → S3, from left to right. */
export class CdcPipelineStack extends RootModule {
  constructor(scope: Construct, id: string, { settings, archives }: CdcPipelineStackProps) {
    super(scope, id, {
      requiredVersion: ">= 1.9",
      requiredProviders: {
        aws: { source: "hashicorp/aws", version: "~> 6.0" },
        vault: { source: "hashicorp/vault", version: "~> 5.0" },
        random: { source: "hashicorp/random", version: "~> 3.0" },
        null: { source: "hashicorp/null", version: "~> 3.0" },
      },
    });
    const { network, database, cluster, buckets, plugins } = settings;

    // Environment: what tfvars, the AWS account and Vault say
    const variables = pipelineVariables(this, network.vpcCidr);
    const hasTags = Object.keys(settings.tags).length > 0;
    new AwsProvider(this, "aws", {
      region: variables.awsRegion,
      ...(hasTags ? { defaultTags: [{ tags: settings.tags }] } : {}),
    });
    new VaultProvider(this, "vault", {});
    new RandomProvider(this, "random_provider");
    new NullProvider(this, "null_provider");
    const vaultSecret = new DataVaultGenericSecret(this, "rds", { path: settings.credentials.vaultPath });
    const username = vaultSecret.data.lookup("username");
    const password = vaultSecret.data.lookup("password");
    const random = new Id(this, "random", { byteLength: 8 });

    // Network
    const vpc = new Vpc(this, "vpc", {
      name: network.vpcName,
      cidr: network.vpcCidr,
      natGateways: network.natGateways,
      s3GatewayEndpoint: network.s3GatewayEndpoint,
      flowLogs: network.flowLogs,
      region: variables.awsRegion,
      azs: variables.azs,
      publicSubnets: variables.publicSubnets,
      privateSubnets: variables.privateSubnets,
    });
    const isPrivate = network.subnets === "private";
    const subnetIds = isPrivate ? vpc.privateSubnetIds : vpc.publicSubnetIds;
    const connectorSubnets = isPrivate ? variables.privateSubnets : variables.publicSubnets;
    const groups = securityGroups(this, { vpcId: vpc.vpcId, connectorSubnets, network });

    // Credentials
    const secret = new Secret(this, "db_credentials", {
      name: settings.credentials.secretName,
      recoveryWindowInDays: settings.credentials.recoveryWindowInDays,
      secretString: Fn.jsonencode({ username, password }),
    });

    // Source database
    const sourceDb = new Postgres(this, "source_db", {
      ...database,
      username,
      password,
      subnetIds,
      vpcSecurityGroupIds: [groups.database.id],
    });
    const publication =
      settings.publication.createdBy === "psql"
        ? new Publication(this, "setup_postgres_cdc", {
            publicationName: settings.source.publicationName,
            slotName: settings.source.slotName,
            databaseName: database.databaseName,
            address: sourceDb.address,
            endpoint: sourceDb.endpoint,
            username,
            password,
            databaseTimeoutSeconds: settings.publication.databaseTimeoutSeconds,
            dependsOn: [sourceDb],
          })
        : undefined;

    // Kafka
    const msk = new MskCluster(this, "msk_cluster", {
      ...cluster,
      clientSubnets: subnetIds,
      securityGroups: [groups.brokers.id],
    });

    // Buckets
    const destinationBucket = new Bucket(this, "destination_bucket", bucketProps(buckets.destination, random));
    const pluginsBucket = new Bucket(this, "plugins_bucket", {
      ...bucketProps(buckets.plugins, random),
      objects: [
        archive(plugins.debezium.fileKey, plugins.detectChanges ? archives.debezium : null),
        archive(plugins.s3Sink.fileKey, plugins.detectChanges ? archives.s3Sink : null),
      ],
    });
    const debeziumPlugin = customPlugin(this, "debezium_postgres_plugin", plugins.debezium, pluginsBucket);
    const s3SinkPlugin = customPlugin(this, "s3_sink_plugin", plugins.s3Sink, pluginsBucket);

    // Roles
    const policies = connectorPolicies[settings.iam.policies](this, {
      region: variables.awsRegion,
      clusterArn: msk.arn,
      destinationBucketArn: destinationBucket.arn,
      secretArn: secret.arn,
      topicPrefix: settings.source.topicPrefix,
      sourceConnectorName: settings.sourceConnector.name,
      sinkConnectorName: settings.sinkConnector.name,
      offsetStorageTopic: settings.sourceConnector.worker?.offsetStorageTopic,
      deadLetterTopic: settings.sink.errorsDeadletterqueueTopicName,
    });
    const debeziumRole = new IamRole(this, "debezium_connector_role", {
      roleName: "debezium-connector-role",
      roleDescription: "IAM role for Debezium MSK Connector",
      policyName: "debezium-connector-policy",
      policyDescription: "IAM policy for Debezium MSK Connector",
      ...policies.source,
    });
    const s3SinkRole = new IamRole(this, "s3_sink_role", {
      roleName: "s3-sink-role",
      roleDescription: "IAM role for S3 Sink Connector",
      policyName: "s3-sink-policy",
      policyDescription: "IAM policy for S3 Sink Connector",
      ...policies.sink,
    });

    // Connectors: Debezium from the database to Kafka, the sink from Kafka to S3
    const kafka: Pick<MskConnectorProps, "bootstrapServers" | "encryptionType" | "subnets" | "securityGroups"> = {
      bootstrapServers: cluster.clientBroker === "PLAINTEXT" ? msk.bootstrapBrokers : msk.bootstrapBrokersTls,
      encryptionType: cluster.clientBroker === "PLAINTEXT" ? "PLAINTEXT" : "TLS",
      subnets: subnetIds,
      securityGroups: [groups.brokers.id],
    };
    const debeziumConnector = new MskConnector(this, "debezium_postgres_connector", {
      ...kafka,
      ...operation(settings.sourceConnector),
      plugin: { arn: debeziumPlugin.arn, revision: debeziumPlugin.latestRevision },
      serviceExecutionRoleArn: debeziumRole.arn,
      connectorConfiguration: forTerraform(
        debeziumPostgresSource({
          ...settings.source,
          databaseHostname: sourceDb.address,
          databasePort: 5432,
          databaseUser: username,
          databasePassword: password,
          databaseDbname: database.databaseName,
        }),
      ),
      dependsOn: publication ? [msk, publication] : [msk],
    });
    const s3SinkConnector = new MskConnector(this, "s3_sink_connector", {
      ...kafka,
      ...operation(settings.sinkConnector),
      plugin: { arn: s3SinkPlugin.arn, revision: s3SinkPlugin.latestRevision },
      serviceExecutionRoleArn: s3SinkRole.arn,
      connectorConfiguration: forTerraform(
        s3Sink({
          ...settings.sink,
          s3BucketName: destinationBucket.bucketName,
          s3Region: variables.awsRegion,
          formatClass: s3SinkClasses.jsonFormat,
          storageClass: s3SinkClasses.s3Storage,
        }),
      ),
      dependsOn: [msk],
    });

    // What it costs
    const { emails, ...limits } = settings.costs;
    if (limits.monthlyBudget !== null || limits.anomalyThreshold !== null) {
      new CostMonitoring(this, "cost_monitoring", {
        ...limits,
        emails,
        namePrefix: cluster.clusterName,
        projectTag: settings.tags.Project ?? "",
      });
    }

    // Who is told when something is wrong
    const { enabled, ...watched } = settings.monitoring;
    const monitoring = enabled
      ? new Monitoring(this, "monitoring", {
          ...watched,
          pipeline: watchedPipeline(settings, {
            databaseIdentifier: sourceDb.identifier,
            bucketName: destinationBucket.bucketName,
          }),
          logGroupNames: { source: debeziumConnector.logGroupName, sink: s3SinkConnector.logGroupName },
          heartbeatIntervalMs: Number(settings.source.heartbeatIntervalMs ?? 0),
          region: variables.awsRegion,
        })
      : undefined;

    pipelineOutputs(this, {
      rds_endpoint: [sourceDb.endpoint, "Host and port of the source database."],
      msk_cluster_arn: [msk.arn, "ARN of the MSK cluster."],
      msk_bootstrap_brokers: [kafka.bootstrapServers, "Brokers to connect to: TLS where the cluster offers it."],
      msk_bootstrap_brokers_tls: [msk.bootstrapBrokersTls, "Brokers to connect to with TLS, port 9094."],
      msk_bootstrap_brokers_plaintext: [
        msk.bootstrapBrokers,
        "Brokers to connect to without encryption, port 9092; empty where the cluster speaks TLS only.",
      ],
      destination_bucket: [destinationBucket.bucketName, "Name of the bucket that the sink writes to."],
      debezium_connector_arn: [debeziumConnector.arn, "ARN of the Debezium source connector."],
      s3_sink_connector_arn: [s3SinkConnector.arn, "ARN of the S3 sink connector."],
      ...(monitoring ? { alarm_topic_arn: [monitoring.topicArn, "ARN of the topic that the alarms write to."] } : {}),
    });
  }
}

/**
 * An archive in connectors/, as Terraform sees it from the stack's folder: the state has this very path, and beside the stacks
 * the archives travel with Terraform Cloud's uploads.
 */
function archive(fileKey: string, sourceHash: string | null): BucketObject {
  return { key: fileKey, source: `../connectors/${fileKey}`, sourceHash };
}

function customPlugin(
  scope: Construct,
  id: string,
  plugin: PipelineSettings["plugins"]["debezium"],
  bucket: Bucket,
): MskconnectCustomPlugin {
  return new MskconnectCustomPlugin(scope, id, {
    name: plugin.name,
    contentType: "ZIP",
    location: { s3: { bucketArn: bucket.arn, fileKey: plugin.fileKey } },
    dependsOn: [bucket],
  });
}

function bucketProps({ namePrefix, ...bucket }: PipelineSettings["buckets"]["plugins"], random: Id): BucketProps {
  return { ...bucket, bucketName: `${namePrefix}-${random.hex}` };
}

function operation(connector: PipelineSettings["sourceConnector"]): ConnectorOperation {
  return {
    connectorName: connector.name,
    kafkaConnectVersion: connector.kafkaConnectVersion,
    capacity: connector.capacity,
    logRetentionInDays: connector.logRetentionInDays,
    workerProperties: connector.worker ? workerConfiguration(connector.worker) : null,
  };
}

/** A config provider's placeholder, `${secretsmanager:…}`, is Kafka Connect's to resolve; Terraform would take it for its own. */
function forTerraform(configuration: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(configuration).map(([name, value]) => [name, escapePlaceholders(value)]));
}

function pipelineOutputs(
  scope: Construct,
  outputs: Readonly<Record<string, readonly [value: string, description: string]>>,
): void {
  for (const [name, [value, description]] of Object.entries(outputs)) {
    // In Terraform an output may have a module's name; among constructs each name is there once.
    const id = scope.node.tryFindChild(name) ? `output.${name}` : name;
    new TerraformOutput(scope, id, { value, description }).overrideLogicalId(name);
  }
}
