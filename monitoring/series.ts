import {
  type Dimension,
  type Metric,
  type MetricName,
  metrics,
  type MonitoringLevel,
  monitoringLevels,
} from "./metrics";

/** A connector that is watched. */
export interface WatchedConnector {
  readonly name: string;
  /** Without a log its errors can't be counted. */
  readonly hasLog: boolean;
}

/** The pipeline that is watched: the names under which AWS publishes its metrics. */
export interface WatchedPipeline {
  /** `identifier` of the DB instance; its `id` is another one, `db-…`, and has no metrics. */
  readonly databaseIdentifier: string;
  readonly clusterName: string;
  readonly numberOfBrokerNodes: number;
  /** `null`: DEFAULT. */
  readonly enhancedMonitoring: MonitoringLevel | null;
  readonly sourceConnector: WatchedConnector;
  readonly sinkConnector: WatchedConnector;
  readonly bucketName: string;
}

/** The settings that say how things are named, and what is published. */
export interface WatchedSettings {
  readonly cluster: Pick<WatchedPipeline, "clusterName" | "numberOfBrokerNodes" | "enhancedMonitoring">;
  readonly sourceConnector: { readonly name: string; readonly logRetentionInDays: number | null };
  readonly sinkConnector: { readonly name: string; readonly logRetentionInDays: number | null };
}

/** One metric of one thing. */
export interface Series {
  readonly metric: MetricName;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Partial<Record<Dimension, string>>>;
  /** What has it, where the pipeline has more than one of those: `source`, `sink`, or a broker's number. */
  readonly owner: string;
}

/** Stands for every value of a dimension: nobody knows all topics when this is synthesized. */
export const ANY = "*";

/** The pipeline of these settings; two names are known to Terraform only. */
export function watchedPipeline(
  { cluster, sourceConnector, sinkConnector }: WatchedSettings,
  names: Pick<WatchedPipeline, "databaseIdentifier" | "bucketName">,
): WatchedPipeline {
  const watched = ({ name, logRetentionInDays }: WatchedSettings["sinkConnector"]): WatchedConnector => ({
    name,
    hasLog: logRetentionInDays !== null,
  });
  return {
    ...names,
    clusterName: cluster.clusterName,
    numberOfBrokerNodes: cluster.numberOfBrokerNodes,
    enhancedMonitoring: cluster.enhancedMonitoring,
    sourceConnector: watched(sourceConnector),
    sinkConnector: watched(sinkConnector),
  };
}

/** Every series of a metric; none where nobody publishes it. */
export function seriesOf(pipeline: WatchedPipeline, metric: MetricName): Series[] {
  const definition: Metric = metrics[metric];
  if (!isAtLeast(pipeline.enhancedMonitoring, definition.level)) return [];
  if (definition.dimensions.includes("Broker ID")) {
    const brokers = Array.from({ length: pipeline.numberOfBrokerNodes }, (_, index) => `${index + 1}`);
    return brokers.map((broker) => series(pipeline, metric, broker));
  }
  const ofConnectors = definition.dimensions.includes("ConnectorName") || definition.name === null;
  if (!ofConnectors) return [series(pipeline, metric, "")];
  return (["source", "sink"] as const)
    .filter((owner) => definition.connector === undefined || definition.connector === owner)
    .filter((owner) => definition.name !== null || connectorOf(pipeline, owner).hasLog)
    .map((owner) => series(pipeline, metric, owner));
}

/** Whether a cluster of a monitoring level publishes what needs the other one. */
export function isAtLeast(level: MonitoringLevel | null, needed: MonitoringLevel = "DEFAULT"): boolean {
  return monitoringLevels.indexOf(level ?? "DEFAULT") >= monitoringLevels.indexOf(needed);
}

function series(pipeline: WatchedPipeline, metric: MetricName, owner: string): Series {
  const { namespace, name, dimensions, fixed }: Metric = metrics[metric];
  const connector = connectorOf(pipeline, owner);
  const values: Readonly<Record<Dimension, string>> = {
    DBInstanceIdentifier: pipeline.databaseIdentifier,
    "Cluster Name": pipeline.clusterName,
    "Broker ID": owner,
    // Kafka Connect names a sink's consumer group like this.
    "Consumer Group": `connect-${pipeline.sinkConnector.name}`,
    Topic: ANY,
    ConnectorName: connector.name,
    BucketName: pipeline.bucketName,
    StorageType: "",
    ...fixed,
  };
  return {
    metric,
    namespace,
    metricName: name ?? connector.name,
    dimensions: Object.fromEntries(dimensions.map((dimension) => [dimension, values[dimension]])),
    owner,
  };
}

function connectorOf({ sourceConnector, sinkConnector }: WatchedPipeline, owner: string): WatchedConnector {
  return owner === "sink" ? sinkConnector : sourceConnector;
}
