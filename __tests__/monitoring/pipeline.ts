import type { WatchedPipeline } from "../../monitoring/series";

/** Names that can't be taken for anything else. */
export const PIPELINE: WatchedPipeline = {
  databaseIdentifier: "database",
  clusterName: "cluster",
  numberOfBrokerNodes: 3,
  enhancedMonitoring: null,
  sourceConnector: { name: "source", hasLog: true },
  sinkConnector: { name: "sink", hasLog: true },
  bucketName: "bucket",
};
