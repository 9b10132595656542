import type { Preset } from ".";

/** Rows in S3 within a second, the last one before a pause within two. docs/benchmarks has what was measured. */
export const lowLatency: Preset = {
  purpose: "rows are in S3 within a second of their commit",
  price: "9,000 objects an hour for each table that is written to: about $99 a month each, at three requests an object",
  settings: {
    // Debezium waits this long for more rows before it hands on what it has; its default is half a second.
    source: { pollIntervalMs: 20 },
    sinkConnector: {
      worker: {
        // The sink looks at the clock when it gets records, and else once in this time: it bounds the wait of the last rows.
        offsetFlushIntervalMs: 1000,
      },
    },
    sink: { rotateScheduleIntervalMs: 400 },
  },
};
