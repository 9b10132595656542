import type { Progress } from "../environment";
import { measureLoad } from "./measurement";
import type { BenchPipeline } from "./pipeline";
import type { LoadResult } from "./results";

/** What the README claims; above and below is searched in steps. */
export const CLAIMED_RATE = 10_000;
const STEP = 1.2;
const HIGHEST_RATE = 100_000;

export interface ThroughputOptions {
  /** Seconds of each step. */
  readonly seconds: number;
  /** Seconds of the claimed rate, and how often. */
  readonly sustained: { readonly seconds: number; readonly times: number };
}

export interface ThroughputResult {
  /** The claimed rate right after the start, and again. */
  readonly cold: LoadResult;
  readonly warm: LoadResult;
  /** The claimed rate for longer. */
  readonly sustained: LoadResult[];
  /** All steps of the search for the highest rate that can be held. */
  readonly steps: LoadResult[];
  /** The highest rate that was held, in rows a second as committed; 0 if none was. */
  readonly highest: number;
}

export async function measureThroughput(
  pipeline: BenchPipeline,
  { seconds, sustained }: ThroughputOptions,
  progress: Progress,
): Promise<ThroughputResult> {
  const at = async (rate: number, duration: number, what: string): Promise<LoadResult> => {
    progress(`${what}: ${rate} rows/s for ${duration} s`);
    return (await measureLoad(pipeline, { rate, seconds: duration })).result;
  };
  const cold = await at(CLAIMED_RATE, seconds, "cold");
  const warm = await at(CLAIMED_RATE, seconds, "warm");
  const long: LoadResult[] = [];
  for (let time = 1; time <= sustained.times; time++) {
    long.push(await at(CLAIMED_RATE, sustained.seconds, `sustained, ${time} of ${sustained.times}`));
  }
  const steps: LoadResult[] = [];
  const wait = pipeline.quietSeconds;
  const claimed = [warm, ...long].filter((load) => isHeld(load, wait));
  const upward = claimed.length > 0;
  let highest = Math.max(0, ...claimed.map(({ committedPerSecond }) => committedPerSecond));
  for (let rate = next(CLAIMED_RATE, upward); rate <= HIGHEST_RATE && rate >= 100; rate = next(rate, upward)) {
    const step = await at(rate, seconds, "searching the highest rate");
    steps.push(step);
    const held = isHeld(step, wait);
    if (held) highest = Math.max(highest, step.committedPerSecond);
    if (held !== upward) break;
  }
  return { cold, warm, sustained: long, steps, highest };
}

/**
 * Held means that nothing piles up: the database wrote that many, all arrived once, and the last of them ten seconds after the
 * time that the settings let pass anyway.
 */
export function isHeld({ rate, committedPerSecond, lost, tail }: LoadResult, waitSeconds: number): boolean {
  return committedPerSecond >= 0.97 * rate && lost.store === 0 && tail <= (waitSeconds + 10) * 1000;
}

function next(rate: number, upward: boolean): number {
  return Math.round((upward ? rate * STEP : rate / STEP) / 100) * 100;
}
