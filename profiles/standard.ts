import { existing } from "./existing";
import type { PipelineSettings } from "./schema";

const connector = {
  ...existing.sourceConnector,
  // Kafka rates Connect 2.x clients as partially compatible with 4.x brokers, 3.x as fully (Kafka 4.0 compatibility page).
  kafkaConnectVersion: "3.7.x",
  logRetentionInDays: 30,
} as const;

/**
 * A worker that doesn't reach the broker that coordinates its group stops its tasks after 3 seconds by default. While brokers
 * restart that is too soon: Debezium can't stop in order without them, the old task keeps slot and metrics from the new one, and
 * the source stands still for minutes. So it goes on for 45 seconds, and comes back under its old name within five minutes. The
 * price: the tasks of a worker that died start again after 60 seconds instead of 10.
 */
const patience = { heartbeatIntervalMs: 45_000, sessionTimeoutMs: 60_000, rebalanceTimeoutMs: 300_000 } as const;

const json = { keyConverter: "json", valueConverter: "json" } as const;

const bucket = { blockPublicAccess: true, requireTls: true };

/** The same pipeline under the same names and addresses, and what the README says of it is true. */
export const standard: PipelineSettings = {
  ...existing,
  network: { ...existing.network, s3GatewayEndpoint: true, brokerIngress: "connector_subnets" },
  database: {
    ...existing.database,
    identifier: "cdcsourcedb",
    // 17.2 can no longer be created: AWS ended it on 31 May 2026 and moves instances to 17.7 or later.
    engineVersion: "17",
    storageType: "gp3",
    // Half an hour after the maintenance window, so that the two don't touch.
    backupWindow: "03:30-06:00",
    finalSnapshotIdentifier: "cdcsourcedb-final",
    parameters: {
      "rds.logical_replication": { value: "1", applyMethod: "pending-reboot" },
      wal_sender_timeout: { value: "0", applyMethod: "immediate" },
      max_replication_slots: { value: "10", applyMethod: "pending-reboot" },
      max_wal_senders: { value: "10", applyMethod: "pending-reboot" },
    },
  },
  cluster: {
    ...existing.cluster,
    clientBroker: "TLS",
    serverProperties: {
      ...existing.cluster.serverProperties,
      "default.replication.factor": "3",
      "min.insync.replicas": "2",
      "unclean.leader.election.enable": "false",
      "offsets.topic.replication.factor": "3",
      "transaction.state.log.replication.factor": "3",
      "transaction.state.log.min.isr": "2",
    },
  },
  buckets: {
    ...existing.buckets,
    destination: { ...existing.buckets.destination, ...bucket },
    plugins: { ...existing.buckets.plugins, ...bucket },
  },
  plugins: { ...existing.plugins, detectChanges: true },
  sourceConnector: {
    ...connector,
    worker: { ...json, ...patience, offsetStorageTopic: "connect-offsets-debezium-postgres-connector" },
  },
  source: {
    ...existing.source,
    publicationAutocreateMode: "disabled",
    databaseSslmode: "require",
    ...json,
    decimalHandlingMode: "string",
    // The only reader is the sink, which can't write an empty record.
    tombstonesOnDelete: false,
    topicCreationDefaultPartitions: 1,
    topicCreationDefaultReplicationFactor: 3,
  },
  sinkConnector: {
    ...connector,
    name: existing.sinkConnector.name,
    worker: {
      ...json,
      ...patience,
      // The sink looks at the clock only when the worker hands it records or commits offsets, so this bounds the delay of the
      // last rows before a pause. New tables are found as soon, instead of within five minutes.
      offsetFlushIntervalMs: 5000,
      consumer: { "metadata.max.age.ms": "5000" },
    },
  },
  sink: {
    topicsRegex: "postgres-cdc\\..*",
    tasksMax: 1,
    // With 1,000 the sink can't keep up with 10,000 rows a second: each object is three requests, one after the other.
    flushSize: 10_000,
    // Of the promised 60 seconds five may pass until a new table is found, five until the clock is looked at, and the rest is for
    // the upload.
    rotateScheduleIntervalMs: 45_000,
    timezone: "UTC",
    topicsDir: "",
    behaviorOnNullValues: "ignore",
    ...json,
    // One buffer per open object: the default of 25 MiB exhausts a worker at 50 tables.
    s3PartSize: 5_242_880,
  },
  iam: { policies: "least_privilege" },
  tags: { Project: "cdc" },
};
