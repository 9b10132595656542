import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Id } from "@cdktf/provider-random/lib/id";
import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { debeziumPostgresSource } from "../connectors/debezium-postgres-source";
import { s3Sink, s3SinkClasses } from "../connectors/s3-sink";
import { secretsManagerConfigProvider } from "../connectors/secrets-manager";
import { RootModule } from "../lib";
import { AccessLogBucket } from "../modules/access-log-bucket";
import { AccountServices } from "../modules/account-services";
import { Bucket, BucketProps } from "../modules/bucket";
import { CostMonitoring } from "../modules/cost-monitoring";
import { Encryption, KeyPurpose } from "../modules/encryption";
import { IamRole } from "../modules/iam-role";
import { Monitoring } from "../modules/monitoring";
import { MskCluster } from "../modules/msk-cluster";
import { MskConnector } from "../modules/msk-connector";
import { connectorPolicies } from "../modules/policies";
import { Postgres } from "../modules/postgres";
import { Publication } from "../modules/publication";
import { Secret } from "../modules/secret";
import { Vpc } from "../modules/vpc";
import { watchedPipeline } from "../monitoring/series";
import type { PipelineSettings } from "../profiles/schema";
import { readCredentials } from "./credentials";
import { brokerPort, kafkaAccess, kafkaPermissions } from "./kafka-access";
import { forTerraform, operation } from "./operation";
import { pipelineOutputs } from "./outputs";
import { connectorPlugins, PluginArchiveHashes } from "./plugins";
import { securityGroups } from "./security-groups";
import { pipelineVariables } from "./variables";

export interface CdcPipelineStackProps {
  readonly settings: PipelineSettings;
  readonly archives: PluginArchiveHashes;
}

