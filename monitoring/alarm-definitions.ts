import type { MetricName } from "./metrics";

export const severities = ["warning", "critical"] as const;
export type Severity = (typeof severities)[number];

/** At which value an alarm of each severity fires; `null`: there is none of this severity. */
export type Thresholds = Readonly<Record<Severity, number | null>>;

export type Statistic = "Average" | "Maximum" | "Minimum" | "Sum";

/** Headings of the README's chapter Troubleshooting, as they stand in a link. */
export type Runbook =
  | "1-connector-fails-to-start"
  | "2-replication-slot-disk-usage-growing"
  | "3-s3-files-not-appearing"
  | "5-connector-auto-scaling-not-working"
  | "6-database-short-of-storage-cpu-or-memory"
  | "7-brokers-short-of-disk-cpu-or-replicas"
  | "8-errors-in-a-connectors-log";

/** One thing that is worth telling somebody. */
export interface AlarmDefinition {
  readonly metric: MetricName;
  readonly statistic: Statistic;
  /** Which side of the threshold is wrong. */
  readonly fires: "above" | "below";
  /** Five minutes each, all of them beyond the threshold. */
  readonly periods: number;
  /** What no data means: `breaching` counts as beyond the threshold, `missing` shows as insufficient data. */
  readonly missingData: "breaching" | "notBreaching" | "missing";
  /** `null`: off unless asked for. */
  readonly thresholds: Thresholds | null;
  /** What is wrong when it fires. */
  readonly description: string;
  readonly runbook: Runbook;
}

const GB = 1_000_000_000;

const slot = { statistic: "Maximum", fires: "above", periods: 2, missingData: "missing" } as const;
const database = { ...slot, runbook: "6-database-short-of-storage-cpu-or-memory" } as const;
const brokers = { ...slot, runbook: "7-brokers-short-of-disk-cpu-or-replicas" } as const;
const connector = { ...slot, runbook: "5-connector-auto-scaling-not-working" } as const;

