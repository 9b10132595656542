import type { Resource } from "../terraform/synthesized";
import type { Costing } from "./costing";
import { setting, topicProperty } from "./pipeline";
import { HOURS_PER_MONTH, type Range, times } from "./usage";

/** What the sink writes in a month. Its settings make few large objects or many small ones of the same data. */
export interface SinkObjects {
  /** Low: every object is full. High: each table's rows come evenly, so that every interval ends with an object. */
  readonly number: Range;
  /** Average bytes of an object in either case: the fewer objects, the larger. */
  readonly bytes: Range;
  /** Requests to write them. */
  readonly requests: Range;
}

/** The sink's own default for `s3.part.size`. */
const DEFAULT_PART_SIZE = 26_214_400;
const TIME_BASED = /\.(TimeBased|Daily|Hourly)Partitioner$/;

/** Derives the objects from the settings of the sink that writes them. */
export function sinkObjects(sink: Resource, costing: Costing): SinkObjects {
  const { gbPerDay, recordBytes, tables } = costing.usage;
  const partitions = tables * (topicProperty("topic.creation.default.partitions", "num.partitions", costing) ?? 1);
  const records = (gbPerDay * 1e9) / recordBytes / 24 / partitions;
  const flushSize = flushSizeOf(sink, costing);
  const perHour: Range = {
    low: records / flushSize,
    high: objectsPerHour(records, flushSize, rotationsPerHour(sink)),
  };
  const bytes = { low: (records / perHour.low) * recordBytes, high: (records / perHour.high) * recordBytes };
  const number = times(perHour, partitions * HOURS_PER_MONTH);
  return {
    number,
    bytes,
    requests: {
      low: number.low * requestsFor(bytes.low, sink),
      high: number.high * requestsFor(bytes.high, sink),
    },
  };
}

function flushSizeOf(sink: Resource, costing: Costing): number {
  const text = setting(sink, "flush.size");
  return Number(text) > 0 ? Number(text) : costing.unknown(sink, "connector_configuration.flush.size", text, 1);
}

/** Objects of one partition in an hour. Each interval ends with one, unless it had no records; full ones are finished before. */
function objectsPerHour(records: number, flushSize: number, rotations: number): number {
  if (rotations === 0) return records / flushSize;
  return records <= rotations ? records : rotations * Math.ceil(records / rotations / flushSize);
}

/** By the clock; or by the records' time, which only a time-based partitioner heeds. */
function rotationsPerHour(sink: Resource): number {
  const heedsRecords = TIME_BASED.test(setting(sink, "partitioner.class"));
  const names = ["rotate.schedule.interval.ms", ...(heedsRecords ? ["rotate.interval.ms"] : [])];
  const intervals = names.map((name) => Number(setting(sink, name))).filter((interval) => interval > 0);
  return intervals.length === 0 ? 0 : 3_600_000 / Math.min(...intervals);
}

/** Always a multipart upload: it is created, its parts are sent, it is completed. */
function requestsFor(bytes: number, sink: Resource): number {
  const partSize = Number(setting(sink, "s3.part.size")) || DEFAULT_PART_SIZE;
  return 2 + Math.ceil(bytes / partSize);
}
