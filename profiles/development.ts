import type { PipelineSettings } from "./schema";
import { standard } from "./standard";

/** One worker of the smallest size. */
const connector = { capacity: { mode: "provisioned", mcuCount: 1, workerCount: 1 }, logRetentionInDays: 7 } as const;

/**
 * Kafka Connect keeps its own topics in three copies by default, and two brokers can't: Kafka documentation, "Kafka Connect
 * configs". MSK Connect doesn't keep these properties for itself.
 */
const internalTopics = {
  "config.storage.replication.factor": "2",
  "offset.storage.replication.factor": "2",
  "status.storage.replication.factor": "2",
};

function withInternalTopics({ worker }: PipelineSettings["sourceConnector"]): typeof worker {
  return worker && { ...worker, extra: internalTopics };
}

const bucket = { forceDestroy: true, expireOldVersionsAfterDays: 1, abortUnfinishedUploadsAfterDays: 1 };

/**
 * The same pipeline as cheap as AWS makes it, for trying things out: small machines, nothing that stands by, data that goes by
 * itself, and a teardown that asks nothing. What runs through it can be lost.
 */
export const development: PipelineSettings = {
  ...standard,
  database: {
    ...standard.database,
    instanceClass: "db.t4g.micro",
    allocatedStorage: 20,
    maxAllocatedStorage: 50,
    multiAz: false,
    backupRetentionPeriod: 1,
    finalSnapshotIdentifier: null,
  },
  cluster: {
    ...standard.cluster,
    instanceType: "kafka.t3.small",
    // MSK takes no cluster with fewer than two zones, and one broker in each is the least.
    numberOfBrokerNodes: 2,
    availabilityZones: 2,
    volumeSize: 10,
    serverProperties: {
      ...standard.cluster.serverProperties,
      "log.retention.hours": "24",
      "default.replication.factor": "2",
      "min.insync.replicas": "1",
      "offsets.topic.replication.factor": "2",
      "transaction.state.log.replication.factor": "2",
      "transaction.state.log.min.isr": "1",
    },
  },
  buckets: {
    ...standard.buckets,
    destination: { ...standard.buckets.destination, ...bucket, expireAfterDays: 30 },
    plugins: { ...standard.buckets.plugins, ...bucket },
  },
  sourceConnector: { ...standard.sourceConnector, ...connector, worker: withInternalTopics(standard.sourceConnector) },
  source: { ...standard.source, topicCreationDefaultReplicationFactor: 2 },
  sinkConnector: { ...standard.sinkConnector, ...connector, worker: withInternalTopics(standard.sinkConnector) },
  // An object costs three requests, and nobody waits for rows in development.
  sink: { ...standard.sink, rotateScheduleIntervalMs: 300_000 },
};
