import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StandIns, startStandIns } from "../terraform/standins";
import { run, Workbench } from "./support/project";

jest.setTimeout(120_000);

/** What is wrong, and what its message has to hold: the property, and something of what is allowed. */
interface Case {
  readonly name: string;
  readonly context?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly says: readonly string[];
}

interface Outcome {
  readonly code: number;
  readonly text: string;
  readonly wrote: boolean;
}

const settings = (name: string, overrides: object, ...says: string[]): Case => ({
  name,
  context: { settings: overrides },
  says,
});
const backend = (name: string, values: unknown, ...says: string[]): Case => ({
  name,
  context: { backend: values },
  says,
});

const production = (name: string, overrides: object, ...says: string[]): Case => ({
  ...settings(name, overrides, ...says),
  env: { CDC_PROFILE: "production" },
});

const capacity = (values: object): object => ({
  sourceConnector: {
    capacity: {
      mode: "autoscaling",
      mcuCount: 1,
      minWorkerCount: 1,
      maxWorkerCount: 2,
      scaleInCpuUtilization: 20,
      scaleOutCpuUtilization: 80,
      ...values,
    },
  },
});

const CASES: readonly Case[] = [
  // The choice of a profile
  {
    name: "a profile that doesn't exist",
    env: { CDC_PROFILE: "prod" },
    says: ["CDC_PROFILE", '"prod"', "existing, standard, production, development"],
  },
  {
    name: "a preset that doesn't exist",
    env: { CDC_PROFILE: "standard+fast" },
    says: ["CDC_PROFILE", '"standard+fast"', "+low_latency or +exactly_once"],
  },
  {
    name: "a preset that the profile can't have",
    env: { CDC_PROFILE: "existing+exactly_once" },
    says: ["existing+exactly_once", "sourceConnector.worker.keyConverter", "sourceConnector.worker.valueConverter"],
  },
  { name: "a profile of the wrong type", context: { profile: 7 }, says: ["profile (context of cdktf.json)", "got 7"] },
  {
    name: "an empty profile",
    env: { CDC_PROFILE: "" },
    says: ["CDC_PROFILE", "existing, standard, production, development"],
  },
  {
    name: "a context that is no JSON",
    env: { CDKTF_CONTEXT_JSON: "{profile" },
    says: ["CDKTF_CONTEXT_JSON", "a JSON object"],
  },
  {
    name: "a context that is a list",
    env: { CDKTF_CONTEXT_JSON: "[]" },
    says: ["CDKTF_CONTEXT_JSON", "a JSON object"],
  },

  // Shapes
  settings("a misspelt section", { databse: {} }, "databse", "docs/settings.md"),
  settings(
    "a misspelt setting",
    { database: { instance_class: "db.t4g.large" } },
    "database.instance_class",
    "docs/settings.md",
  ),
  settings("a misspelt connector property", { source: { slotname: "x" } }, "source.slotname"),
  settings(
    "a number as text",
    { database: { allocatedStorage: "100" } },
    'database.allocatedStorage: got "100"',
    "number",
  ),
  settings("a section that is no object", { network: true }, "network: got true", "object"),
  { name: "settings that are a list", context: { settings: [] }, says: ["object"] },

  // Network
  settings("a VPC without a prefix", { network: { vpcCidr: "10.0.0.0" } }, "network.vpcCidr", "10.0.0.0/16"),
  settings(
    "a range for the database that is a name",
    { network: { databaseIngressCidrBlocks: ["office"] } },
    "network.databaseIngressCidrBlocks.0",
  ),
  settings("a kind of NAT that isn't there", { network: { natGateways: "two" } }, "network.natGateways", "one_per_az"),

  // Protection: what contradicts itself in production
  production(
    "an endpoint with a blank",
    { network: { interfaceEndpoints: ["secrets manager"] } },
    "interfaceEndpoints.0",
  ),
  production(
    "logs for eight days",
    { network: { flowLogRetentionInDays: 8 } },
    "network.flowLogRetentionInDays: got 8",
  ),
  production("public addresses as text", { network: { publicAddressesOnLaunch: "no" } }, "publicAddressesOnLaunch"),
  production("brokers open to nobody", { network: { brokerIngress: "none" } }, "network.brokerIngress", "connectors"),
  production(
    "no way to the secret",
    { network: { natGateways: "none" } },
    "network.interfaceEndpoints",
    "no-route-to-secrets",
  ),
  production(
    "S3 by two endpoints",
    { network: { interfaceEndpoints: ["s3"] } },
    "network.interfaceEndpoints",
    "s3GatewayEndpoint",
  ),
  production("a metric every 7 seconds", { database: { monitoringInterval: 7 } }, "database.monitoringInterval: got 7"),
  production("an authority that ended", { database: { caCertIdentifier: "rds-ca-2019" } }, "database.caCertIdentifier"),
  production("a log that isn't there", { database: { logExports: ["audit"] } }, "database.logExports.0", "postgresql"),
  production("database logs for ever", { database: { logRetentionInDays: null } }, "database.logRetentionInDays"),
  production("IAM login as text", { database: { iamDatabaseAuthentication: "yes" } }, "iamDatabaseAuthentication"),
  production("upgrades as text", { database: { autoMinorVersionUpgrade: "yes" } }, "autoMinorVersionUpgrade"),
  production("tags for snapshots as text", { database: { copyTagsToSnapshot: 1 } }, "copyTagsToSnapshot"),
  production("a snapshot with a blank", { database: { snapshotIdentifier: "my snapshot" } }, "snapshotIdentifier"),
  production(
    "logs without a name",
    { database: { identifier: null } },
    "database.identifier",
    "logs-without-identifier",
  ),
  production(
    "a key for a database that isn't encrypted",
    { database: { storageEncrypted: false } },
    "database.storageEncrypted",
    "key-without-encryption",
  ),
  production("four zones", { cluster: { availabilityZones: 4 } }, "cluster.availabilityZones: got 4"),
  production(
    "three brokers in two zones",
    { cluster: { availabilityZones: 2 } },
    "cluster.numberOfBrokerNodes",
    "multiple of the 2",
  ),
  production("passwords for Kafka", { cluster: { clientAuthentication: "scram" } }, "cluster.clientAuthentication"),
  production(
    "IAM without TLS",
    { cluster: { clientBroker: "TLS_PLAINTEXT" } },
    "cluster.clientBroker",
    "iam-without-tls",
  ),
  production("IAM without permission", { iam: { policies: "as_deployed" } }, "iam.policies", "iam-without-permission"),
  production(
    "broker logs for 2 days",
    { cluster: { brokerLogRetentionInDays: 2 } },
    "cluster.brokerLogRetentionInDays",
  ),
  production(
    "volumes that can't grow",
    { cluster: { storageAutoscaling: { maxVolumeSize: 100 } } },
    "cluster.storageAutoscaling.maxVolumeSize",
    "volume-cannot-grow",
  ),
  production(
    "volumes that grow when they are full",
    { cluster: { storageAutoscaling: { targetUtilization: 95 } } },
    "cluster.storageAutoscaling.targetUtilization: got 95",
    "80",
  ),
  production("a name as a switch", { cluster: { isConfigurationReplaceable: "v2" } }, "isConfigurationReplaceable"),
  production("objects that go at once", { buckets: { destination: { expireAfterDays: 0 } } }, "expireAfterDays: got 0"),
  production("half a day", { buckets: { plugins: { expireOldVersionsAfterDays: 0.5 } } }, "expireOldVersionsAfterDays"),
  production(
    "uploads that never were",
    { buckets: { plugins: { abortUnfinishedUploadsAfterDays: -1 } } },
    "abortUnfinishedUploadsAfterDays",
  ),
  production("an owner by name", { buckets: { plugins: { bucketOwnerEnforced: "me" } } }, "bucketOwnerEnforced"),
  production(
    "access logs in any case",
    { buckets: { accessLogs: { namePrefix: "Logs" } } },
    "buckets.accessLogs.namePrefix",
  ),
  production(
    "access logs for no day",
    { buckets: { accessLogs: { expireAfterDays: 0 } } },
    "accessLogs.expireAfterDays",
  ),
  production(
    "an own key that is asked for and isn't there",
    { encryption: { customerManagedKeys: ["database"] } },
    "buckets.destination.requireEncryption",
    "encryption-without-key",
  ),
  production(
    "a key for nothing",
    { encryption: { customerManagedKeys: ["vpc"] } },
    "customerManagedKeys.0",
    "database",
  ),
  production(
    "a key gone in a day",
    { encryption: { deletionWindowInDays: 1 } },
    "encryption.deletionWindowInDays: got 1",
  ),
  production("a lock as text", { protection: { preventDestroy: "yes" } }, "protection.preventDestroy"),
  production("names by content that isn't looked at", { plugins: { detectChanges: false } }, "content-not-known"),
  production("names by content as text", { plugins: { nameByContent: "sha" } }, "plugins.nameByContent"),
  production(
    "an archive that can't read the password",
    { plugins: { debezium: { fileKey: "debezium-postgres-connector.zip" } } },
    "plugins.debezium.fileKey",
    "debezium-postgres-connector-secrets.zip",
  ),
  production(
    "a role that nobody creates",
    { publication: { createdBy: "debezium" }, source: { publicationAutocreateMode: "all_tables" } },
    "publication.createdBy",
    "nobody-creates-the-role",
  ),
  production(
    "a heartbeat table that nothing writes to",
    { source: { heartbeatActionQuery: null } },
    "publication.heartbeatTable",
    "heartbeat-table-unused",
  ),
  production(
    "a heartbeat table without a schema",
    { publication: { heartbeatTable: "beat" } },
    "publication.heartbeatTable",
  ),
  production(
    "a connector that is the master",
    { credentials: { writeOnly: { connectorUsername: "dbadmin", connectorVaultPath: "secret/rds" } } },
    "credentials.writeOnly.connectorUsername",
    "credentials.writeOnly.connectorVaultPath",
  ),
  production(
    "a role in capitals",
    { credentials: { writeOnly: { masterUsername: "Admin" } } },
    "writeOnly.masterUsername",
  ),
  production("Config in parts", { accountServices: { awsConfig: "recorder" } }, "accountServices.awsConfig", "rules"),
  production("a trail as text", { accountServices: { cloudTrail: "on" } }, "accountServices.cloudTrail"),
  production("GuardDuty as text", { accountServices: { guardDuty: "on" } }, "accountServices.guardDuty"),
  production("Security Hub as text", { accountServices: { securityHub: "on" } }, "accountServices.securityHub"),

  // Database
  settings(
    "a volume that is too small",
    { database: { allocatedStorage: 5 } },
    "database.allocatedStorage: got 5",
    "20",
  ),
  settings(
    "a growth limit under the volume",
    { database: { maxAllocatedStorage: 100 } },
    "database.maxAllocatedStorage: got 100",
    "110",
  ),
  settings(
    "windows that overlap",
    { database: { backupWindow: "02:00-03:30" } },
    "database.backupWindow",
    "Mon:00:00-Mon:03:00",
  ),
  settings(
    "a window that is no window",
    { database: { maintenanceWindow: "at night" } },
    "database.maintenanceWindow",
    "Mon:00:00-Mon:03:00",
  ),
  settings(
    "a database name that PostgreSQL refuses",
    { database: { databaseName: "1db" } },
    "database.databaseName",
    "letter",
  ),
  settings("an identifier with two hyphens", { database: { identifier: "cdc--db" } }, "database.identifier", "--"),
  settings(
    "an engine version of another engine",
    { database: { engineVersion: "8.0.35" } },
    "database.engineVersion",
    "PostgreSQL",
  ),
  settings(
    "a class without its prefix",
    { database: { instanceClass: "t4g.large" } },
    "database.instanceClass",
    "db.t4g.large",
  ),
  settings(
    "a retention that RDS doesn't have",
    { database: { performanceInsightsRetentionPeriod: 30 } },
    "performanceInsightsRetentionPeriod: got 30",
    "multiple of 31",
  ),
  settings(
    "no logical replication",
    { database: { parameters: { "rds.logical_replication": { value: "0" } } } },
    "rds.logical_replication",
    '"1"',
  ),
  settings(
    "a recovery window of 3 days",
    { credentials: { recoveryWindowInDays: 3 } },
    "credentials.recoveryWindowInDays: got 3",
    "7 to 30",
  ),

  settings(
    "a key for storage that isn't encrypted",
    { database: { kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/1234" } },
    "database.kmsKeyId",
    "storageEncrypted",
  ),
  settings(
    "a key that is no ARN",
    { cluster: { encryptionAtRestKmsKeyArn: "alias/msk" } },
    "encryptionAtRestKmsKeyArn",
    "arn:aws:kms",
  ),
  settings("subnets of a third kind", { network: { subnets: "isolated" } }, "network.subnets", "private"),
  settings(
    "a move to Glacier on day 0",
    { buckets: { destination: { transitionToGlacierAfterDays: 0 } } },
    "transitionToGlacierAfterDays",
  ),

  // Cluster
  settings(
    "brokers that don't fit the zones",
    { cluster: { numberOfBrokerNodes: 4 } },
    "cluster.numberOfBrokerNodes: got 4",
    "set it to 6",
  ),
  settings("a single broker", { cluster: { numberOfBrokerNodes: 1 } }, "cluster.numberOfBrokerNodes: got 1"),
  settings("Kafka 4 with ZooKeeper", { cluster: { kafkaVersion: "4.1.x" } }, "cluster.kafkaVersion", "4.1.x.kraft"),
  settings(
    "a property that Kafka 4 dropped",
    { cluster: { serverProperties: { "log.message.format.version": "3.0" } } },
    "log.message.format.version",
    "remove it",
  ),
  settings(
    "more copies than brokers",
    { cluster: { serverProperties: { "offsets.topic.replication.factor": "5" } } },
    "offsets.topic.replication.factor: got 5",
    "3",
  ),
  settings(
    "more copies in sync than copies",
    {
      cluster: { serverProperties: { "min.insync.replicas": "3" } },
      source: { topicCreationDefaultReplicationFactor: 2 },
    },
    "min.insync.replicas: got 3",
    "replication factor, 2",
  ),
  settings(
    "a broker type of another service",
    { cluster: { instanceType: "m5.large" } },
    "cluster.instanceType",
    "kafka.m5.large",
  ),

  // Connectors
  settings("a slot name in capitals", { source: { slotName: "Debezium" } }, "source.slotName", "Debezium"),
  settings("a slot name that is too long", { source: { slotName: "s".repeat(64) } }, "source.slotName"),
  settings(
    "a plugin that RDS doesn't have",
    { source: { pluginName: "decoderbufs" } },
    "source.pluginName",
    "pgoutput",
  ),
  settings("a topic prefix with a blank", { source: { topicPrefix: "postgres cdc" } }, "source.topicPrefix"),
  settings("a queue no larger than a batch", { source: { maxQueueSize: 100, maxBatchSize: 100 } }, "source.max", "100"),
  settings(
    "tables both included and excluded",
    { source: { tableIncludeList: "public.a", tableExcludeList: "public.b" } },
    "source.table",
  ),
  settings(
    "a typed property again in extra",
    { source: { extra: { "slot.name": "other" } } },
    "source.extra",
    "slotName",
  ),
  settings(
    "nobody creates the publication",
    { publication: { createdBy: "debezium" } },
    "source.publicationAutocreateMode",
    "all_tables",
  ),
  settings(
    "a table without its schema",
    { source: { tableIncludeList: "users" } },
    'source.tableIncludeList: got "users"',
    "schema.table",
  ),
  settings(
    "a misspelt way to mask",
    { source: { columnMasks: [{ columns: "public.users.email", mask: 8 }] } },
    "source.columnMasks.0.mask",
    "docs/settings.md",
  ),
  settings(
    "a mask of no length",
    { source: { columnMasks: [{ columns: "public.users.email", maskWithChars: "eight" }] } },
    'source.columnMasks[0].maskWithChars: got "eight"',
    "whole number",
  ),
  settings(
    "a mask in two ways",
    { source: { columnMasks: [{ columns: "public.users.email", maskWithChars: 8, truncateToChars: 8 }] } },
    "source.columnMasks[0]: got",
    "exactly one of maskWithChars, truncateToChars, maskHashV2",
  ),
  settings(
    "a salt with a blank",
    {
      source: {
        columnMasks: [{ columns: "public.users.email", maskHashV2: { hashAlgorithm: "SHA-256", salt: "red pepper" } }],
      },
    },
    "source.columnMasks[0].maskHashV2.salt: got nothing",
  ),
  settings(
    "a row filter without its list",
    { source: { rowFilters: { tables: "public.orders", condition: "row.id > 1" } } },
    "source.rowFilters: got",
    "array",
  ),
  settings(
    "a row filter without scripting in the archive",
    { source: { rowFilters: [{ tables: "public.orders", condition: "row.id > 1" }] } },
    "source.rowFilters[0]",
    "debezium-postgres-connector-scripting.zip",
    "npm run plugins -- --only debezium-scripting",
  ),
  settings(
    "a condition that Terraform would read",
    {
      plugins: { debezium: { fileKey: "debezium-postgres-connector-scripting.zip" } },
      source: { rowFilters: [{ tables: "public.orders", condition: '"${row.id}" == "1"' }] },
    },
    "source.rowFilters[0].condition",
    "Terraform",
  ),
  settings("unwrap as a switch", { source: { unwrap: true } }, "source.unwrap: got true", "object"),
  settings(
    "deletes handled in no known way",
    { source: { unwrap: { deleteTombstoneHandlingMode: "none" } } },
    "source.unwrap.deleteTombstoneHandlingMode",
    "rewrite-with-tombstone",
  ),
  settings(
    "fields renamed inside of change events",
    { source: { renames: [{ fields: { mail: "email" } }] } },
    "source.renames",
    'add "unwrap": {}',
  ),
  settings(
    "a field renamed to nothing",
    { source: { unwrap: {}, renames: [{ fields: { mail: "" } }] } },
    "source.renames[0].fields",
  ),
  settings(
    "a route out of the prefix",
    { source: { routes: [{ tables: "public.orders", topic: "orders" }] } },
    "source.routes[0].topic",
    "postgres-cdc.",
  ),
  settings(
    "a route that the sink doesn't read",
    {
      source: { routes: [{ tables: "public\\.orders_.*", topic: "postgres-cdc.orders" }] },
      sink: { topicsRegex: "postgres-cdc\\.public\\..*" },
    },
    "source.routes[0].topic",
    "sink.topicsRegex",
  ),
  settings(
    "a transform that the sink's archive doesn't have",
    { sink: { transforms: [{ name: "unwrap", type: "io.debezium.transforms.ExtractNewRecordState" }] } },
    "sink.transforms[0]",
    "move the transform to the source",
  ),
  settings(
    "dead letters that the sink reads again",
    { sink: { errorsTolerance: "all", errorsDeadletterqueueTopicName: "postgres-cdc.dead" } },
    "sink.errorsDeadletterqueueTopicName",
  ),
  settings(
    "more copies of dead letters than brokers",
    { sink: { errorsDeadletterqueueTopicReplicationFactor: 4 } },
    "sink.errorsDeadletterqueueTopicReplicationFactor: got 4",
    "3",
  ),
  settings(
    "fewer copies of dead letters than have to be in sync",
    { sink: { errorsDeadletterqueueTopicReplicationFactor: 1 } },
    "min.insync.replicas: got 2",
    "sink.errorsDeadletterqueueTopicReplicationFactor",
  ),
  settings("a regular expression that matches nothing", { sink: { topicsRegex: "mysql\\..*" } }, "sink.topicsRegex"),
  settings("scheduled rotation without a timezone", { sink: { timezone: "" } }, "sink.timezone"),
  settings("a part that S3 refuses", { sink: { s3PartSize: 1000 } }, "sink.s3PartSize", "5242880"),
  settings("objects of no record", { sink: { flushSize: 0 } }, "sink.flushSize", "1"),
  settings(
    "null values that can't be written",
    { sink: { behaviorOnNullValues: "write" } },
    "sink.behaviorOnNullValues",
  ),
  settings(
    "a Connect version that MSK hasn't",
    { sinkConnector: { kafkaConnectVersion: "3.8.0" } },
    "sinkConnector.kafkaConnectVersion",
    "3.7.x",
  ),
  settings("three MCUs", capacity({ mcuCount: 3 }), "sourceConnector.capacity.mcuCount"),
  settings(
    "fewer workers at most than at least",
    capacity({ minWorkerCount: 3 }),
    "sourceConnector.capacity.minWorkerCount: got 3",
    "2",
  ),
  settings(
    "thresholds the wrong way round",
    capacity({ scaleInCpuUtilization: 80 }),
    "sourceConnector.capacity.scaleInCpuUtilization: got 80",
  ),
  settings(
    "both connectors of one name",
    { sinkConnector: { name: "debezium-postgres-connector" } },
    "sinkConnector.name",
    "different names",
  ),
  settings(
    "a log retention that CloudWatch hasn't",
    { sinkConnector: { logRetentionInDays: 10 } },
    "sinkConnector.logRetentionInDays",
  ),
  settings(
    "a worker property that MSK Connect keeps",
    { sinkConnector: { worker: { extra: { "group.id": "mine" } } } },
    "sinkConnector.worker",
    "group.id",
  ),

  // Storage
  settings(
    "a bucket name in capitals",
    { buckets: { destination: { namePrefix: "CDC" } } },
    "buckets.destination.namePrefix",
    "a-z",
  ),
  settings(
    "an archive that is no ZIP",
    { plugins: { s3Sink: { fileKey: "s3-sink.jar" } } },
    "plugins.s3Sink.fileKey",
    "ZIP",
  ),
  settings(
    "one archive for both plugins",
    { plugins: { s3Sink: { fileKey: "debezium-postgres-connector.zip" } } },
    "plugins.s3Sink.fileKey",
  ),
  settings("a policy that isn't there", { iam: { policies: "admin" } }, "iam.policies", "least_privilege"),
  settings("a tag that is no text", { tags: { Project: 1 } }, "tags.Project"),

  // Tuning: what has to fit along the way of a row
  settings("no table", { tuning: { tables: 0 } }, "tuning.tables: got 0"),
  settings("a row of no size", { tuning: { largestRowBytes: "1 MB" } }, "tuning.largestRowBytes"),
  settings(
    "more buffers than a worker holds",
    { tuning: { tables: 200 } },
    "sink.s3PartSize: got 5242880",
    "200 files",
    "614 MiB",
  ),
  settings(
    "a queue that a worker can't hold",
    { source: { maxBatchSize: 16384, maxQueueSize: 65536 } },
    "source.maxQueueSize: got 65536",
    "1 MCU",
  ),
  settings(
    "rows that neither producer nor broker nor replica takes",
    { tuning: { largestRowBytes: 1_000_000 }, source: { maxQueueSize: 2500 } },
    "sourceConnector.worker.producer.max.request.size: got 1048576",
    "cluster.serverProperties.message.max.bytes: got 1048588",
    "cluster.serverProperties.replica.fetch.max.bytes",
  ),
  settings(
    "requests that the broker refuses",
    { sourceConnector: { worker: { producer: { "max.request.size": "10485760" } } } },
    "sourceConnector.worker.producer.max.request.size: got 10485760",
    "message.max.bytes (1048588)",
  ),

  // Costs
  settings("a budget of nothing", { costs: { monthlyBudget: 0 } }, "costs.monthlyBudget: got 0", "1"),
  settings("a budget in text", { costs: { monthlyBudget: "$1200" } }, 'costs.monthlyBudget: got "$1200"', "number"),
  settings(
    "a threshold below nothing",
    { costs: { anomalyThreshold: -5, emails: ["costs@example.com"] } },
    "costs.anomalyThreshold: got -5",
    "1",
  ),
  settings(
    "an address that is none",
    { costs: { monthlyBudget: 1200, emails: ["costs@example.com", "team"] } },
    'costs.emails.1: got "team"',
    "costs@example.com",
  ),
  settings(
    "more addresses than a budget can tell",
    { costs: { monthlyBudget: 1200, emails: Array.from({ length: 11 }, (_, number) => `a${number}@example.com`) } },
    "costs.emails",
    "10",
  ),
  settings("a budget that tells nobody", { costs: { monthlyBudget: 1200 } }, "costs.emails: got []", "nobody-is-told"),
  settings("anomalies that nobody is told of", { costs: { anomalyThreshold: 50 } }, "costs.emails", "nobody-is-told"),
  {
    name: "a budget without the tag that it goes by",
    env: { CDC_PROFILE: "existing" },
    context: { settings: { costs: { monthlyBudget: 1200, emails: ["costs@example.com"] } } },
    says: ["tags.Project: got nothing", "costs-without-tag"],
  },

  // Monitoring
  settings(
    "an alarm that isn't there",
    { monitoring: { alarms: { cpu: null } } },
    "monitoring.alarms.cpu",
    "settings.md",
  ),
  settings("a switch in words", { monitoring: { enabled: "on" } }, 'monitoring.enabled: got "on"', "boolean"),
  settings(
    "a dashboard in words",
    { monitoring: { dashboard: "yes", pipelineStalled: "no" } },
    'monitoring.dashboard: got "yes"',
    'monitoring.pipelineStalled: got "no"',
  ),
  settings(
    "an address for alarms that is none",
    { monitoring: { emails: ["ops@example.com", "ops"] } },
    'monitoring.emails.1: got "ops"',
    "ops@example.com",
  ),
  settings(
    "an address for alarms twice",
    { monitoring: { emails: ["ops@example.com", "Ops@example.com"] } },
    "monitoring.emails",
    "each address once",
  ),
  settings(
    "AWS's own key for the topic",
    { monitoring: { kmsMasterKeyId: "alias/aws/sns" } },
    "monitoring.kmsMasterKeyId",
    "arn:aws:kms",
  ),
  settings(
    "a section as the README's address",
    { monitoring: { runbookUrl: "README.md#troubleshooting" } },
    "monitoring.runbookUrl",
    "without #",
  ),
  settings(
    "a severity that isn't there",
    { monitoring: { alarms: { databaseCpu: { fatal: 95 } } } },
    "monitoring.alarms.databaseCpu.fatal",
  ),
  settings(
    "a lag below nothing",
    { monitoring: { alarms: { sinkOffsetLag: { warning: -1 } } } },
    "monitoring.alarms.sinkOffsetLag.warning: got -1",
    "0",
  ),
  settings(
    "a percentage that nothing exceeds",
    { monitoring: { alarms: { brokerDiskUsed: { critical: 100 } } } },
    "monitoring.alarms.brokerDiskUsed.critical: got 100",
    "99",
  ),
  settings(
    "a count that nothing is below",
    { monitoring: { alarms: { runningTasks: { critical: 0 } } } },
    "monitoring.alarms.runningTasks.critical: got 0",
    "1",
  ),
  settings(
    "a warning after the critical alarm",
    { monitoring: { alarms: { databaseCpu: { warning: 95 } } } },
    "monitoring.alarms.databaseCpu.warning: got 95",
    "less than critical (90)",
  ),
  settings(
    "a warning after the critical alarm, where less is worse",
    { monitoring: { alarms: { brokerCpuIdle: { critical: 50 } } } },
    "monitoring.alarms.brokerCpuIdle.warning: got 40",
    "more than critical (50)",
  ),
  settings(
    "an alarm of no severity",
    { monitoring: { alarms: { diskQueueDepth: { warning: null } } } },
    "monitoring.alarms.diskQueueDepth: got",
    "alarm-without-threshold",
  ),
  settings(
    "a monitoring level that MSK hasn't",
    { cluster: { enhancedMonitoring: "PER_TOPIC" } },
    "cluster.enhancedMonitoring",
    "PER_TOPIC_PER_BROKER",
  ),
  settings(
    "an alarm on what the cluster doesn't publish",
    { monitoring: { enabled: true, alarms: { volumeQueueLength: { warning: 10, critical: null } } } },
    "monitoring.alarms.volumeQueueLength",
    "set cluster.enhancedMonitoring to PER_BROKER",
  ),
  settings(
    "errors counted in a log that isn't delivered",
    { monitoring: { enabled: true }, sinkConnector: { logRetentionInDays: null } },
    "monitoring.alarms.connectorErrors",
    "sinkConnector.logRetentionInDays is null",
  ),
  settings(
    "more WAL than fits on the disk",
    {
      database: { maxAllocatedStorage: 0 },
      monitoring: { enabled: true, alarms: { replicationSlotDiskUsage: { critical: 200_000_000_000 } } },
    },
    "monitoring.alarms.replicationSlotDiskUsage.critical: got 200000000000",
    "threshold-out-of-reach",
  ),
  settings(
    "more free storage than there is",
    { monitoring: { enabled: true, alarms: { freeStorageSpace: { warning: 200_000_000_000 } } } },
    "monitoring.alarms.freeStorageSpace.warning: got 200000000000",
    "database.allocatedStorage",
  ),
  settings(
    "more connections than the database takes",
    {
      database: { parameters: { max_connections: { value: "200", applyMethod: "pending-reboot" } } },
      monitoring: { enabled: true },
    },
    "monitoring.alarms.databaseConnections.warning: got 500",
    "monitoring.alarms.databaseConnections.critical: got 700",
    "max_connections (200)",
  ),
  settings(
    "a lag that the sink always has",
    { sink: { rotateScheduleIntervalMs: 300_000 }, monitoring: { enabled: true } },
    "monitoring.alarms.sinkTimeLag.warning: got 300",
    "lag-within-rotation",
  ),
  settings(
    "several things wrong with the alarms at once",
    { monitoring: { emails: ["ops"], alarms: { databaseCpu: { warning: 95 }, brokerHeap: { critical: -1 } } } },
    "monitoring.emails.0",
    "monitoring.alarms.databaseCpu.warning",
    "monitoring.alarms.brokerHeap.critical",
  ),

  // Backends
  backend("a backend that isn't there", { type: "gcs" }, "backend"),
  backend("a backend that is text", "s3", "backend"),
  backend("S3 without a bucket", { type: "s3", region: "us-east-1" }, "backend.bucket"),
  backend(
    "S3 in a region that is none",
    { type: "s3", bucket: "state", region: "virginia" },
    "backend.region",
    "us-east-1",
  ),
  backend(
    "Terraform Cloud without a workspace",
    { type: "cloud", organization: "acme" },
    "backend.workspace",
    "either workspace or tags",
  ),
  backend(
    "Terraform Cloud with workspace and tags",
    { type: "cloud", organization: "acme", workspace: "cdc", tags: ["cdc"] },
    "backend.workspace",
  ),
  backend(
    "a misspelt setting of a backend",
    { type: "s3", bucket: "state", region: "us-east-1", lock: true },
    "backend.lock",
  ),
  {
    name: "a backend of the environment without its parts",
    env: { CDC_BACKEND: "cloud" },
    says: ["backend.organization"],
  },
];

describe("wrong settings", () => {
  const folder = mkdtempSync(join(tmpdir(), "cdc-bad-"));
  const results = synthMany(CASES);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function synthMany(cases: readonly Case[]): Map<string, Outcome> {
    const environments = cases.map(({ context, env }, index) => ({
      CDKTF_CONTEXT_JSON: JSON.stringify(context ?? {}),
      CDKTF_OUTDIR: join(folder, String(index)),
      ...env,
    }));
    const runner = join(__dirname, "support", "synth-many.js");
    const { stdout, stderr } = run(process.execPath, [runner], { input: JSON.stringify(environments) });
    if (stdout === "") throw new Error(stderr);
    const outcomes = JSON.parse(stdout) as Outcome[];
    return new Map(cases.map(({ name }, index) => [name, outcomes[index] ?? { code: 0, text: "", wrote: true }]));
  }

  it.each(CASES)("fails if $name isn't refused in words, or leaves something behind", ({ name, says }) => {
    const { code, text, wrote } = results.get(name) ?? { code: 0, text: "", wrote: true };
    for (const words of says) expect(text).toContain(words);
    expect(text).toMatch(/got .*\n\s+allowed: .+\n\s+fix: .+\n\s+\([a-z0-9-]+\)/);
    expect(text).not.toMatch(/^\s+at /m);
    expect({ code, wrote }).toEqual({ code: 1, wrote: false });
  });

  it("fails if the problems of settings and backend aren't told at once", () => {
    const all: Case = {
      name: "all at once",
      context: {
        settings: { database: { allocatedStorage: 1 }, cluster: { numberOfBrokerNodes: 4 }, x: 1 },
        backend: { type: "gcs" },
      },
      says: [],
    };
    const text = synthMany([all]).get(all.name)?.text;
    for (const path of ["database.allocatedStorage", "cluster.numberOfBrokerNodes", "x: got", "backend"])
      expect(text).toContain(path);
  });
});

describe("wrong variables", () => {
  const VALUES = {
    aws_region: "us-east-1",
    azs: ["us-east-1a", "us-east-1b", "us-east-1c"],
    public_subnets: ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"],
    private_subnets: ["10.0.11.0/24", "10.0.12.0/24", "10.0.13.0/24"],
  };
  let standIns: StandIns;
  let project: Workbench;

  beforeAll(async () => {
    standIns = await startStandIns();
    project = new Workbench(standIns.env);
    project.synth({});
    project.terraformOk("init", "-input=false");
  });

  afterAll(async () => {
    project.remove();
    await standIns.stop();
  });

  it.each<[name: string, wrong: object, says: string]>([
    ["a region that is none", { aws_region: "virginia" }, "aws_region must be a region such as us-east-1."],
    [
      "two availability zones",
      { azs: ["us-east-1a", "us-east-1b"] },
      "azs must name three different availability zones.",
    ],
    [
      "a zone twice",
      { azs: ["us-east-1a", "us-east-1a", "us-east-1b"] },
      "azs must name three different availability zones.",
    ],
    ["zones of another region", { azs: ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }, "must be in aws_region"],
    [
      "fewer subnets than zones",
      { public_subnets: ["10.0.1.0/24"] },
      "public_subnets must have as many CIDR blocks as azs has zones.",
    ],
    [
      "a subnet without a prefix",
      { private_subnets: ["10.0.11.0", "10.0.12.0/24", "10.0.13.0/24"] },
      "must be a CIDR block",
    ],
    [
      "a subnet outside the VPC",
      { public_subnets: ["10.1.1.0/24", "10.0.2.0/24", "10.0.3.0/24"] },
      "must be inside the VPC's 10.0.0.0/16",
    ],
    [
      "a subnet smaller than AWS takes",
      { public_subnets: ["10.0.1.0/29", "10.0.2.0/24", "10.0.3.0/24"] },
      "/16 to /28",
    ],
    [
      "subnets of one kind that overlap",
      { public_subnets: ["10.0.1.0/24", "10.0.1.128/25", "10.0.3.0/24"] },
      "must not overlap",
    ],
    [
      "subnets of both kinds that overlap",
      { private_subnets: ["10.0.0.0/20", "10.0.32.0/24", "10.0.33.0/24"] },
      "must not overlap",
    ],
    ["a list where text belongs", { aws_region: ["us-east-1"] }, "string required"],
  ])("fails if %s isn't refused by the plan", (_name, wrong, says) => {
    const file = join(project.folder, "wrong.tfvars.json");
    writeFileSync(file, JSON.stringify({ ...VALUES, ...wrong }));
    const plan = project.terraform("plan", "-input=false", "-no-color", `-var-file=${file}`);
    expect(plan.exitCode).toBe(1);
    expect(plan.output.replace(/\n│\s*/g, " ").replace(/\s+/g, " ")).toContain(says);
  });

  it("fails if a variable without a value is asked for instead of refused", () => {
    const plan = project.terraform("plan", "-input=false", "-no-color");
    expect(plan.exitCode).toBe(1);
    expect(plan.output).toContain('variable "azs"');
  });
});