/** PostgreSQL → Debezium → Kafka → S3 sink → S3, from left to right. */
export class CdcPipelineStack extends RootModule {
  constructor(scope: Construct, id: string, { settings, archives }: CdcPipelineStackProps) {
    super(scope, id, {
      // Write-only arguments came with 1.11, checks of variables that look at other variables with 1.9.
      requiredVersion: settings.credentials.writeOnly ? ">= 1.11" : ">= 1.9",
      requiredProviders: {
        aws: { source: "hashicorp/aws", version: "~> 6.0" },
        vault: { source: "hashicorp/vault", version: "~> 5.0" },
        random: { source: "hashicorp/random", version: "~> 3.0" },
        null: { source: "hashicorp/null", version: "~> 3.0" },
      },
    });
    const { network, database, cluster, buckets, plugins, encryption } = settings;
    const { preventDestroy } = settings.protection;

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
    const credentials = readCredentials(this, settings.credentials);
    const random = new Id(this, "random", { byteLength: 8 });

    // Keys
    const keys =
      encryption.customerManagedKeys.length > 0
        ? new Encryption(this, "encryption", {
            purposes: encryption.customerManagedKeys,
            namePrefix: cluster.clusterName,
            region: variables.awsRegion,
            deletionWindowInDays: encryption.deletionWindowInDays,
            preventDestroy,
          })
        : undefined;
    const keyFor = (purpose: KeyPurpose): string | null => keys?.key(purpose) ?? null;
    const logKeyArn = keyFor("logs");

    // Network
    const vpc = new Vpc(this, "vpc", {
      ...network,
      name: network.vpcName,
      cidr: network.vpcCidr,
      logKeyArn,
      region: variables.awsRegion,
      azs: variables.azs,
      publicSubnets: variables.publicSubnets,
      privateSubnets: variables.privateSubnets,
    });
    const isPrivate = network.subnets === "private";
    const subnetIds = isPrivate ? vpc.privateSubnetIds : vpc.publicSubnetIds;
    const connectorSubnets = isPrivate ? variables.privateSubnets : variables.publicSubnets;
    const groups = securityGroups(this, {
      vpcId: vpc.vpcId,
      connectorSubnets,
      network,
      brokerPort: brokerPort(cluster),
    });

    // Credentials
    const secret = new Secret(this, "db_credentials", {
      name: settings.credentials.secretName,
      recoveryWindowInDays: settings.credentials.recoveryWindowInDays,
      secretString: credentials.secretString,
      secretStringVersion: credentials.version,
      kmsKeyId: keyFor("secrets"),
      preventDestroy,
    });

    // Source database
    const sourceDb = new Postgres(this, "source_db", {
      ...database,
      ...credentials.master,
      passwordVersion: credentials.version,
      kmsKeyId: database.kmsKeyId ?? keyFor("database"),
      performanceInsightsKmsKeyId: keyFor("database"),
      logKeyArn,
      preventDestroy,
      subnetIds,
      vpcSecurityGroupIds: [groups.database.id],
    });
    const publication =
      settings.publication.createdBy === "psql"
        ? new Publication(this, "setup_postgres_cdc", {
            publicationName: settings.source.publicationName,
            slotName: settings.source.slotName,
            ...settings.publication,
            ...credentials.master,
            connectorRole: credentials.connectorRole,
            databaseName: database.databaseName,
            address: sourceDb.address,
            endpoint: sourceDb.endpoint,
            dependsOn: [sourceDb],
          })
        : undefined;

    // Kafka
    const msk = new MskCluster(this, "msk_cluster", {
      ...cluster,
      encryptionAtRestKmsKeyArn: cluster.encryptionAtRestKmsKeyArn ?? keyFor("brokers"),
      logKeyArn,
      preventDestroy,
      clientSubnets: cluster.availabilityZones === 3 ? subnetIds : Token.asList(Fn.slice(subnetIds, 0, 2)),
      securityGroups: [groups.brokers.id],
    });

    // Buckets
    const accessLogs =
      buckets.accessLogs &&
      new AccessLogBucket(this, "access_log_bucket", {
        bucketName: `${buckets.accessLogs.namePrefix}-${random.hex}`,
        expireAfterDays: buckets.accessLogs.expireAfterDays,
      });
    const bucket = ({ namePrefix, ...settingsOfBucket }: PipelineSettings["buckets"]["plugins"]): BucketProps => ({
      ...settingsOfBucket,
      bucketName: `${namePrefix}-${random.hex}`,
      kmsKeyArn: keyFor("buckets"),
      accessLogs: accessLogs && { bucketName: accessLogs.bucketName, prefix: `${namePrefix}/` },
      preventDestroy: false,
    });
    const destinationBucket = new Bucket(this, "destination_bucket", {
      ...bucket(buckets.destination),
      preventDestroy,
    });
    const customPlugins = connectorPlugins(this, { plugins, archives, bucket: bucket(buckets.plugins) });

    // Roles
    const policies = connectorPolicies[settings.iam.policies](this, {
      region: variables.awsRegion,
      clusterArn: msk.arn,
      destinationBucketArn: destinationBucket.arn,
      secretArn: secret.arn,
      secretKeyArn: keyFor("secrets"),
      bucketKeyArn: keyFor("buckets"),
      sourceConnectorName: settings.sourceConnector.name,
      sinkConnectorName: settings.sinkConnector.name,
      ...kafkaPermissions(settings),
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
    const kafka = {
      ...kafkaAccess(cluster, msk),
      subnets: subnetIds,
      securityGroups: [groups.connectors.id],
      logKeyArn,
    };
    // Whose brokers ask for permission can't start before it is there.
    const permission = (role: IamRole): IamRole[] => (cluster.clientAuthentication === "iam" ? [role] : []);
    const configProviders = credentials.connectorRole ? [secretsManagerConfigProvider(variables.awsRegion)] : [];
    const debeziumConnector = new MskConnector(this, "debezium_postgres_connector", {
      ...kafka,
      ...operation(settings.sourceConnector, configProviders),
      plugin: customPlugins.debezium,
      serviceExecutionRoleArn: debeziumRole.arn,
      connectorConfiguration: forTerraform(
        debeziumPostgresSource({
          ...settings.source,
          databaseHostname: sourceDb.address,
          databasePort: 5432,
          ...credentials.connector,
          databaseDbname: database.databaseName,
          extra: { ...settings.source.extra, ...credentials.connectorExtra },
        }),
      ),
      dependsOn: [
        msk,
        ...permission(debeziumRole),
        ...(publication ? [publication] : []),
        ...(credentials.connectorRole ? [secret] : []),
      ],
    });
    const s3SinkConnector = new MskConnector(this, "s3_sink_connector", {
      ...kafka,
      ...operation(settings.sinkConnector, []),
      plugin: customPlugins.s3Sink,
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
      dependsOn: [msk, ...permission(s3SinkRole)],
    });

    // The account
    const { accountServices } = settings;
    if (Object.values(accountServices).some((value) => value !== false && value !== "none")) {
      new AccountServices(this, "account_services", {
        ...accountServices,
        namePrefix: cluster.clusterName,
        bucketName: `cdcaccountservices-${random.hex}`,
        region: variables.awsRegion,
        watchedBucketArn: destinationBucket.arn,
      });
    }

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
          kmsMasterKeyId: watched.kmsMasterKeyId ?? keyFor("notifications"),
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
