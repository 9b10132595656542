import { s3SinkClasses } from "../../connectors/s3-sink";
import type { Preset } from ".";

/**
 * No row twice, neither in Kafka nor in S3, whatever is killed: the source writes rows and its position in one transaction
 * (KIP-618), the sink reads only what was committed, and cuts its files by what is in the records, so that whoever reads them
 * again writes the same objects again (Confluent, S3 sink, "Exactly-once delivery on top of eventual consistency").
 *
 * Measured locally (docs/benchmarks). On MSK Connect `exactly.once.source.support` isn't among the worker properties that are
 * refused (MSK developer guide, "Supported worker configuration properties"), but AWS doesn't say that it works.
 */
export const exactlyOnce: Preset = {
  purpose: "no row twice in Kafka or S3 after a crash",
  price:
    "objects are named by the hour of their records, not by partition; the last rows of a table wait for its next row; " +
    "Kafka Connect 3.7.x only; AWS doesn't say whether MSK Connect supports it",
  settings: {
    sourceConnector: { worker: { exactlyOnceSourceSupport: "enabled" } },
    source: { exactlyOnceSupport: "required" },
    sink: {
      consumerOverrideIsolationLevel: "read_committed",
      // By the clock, a file would be cut elsewhere the second time.
      rotateScheduleIntervalMs: null,
      rotateIntervalMs: 45_000,
      partitionerClass: s3SinkClasses.hourlyPartitioner,
      timestampExtractor: "Record",
      locale: "en",
    },
  },
};
