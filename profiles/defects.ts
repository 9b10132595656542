import type { Problem } from "../lib/errors";
import type { PipelineSettings } from "./schema";

/** A setting that works, and then does something that its owner most likely doesn't want. */
interface Defect extends Omit<Problem, "got"> {
  /** The value, where the settings have the defect; undefined where they don't. */
  readonly found: (settings: PipelineSettings) => unknown;
}

const STATIC_PARAMETERS = ["rds.logical_replication", "max_replication_slots", "max_wal_senders"];

/** What is known to be wrong with a configuration that can be deployed, each with the setting that mends it. */
const DEFECTS: readonly Defect[] = [
  {
    code: "no-route-to-s3",
    path: "network.s3GatewayEndpoint",
    found: ({ network }) => (network.s3GatewayEndpoint ? undefined : false),
    expected: "true: workers have no public address, so without the endpoint the sink can't reach S3",
    fix: "set network.s3GatewayEndpoint to true",
  },
  {
    code: "brokers-open",
    path: "network.brokerIngress",
    found: ({ network }) => (network.brokerIngress === "anywhere" ? "anywhere" : undefined),
    expected: "connector_subnets: the brokers don't authenticate, so whoever reaches them reads everything",
    fix: "set network.brokerIngress to connector_subnets",
  },
  {
    code: "database-open",
    path: "network.databaseIngressCidrBlocks",
    found: ({ network }) => network.databaseIngressCidrBlocks.find((block) => block === "0.0.0.0/0"),
    expected: "the address ranges of your administrators; the connectors are let in by themselves",
    fix: "set network.databaseIngressCidrBlocks to your own ranges",
  },
  {
    code: "alarms-tell-nobody",
    path: "monitoring.emails",
    found: ({ monitoring: { enabled, emails } }) => (enabled && emails.length === 0 ? emails : undefined),
    expected: "at least one address, unless something of yours is subscribed to the output alarm_topic_arn",
    fix: "add an address to monitoring.emails",
  },
  {
    code: "public-in-private-subnets",
    path: "database.publiclyAccessible",
    found: ({ network, database }) => (network.subnets === "private" && database.publiclyAccessible ? true : undefined),
    expected: "false in private subnets: it would have a public address that nobody can reach",
    fix: "set database.publiclyAccessible to false",
  },
  {
    code: "engine-version-ended",
    path: "database.engineVersion",
    found: ({ database }) => (/^17\.[0-6]$/.test(database.engineVersion) ? database.engineVersion : undefined),
    expected:
      "17, or 17.7 and later: AWS ended standard support of 17.2 on 31 May 2026, and it can no longer be created",
    fix: "set database.engineVersion to 17",
  },
  {
    code: "static-parameter-immediate",
    path: "database.parameters",
    found: ({ database }) =>
      STATIC_PARAMETERS.find((name) => {
        const parameter = database.parameters[name];
        return parameter !== undefined && parameter.applyMethod !== "pending-reboot";
      }),
    expected: "applyMethod pending-reboot for static parameters: AWS refuses to apply them immediately",
    fix: `set applyMethod to pending-reboot for ${STATIC_PARAMETERS.join(", ")}`,
  },
  {
    code: "storage-type-default",
    path: "database.storageType",
    found: ({ database }) => (database.storageType === null ? null : undefined),
    expected: "gp3: the AWS provider's default is gp2",
    fix: "set database.storageType to gp3",
  },
  {
    code: "identifier-generated",
    path: "database.identifier",
    found: ({ database }) => (database.identifier === null ? null : undefined),
    expected: "a name: the provider generates one, so commands and alarms can't name the instance",
    fix: "set database.identifier",
  },
  {
    code: "no-final-snapshot",
    path: "database.finalSnapshotIdentifier",
    found: ({ database }) => (database.finalSnapshotIdentifier === null ? null : undefined),
    expected: "a name: without a final snapshot a destroy loses the data",
    fix: "set database.finalSnapshotIdentifier",
  },
  {
    code: "plaintext-brokers",
    path: "cluster.clientBroker",
    found: ({ cluster }) => (cluster.clientBroker === "TLS" ? undefined : cluster.clientBroker),
    expected: "TLS: the brokers also take unencrypted connections",
    fix: "set cluster.clientBroker to TLS",
  },
  {
    code: "single-copy-of-offsets",
    path: "cluster.serverProperties.offsets.topic.replication.factor",
    found: ({ cluster }) => lowReplication(cluster),
    expected: "3: with one copy the connectors stand still for 5 to 15 minutes whenever MSK patches a broker",
    fix: "set the replication factors of offsets.topic and transaction.state.log to 3",
  },
  {
    code: "unclean-leader-election",
    path: "cluster.serverProperties.unclean.leader.election.enable",
    found: ({ cluster }) =>
      cluster.serverProperties["unclean.leader.election.enable"] === "false"
        ? undefined
        : (cluster.serverProperties["unclean.leader.election.enable"] ?? "MSK's default, true"),
    expected: '"false": a copy that lags may become leader, and what it lacks is lost',
    fix: 'set unclean.leader.election.enable to "false"',
  },
  {
    code: "no-worker-log",
    path: "sourceConnector.logRetentionInDays",
    found: ({ sourceConnector, sinkConnector }) =>
      sourceConnector.logRetentionInDays === null || sinkConnector.logRetentionInDays === null ? null : undefined,
    expected: "a number of days for both connectors: no log group /aws/mskconnect/<connector> exists",
    fix: "set sourceConnector.logRetentionInDays and sinkConnector.logRetentionInDays",
  },
  {
    code: "offsets-not-pinned",
    path: "sourceConnector.worker.offsetStorageTopic",
    found: ({ sourceConnector }) => (sourceConnector.worker?.offsetStorageTopic === undefined ? null : undefined),
    expected: "a topic's name: a replaced source connector gets a new offsets topic and reads all tables again",
    fix: "set sourceConnector.worker.offsetStorageTopic",
  },
  {
    code: "connect-older-than-brokers",
    path: "sourceConnector.kafkaConnectVersion",
    found: ({ sourceConnector, sinkConnector }) =>
      [sourceConnector, sinkConnector].find((connector) => connector.kafkaConnectVersion === "2.7.1")
        ?.kafkaConnectVersion,
    expected: "3.7.x: Kafka rates 2.x clients as partially compatible with 4.x brokers",
    fix: "set kafkaConnectVersion of both connectors to 3.7.x",
  },
  {
    code: "database-tls-optional",
    path: "source.databaseSslmode",
    found: ({ source }) =>
      ["disable", "allow", "prefer"].includes(source.databaseSslmode ?? "prefer")
        ? (source.databaseSslmode ?? null)
        : undefined,
    expected: "require or stricter: Debezium's default, prefer, goes on without encryption where the server has none",
    fix: "set source.databaseSslmode to require",
  },
  {
    code: "buffer-per-table",
    path: "sink.s3PartSize",
    found: ({ sink }) => (sink.s3PartSize === undefined && !sink.s3ElasticBufferEnable ? null : undefined),
    expected:
      "5242880, or s3ElasticBufferEnable: the default takes 25 MiB for each table, and 50 tables exhaust a worker",
    fix: "set sink.s3PartSize to 5242880",
  },
  {
    code: "tasks-idle",
    path: "sink.tasksMax",
    found: ({ sink, source, tuning, sinkConnector }) => {
      const partitions = tuning.tables * Math.max(1, source.topicCreationDefaultPartitions ?? 1);
      const tasks = sinkConnector.capacity.mode === "provisioned" ? (sink.tasksMax ?? 1) : 1;
      return tasks > partitions ? tasks : undefined;
    },
    expected: "at most as many as the tables' partitions: a partition is read by one task, and the others idle",
    fix: "lower sink.tasksMax, or raise source.topicCreationDefaultPartitions or tuning.tables",
  },
  {
    code: "archive-changes-unnoticed",
    path: "plugins.detectChanges",
    found: ({ plugins }) => (plugins.detectChanges ? undefined : false),
    expected: "true: a new archive under the same name is never uploaded",
    fix: "set plugins.detectChanges to true",
  },
  {
    code: "bucket-without-policy",
    path: "buckets.destination.requireTls",
    found: ({ buckets }) =>
      [buckets.destination, buckets.plugins].every((bucket) => bucket.requireTls && bucket.blockPublicAccess)
        ? undefined
        : false,
    expected:
      "requireTls and blockPublicAccess for both buckets: nothing restricts access but the account's own policies",
    fix: "set requireTls and blockPublicAccess of buckets.destination and buckets.plugins to true",
  },
  {
    code: "broad-policies",
    path: "iam.policies",
    found: ({ iam }) => (iam.policies === "as_deployed" ? iam.policies : undefined),
    expected: "least_privilege: the roles may read every secret, and any customer's connector may be made to use them",
    fix: "set iam.policies to least_privilege",
  },
  {
    code: "untagged",
    path: "tags.Project",
    found: ({ tags }) => (tags.Project === undefined ? null : undefined),
    expected: "cdc: the search for leftovers after a teardown goes by this tag",
    fix: "set tags.Project to cdc",
  },
];

/** The defects of these settings, as warnings. */
export function findDefects(settings: PipelineSettings): Problem[] {
  return DEFECTS.flatMap(({ found, ...defect }) => {
    const got = found(settings);
    return got === undefined ? [] : [{ ...defect, got }];
  });
}

function lowReplication({ serverProperties, numberOfBrokerNodes }: PipelineSettings["cluster"]): string | undefined {
  return ["offsets.topic.replication.factor", "transaction.state.log.replication.factor"]
    .map((name) => serverProperties[name])
    .find((factor) => factor !== undefined && Number(factor) < Math.min(3, numberOfBrokerNodes));
}
