import type { SynthesizedStack } from "../terraform/synthesized";
import { changedStack, replaced } from "./change";
import { Costing } from "./costing";
import { type Estimate, estimate, totalOf } from "./estimate";
import { findSink } from "./pipeline";
import { sinkObjects } from "./sink-objects";

/** What it costs to have rows in S3 within an interval. */
export interface Latency {
  readonly milliseconds: number;
  /** Objects a month, when every table has rows in every interval. */
  readonly objects: number;
  /** US dollars a month for the requests that write them. */
  readonly requests: number;
}

const INTERVALS = [500, 10_000, 60_000, 600_000];
const PATH = ["connector_configuration", "rotate.schedule.interval.ms"];

/** The same sink with shorter and longer intervals between its objects. */
export function latencies(stack: SynthesizedStack, { region, usage }: Estimate): Latency[] {
  const sink = findSink(new Costing(stack, region, usage));
  if (sink === undefined) return [];
  return INTERVALS.map((milliseconds) => {
    const other = changedStack(stack, (resource) =>
      resource === sink ? replaced(resource, PATH, `${milliseconds}`) : resource,
    );
    const { lines } = estimate(other, region, usage);
    const costing = new Costing(other, region, usage);
    return {
      milliseconds,
      objects: sinkObjects(replaced(sink, PATH, `${milliseconds}`), costing).number.high,
      requests: totalOf(lines.filter(({ priceName }) => priceName === "s3.put")).high,
    };
  });
}