/** Every alarm, from the database to the bucket, with the thresholds it has unless a setting says otherwise. */
export const alarmDefinitions = {
  replicationSlotDiskUsage: {
    ...slot,
    metric: "replicationSlotDiskUsage",
    thresholds: { warning: GB, critical: 10 * GB },
    description: "Replication slots keep WAL that nobody reads. When the disk is full, the database stops.",
    runbook: "2-replication-slot-disk-usage-growing",
  },
  oldestReplicationSlotLag: {
    ...slot,
    metric: "oldestReplicationSlotLag",
    thresholds: { warning: GB, critical: 10 * GB },
    description: "The slowest replication slot is far behind: Debezium doesn't confirm what it reads.",
    runbook: "2-replication-slot-disk-usage-growing",
  },
  transactionLogsDiskUsage: {
    ...slot,
    metric: "transactionLogsDiskUsage",
    thresholds: { warning: 10 * GB, critical: 20 * GB },
    description: "WAL takes a large part of the database's disk.",
    runbook: "2-replication-slot-disk-usage-growing",
  },
  freeStorageSpace: {
    ...database,
    metric: "freeStorageSpace",
    statistic: "Minimum",
    fires: "below",
    thresholds: { warning: 8 * GB, critical: 4 * GB },
    description: "The database's disk is nearly full, and storage autoscaling hasn't helped.",
  },
  databaseCpu: {
    ...database,
    metric: "cpuUtilization",
    statistic: "Average",
    periods: 3,
    thresholds: { warning: 80, critical: 90 },
    description: "The database has hardly any CPU left.",
  },
  databaseConnections: {
    ...database,
    metric: "databaseConnections",
    thresholds: { warning: 500, critical: 700 },
    description: "So many clients are connected that Debezium may find no connection free.",
  },
  freeableMemory: {
    ...database,
    metric: "freeableMemory",
    statistic: "Average",
    fires: "below",
    periods: 3,
    thresholds: { warning: 0.5 * GB, critical: 0.25 * GB },
    description: "The database has hardly any memory left.",
  },
  diskQueueDepth: {
    ...database,
    metric: "diskQueueDepth",
    statistic: "Average",
    periods: 3,
    thresholds: { warning: 64, critical: null },
    description: "Reads and writes wait for the database's disk.",
  },
  maximumUsedTransactionIds: {
    ...database,
    metric: "maximumUsedTransactionIds",
    thresholds: { warning: GB, critical: 1.5 * GB },
    description: "Vacuum doesn't keep up: at 2 billion unvacuumed transactions PostgreSQL refuses to write.",
  },

  activeController: {
    ...brokers,
    metric: "activeControllerCount",
    fires: "below",
    thresholds: { warning: null, critical: 1 },
    description: "The cluster has no active controller: no leader is elected, no topic is made.",
  },
  offlinePartitions: {
    ...brokers,
    metric: "offlinePartitionsCount",
    periods: 1,
    thresholds: { warning: null, critical: 0 },
    description: "Partitions have no leader: they can neither be written nor read.",
  },
  brokerCpuIdle: {
    ...brokers,
    metric: "cpuIdle",
    statistic: "Average",
    fires: "below",
    periods: 3,
    thresholds: { warning: 40, critical: 20 },
    description: "A broker's CPU is busy. AWS advises to keep user and system together below 60 percent.",
  },
  brokerDiskUsed: {
    ...brokers,
    metric: "kafkaDataLogsDiskUsed",
    thresholds: { warning: 75, critical: 85 },
    description: "A broker's disk is nearly full. A full one takes the broker down.",
  },
  brokerHeap: {
    ...brokers,
    metric: "heapMemoryAfterGc",
    periods: 3,
    thresholds: { warning: 60, critical: 80 },
    description: "Much of a broker's heap is in use even after garbage collection.",
  },
  underReplicatedPartitions: {
    ...brokers,
    metric: "underReplicatedPartitions",
    statistic: "Minimum",
    periods: 3,
    thresholds: { warning: 0, critical: null },
    description: "Copies of partitions have been missing for a quarter of an hour, longer than maintenance takes.",
  },
  underMinIsrPartitions: {
    ...brokers,
    metric: "underMinIsrPartitionCount",
    thresholds: { warning: null, critical: 0 },
    description: "So few copies are in sync that the brokers refuse Debezium's records.",
  },
  volumeQueueLength: {
    ...brokers,
    metric: "volumeQueueLength",
    statistic: "Average",
    periods: 3,
    thresholds: null,
    description: "Reads and writes wait for a broker's disk.",
  },

  runningTasks: {
    ...connector,
    metric: "runningTaskCount",
    fires: "below",
    // A connector that is gone publishes nothing.
    missingData: "breaching",
    thresholds: { warning: null, critical: 1 },
    description: "A connector has no running task: nothing flows.",
    runbook: "1-connector-fails-to-start",
  },
  erroredTasks: {
    ...connector,
    metric: "erroredTaskCount",
    periods: 1,
    thresholds: { warning: null, critical: 0 },
    description: "A connector's task has failed. It doesn't start again by itself.",
    runbook: "1-connector-fails-to-start",
  },
  connectorErrors: {
    ...connector,
    metric: "connectorErrors",
    // Each line counts 1, so its maximum is never more.
    statistic: "Sum",
    periods: 1,
    // Nothing is counted while nothing is logged.
    missingData: "notBreaching",
    thresholds: { warning: 0, critical: 100 },
    description: "A connector has logged errors within five minutes.",
    runbook: "8-errors-in-a-connectors-log",
  },
  connectorCpu: {
    ...connector,
    metric: "connectorCpuUtilization",
    statistic: "Average",
    periods: 3,
    thresholds: { warning: 90, critical: null },
    description: "A connector's workers have hardly any CPU left, and no worker was added.",
  },
  connectorMemory: {
    ...connector,
    metric: "connectorMemoryUtilization",
    statistic: "Average",
    periods: 3,
    // The heap grows to 80 or 90 percent and stays there (MSK developer guide).
    thresholds: { warning: 95, critical: null },
    description: "A connector's workers have hardly any memory left.",
  },
  sinkTimeLag: {
    ...connector,
    metric: "estimatedMaxTimeLag",
    // Published only while the group is stable and has read something; a dead sink is told by its tasks.
    missingData: "notBreaching",
    thresholds: { warning: 300, critical: 900 },
    description: "Seconds by which the slowest topic's rows are late in S3: the sink commits what it has uploaded.",
    runbook: "3-s3-files-not-appearing",
  },
  sinkOffsetLag: {
    ...connector,
    metric: "sumOffsetLag",
    missingData: "notBreaching",
    thresholds: { warning: 100_000, critical: 1_000_000 },
    description: "So many records of one topic aren't in S3 yet.",
    runbook: "3-s3-files-not-appearing",
  },
} satisfies Record<string, AlarmDefinition>;

export type AlarmName = keyof typeof alarmDefinitions;

/** The alarms that there are, and at which values they fire. `null`: this one isn't there. */
export type AlarmThresholds = Readonly<Record<AlarmName, Thresholds | null>>;

export const alarmNames = Object.keys(alarmDefinitions) as AlarmName[];

/** The thresholds that the definitions bring along. */
export const defaultThresholds = Object.fromEntries(
  alarmNames.map((name) => [name, alarmDefinitions[name].thresholds]),
) as AlarmThresholds;
