/** How much MSK publishes, from the least to the most; what is in one level is in all that follow. */
export const monitoringLevels = ["DEFAULT", "PER_BROKER", "PER_TOPIC_PER_BROKER", "PER_TOPIC_PER_PARTITION"] as const;
export type MonitoringLevel = (typeof monitoringLevels)[number];

export type Unit = "Bytes" | "Bytes/Second" | "Count" | "Count/Second" | "Percent" | "Seconds";

/** The dimensions by their names in CloudWatch. */
export type Dimension =
  | "DBInstanceIdentifier"
  | "Cluster Name"
  | "Broker ID"
  | "Consumer Group"
  | "Topic"
  | "ConnectorName"
  | "BucketName"
  | "StorageType";

/** A metric as it is published. Asked for with other dimensions, CloudWatch has no data, and an alarm never fires. */
export interface Metric {
  readonly namespace: string;
  /** `null`: named like the connector, since a metric made of logs can't have a dimension with a fixed value. */
  readonly name: string | null;
  readonly dimensions: readonly Dimension[];
  /** What its values mean. Alarms don't name it: with another unit than the published one they would see nothing. */
  readonly unit: Unit;
  /** Which of the two connectors has it, where only one does. */
  readonly connector?: "source" | "sink";
  /** The least level of `enhanced_monitoring` at which MSK publishes it. */
  readonly level?: MonitoringLevel;
  /** Values of dimensions that go with this metric alone. */
  readonly fixed?: Readonly<Partial<Record<Dimension, string>>>;
  readonly source: string;
}

/** AWS publishes a bucket's size and number of objects once a day, everything else each minute. */
export const DAY = 86_400;

/** Namespace of what this project's log metric filters count. */
export const CONNECTOR_ERRORS = "CDC/ConnectorErrors";

const RDS = "RDS user guide, Amazon CloudWatch metrics for Amazon RDS";
const MSK = "MSK developer guide, metrics for monitoring Standard brokers with CloudWatch";
const MSK_CONNECT = "MSK developer guide, Monitoring Amazon MSK Connect";
const S3 = "S3 user guide, Metrics and dimensions";

/** Every metric that an alarm or a dashboard looks at. */
export const metrics = {
  cpuUtilization: rds("CPUUtilization", "Percent"),
  databaseConnections: rds("DatabaseConnections", "Count"),
  diskQueueDepth: rds("DiskQueueDepth", "Count"),
  freeableMemory: rds("FreeableMemory", "Bytes"),
  freeStorageSpace: rds("FreeStorageSpace", "Bytes"),
  maximumUsedTransactionIds: rds("MaximumUsedTransactionIDs", "Count"),
  oldestReplicationSlotLag: rds("OldestReplicationSlotLag", "Bytes"),
  replicationSlotDiskUsage: rds("ReplicationSlotDiskUsage", "Bytes"),
  transactionLogsDiskUsage: rds("TransactionLogsDiskUsage", "Bytes"),
  transactionLogsGeneration: rds("TransactionLogsGeneration", "Bytes/Second"),

  activeControllerCount: msk("ActiveControllerCount", "Count", ["Cluster Name"]),
  offlinePartitionsCount: msk("OfflinePartitionsCount", "Count", ["Cluster Name"]),
  bytesInPerSec: msk("BytesInPerSec", "Bytes/Second", ["Cluster Name", "Broker ID"]),
  bytesOutPerSec: msk("BytesOutPerSec", "Bytes/Second", ["Cluster Name", "Broker ID"]),
  messagesInPerSec: msk("MessagesInPerSec", "Count/Second", ["Cluster Name", "Broker ID"]),
  cpuIdle: msk("CpuIdle", "Percent", ["Cluster Name", "Broker ID"]),
  heapMemoryAfterGc: msk("HeapMemoryAfterGC", "Percent", ["Cluster Name", "Broker ID"]),
  kafkaDataLogsDiskUsed: msk("KafkaDataLogsDiskUsed", "Percent", ["Cluster Name", "Broker ID"]),
  underMinIsrPartitionCount: msk("UnderMinIsrPartitionCount", "Count", ["Cluster Name", "Broker ID"]),
  underReplicatedPartitions: msk("UnderReplicatedPartitions", "Count", ["Cluster Name", "Broker ID"]),
  volumeQueueLength: msk("VolumeQueueLength", "Count", ["Cluster Name", "Broker ID"], "PER_BROKER"),
  estimatedMaxTimeLag: msk("EstimatedMaxTimeLag", "Seconds", ["Cluster Name", "Consumer Group", "Topic"]),
  sumOffsetLag: msk("SumOffsetLag", "Count", ["Cluster Name", "Consumer Group", "Topic"]),

  connectorCpuUtilization: mskConnect("CpuUtilization", "Percent"),
  connectorMemoryUtilization: mskConnect("MemoryUtilization", "Percent"),
  erroredTaskCount: mskConnect("ErroredTaskCount", "Count"),
  runningTaskCount: mskConnect("RunningTaskCount", "Count"),
  workerCount: mskConnect("WorkerCount", "Count"),
  sourceRecordPollRate: mskConnect("SourceRecordPollRate", "Count/Second", "source"),
  sourceRecordWriteRate: mskConnect("SourceRecordWriteRate", "Count/Second", "source"),
  sinkRecordReadRate: mskConnect("SinkRecordReadRate", "Count/Second", "sink"),
  sinkRecordSendRate: mskConnect("SinkRecordSendRate", "Count/Second", "sink"),
  connectorErrors: {
    namespace: CONNECTOR_ERRORS,
    name: null,
    dimensions: [],
    unit: "Count",
    source: "a log metric filter of this project counts the lines of a connector's log that say ERROR or FATAL",
  },

  bucketSizeBytes: s3("BucketSizeBytes", "Bytes", "StandardStorage"),
  numberOfObjects: s3("NumberOfObjects", "Count", "AllStorageTypes"),
} satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

function rds(name: string, unit: Unit): Metric {
  return { namespace: "AWS/RDS", name, dimensions: ["DBInstanceIdentifier"], unit, source: RDS };
}

function msk(name: string, unit: Unit, dimensions: readonly Dimension[], level: MonitoringLevel = "DEFAULT"): Metric {
  return { namespace: "AWS/Kafka", name, dimensions, unit, level, source: MSK };
}

function mskConnect(name: string, unit: Unit, connector?: "source" | "sink"): Metric {
  return { namespace: "AWS/KafkaConnect", name, dimensions: ["ConnectorName"], unit, connector, source: MSK_CONNECT };
}

function s3(name: string, unit: Unit, storageType: string): Metric {
  const dimensions: Dimension[] = ["BucketName", "StorageType"];
  return { namespace: "AWS/S3", name, dimensions, unit, fixed: { StorageType: storageType }, source: S3 };
}
