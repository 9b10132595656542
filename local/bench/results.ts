import type { Distribution } from "./statistics";
import type { ProcessorTime } from "./processor-time";

/** Rows that were written at one rate, and what became of them. */
export interface LoadResult {
  /** Rows a second that were asked for. */
  readonly rate: number;
  /** Seconds for which rows were written. */
  readonly seconds: number;
  readonly rows: number;
  /** Rows a second, as the database committed them. */
  readonly committedPerSecond: number;
  /** Counted row by row. */
  readonly lost: Counts;
  readonly duplicated: Counts;
  /** From the commit, in milliseconds. */
  readonly toTopic: Distribution;
  readonly toObject: Distribution;
  /** Where the time of a row goes, in milliseconds: until Debezium has made an event of it, until it is in Kafka, until it is in S3. */
  readonly stages: { readonly database: Distribution; readonly source: Distribution; readonly sink: Distribution };
  /** From the last commit until the last row was in S3, in milliseconds. */
  readonly tail: number;
  readonly objects: number;
  readonly objectsPerHour: number;
  /** PUT and POST requests of the sink. */
  readonly writeRequests: number;
  readonly processorTime: ProcessorTime;
  /** Events a second, for plots: committed, in Kafka, in S3. */
  readonly perSecond: { readonly committed: number[]; readonly inTopic: number[]; readonly inStore: number[] };
  /** For plots: milliseconds and the share of rows that took no longer. */
  readonly cumulative: { readonly toTopic: [number, number][]; readonly toObject: [number, number][] };
}

export interface Counts {
  readonly topic: number;
  readonly store: number;
}
