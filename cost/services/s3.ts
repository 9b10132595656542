import { asArray, asText, type Json, type Resource } from "../../terraform/synthesized";
import { blocks, type Costing, type Line, type Pricer, valueAt } from "../costing";
import { findSink, writesTo } from "../pipeline";
import { type SinkObjects, sinkObjects } from "../sink-objects";
import { DAYS_PER_MONTH, type Range, times, type Usage } from "../usage";

/** A move to another storage class. */
interface Transition {
  readonly storageClass: string;
  readonly days: number;
  /** Smaller objects stay where they are. */
  readonly fromBytes: number;
}

/** GB of the two plugin archives and their old versions, and of a bucket that others write to, such as one for logs. Assumptions. */
const PLUGINS_GB = 1;
const OTHER_GB: Range = { low: 1, high: 10 };

/** Without a filter by size of its own, a lifecycle rule leaves smaller objects where they are (S3 API, TransitionDefaultMinimumObjectSize). */
export const SMALLEST_MOVED = 131_072;

/** Buckets: the one that the sink writes to, the one with the plugins, others. Requests of who reads aren't known. */
export const s3: Pricer = (buckets, costing) => {
  const sink = findSink(costing);
  return buckets.flatMap((bucket) => {
    if (sink !== undefined && writesTo(sink, bucket)) return destination(bucket, sink, costing);
    const plugins = bucket.module.resources.some(({ type }) => type === "aws_s3_object");
    const storage = { price: "s3.storage.STANDARD", of: bucket };
    if (plugins) {
      return [costing.line({ ...storage, service: "S3 Plugins Bucket", item: "archives", quantity: PLUGINS_GB })];
    }
    return [costing.line({ ...storage, service: "S3 Other Buckets", item: bucket.name, quantity: OTHER_GB })];
  });
};

function destination(bucket: Resource, sink: Resource, costing: Costing): Line[] {
  const service = "S3 Storage";
  const objects = sinkObjects(sink, costing);
  const lines = Object.entries(storedByClass(bucket, objects, costing)).map(([storageClass, gb]) =>
    costing.line({
      service,
      item: `storage ${storageClass}`,
      price: `s3.storage.${storageClass}`,
      quantity: gb,
      of: bucket,
    }),
  );
  for (const transition of transitions(bucket)) {
    const moved = {
      low: moves(transition, objects.bytes.low, 1) ? objects.number.low : 0,
      high: moves(transition, objects.bytes.high, costing.usage.months) ? objects.number.high : 0,
    };
    const { storageClass } = transition;
    const price = `s3.transition.${storageClass}`;
    lines.push(
      costing.line({ service, item: `moves to ${storageClass}`, price, quantity: times(moved, 0.001), of: bucket }),
    );
  }
  const item = `requests to write ${quantities(objects.number)} objects`;
  return [
    ...lines,
    costing.line({ service, item, price: "s3.put", quantity: times(objects.requests, 0.001), of: bucket }),
  ];
}

/** GB in each storage class: after the first month, and after the given number of months. */
function storedByClass(bucket: Resource, { bytes }: SinkObjects, { usage }: Costing): Record<string, Range> {
  const low = stored(bucket, bytes.low, 1, usage);
  const high = stored(bucket, bytes.high, usage.months, usage);
  const names = ["STANDARD", ...transitions(bucket).map(({ storageClass }) => storageClass)];
  return Object.fromEntries(names.map((name) => [name, { low: low[name] ?? 0, high: high[name] ?? 0 }]));
}

function stored(bucket: Resource, bytes: number, months: number, { gbPerDay }: Usage): Record<string, number> {
  let age = Math.min(months * DAYS_PER_MONTH, expiration(bucket));
  const result: Record<string, number> = {};
  // From the oldest to the youngest: what is older than a transition is in its class.
  for (const transition of transitions(bucket).sort((a, b) => b.days - a.days)) {
    if (!moves(transition, bytes, months)) continue;
    result[transition.storageClass] = Math.max(0, age - transition.days) * gbPerDay;
    age = Math.min(age, transition.days);
  }
  return { ...result, STANDARD: age * gbPerDay };
}

function moves({ days, fromBytes }: Transition, bytes: number, months: number): boolean {
  return bytes >= fromBytes && months * DAYS_PER_MONTH > days;
}

function transitions(bucket: Resource): Transition[] {
  return rules(bucket).flatMap((rule) =>
    blocks(valueAt(rule, "transition")).map((transition) => ({
      storageClass: asText(valueAt(transition, "storage_class")),
      days: Number(asText(valueAt(transition, "days"))),
      fromBytes: smallestMoved(bucket, rule),
    })),
  );
}

function smallestMoved(bucket: Resource, rule: Json): number {
  const ownFilter = valueAt(rule, "filter", "object_size_greater_than");
  if (typeof ownFilter === "number") return ownFilter + 1;
  const setting = lifecycle(bucket)?.body.transition_default_minimum_object_size;
  return setting === "varies_by_storage_class" ? 0 : SMALLEST_MOVED;
}

/** Days after which objects are deleted. */
function expiration(bucket: Resource): number {
  const days = rules(bucket).map((rule) => valueAt(rule, "expiration", "days"));
  return Math.min(...days.filter((value) => typeof value === "number"), Infinity);
}

function rules(bucket: Resource): Json[] {
  return asArray(lifecycle(bucket)?.body.rule).filter((rule) => valueAt(rule, "status") === "Enabled");
}

function lifecycle({ module }: Resource): Resource | undefined {
  return module.resources.find(({ type }) => type === "aws_s3_bucket_lifecycle_configuration");
}

function quantities({ low, high }: Range): string {
  const text = (number: number): string => Math.round(number).toLocaleString("en-US");
  return text(low) === text(high) ? text(low) : `${text(low)}-${text(high)}`;
}
