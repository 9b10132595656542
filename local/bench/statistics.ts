/** How long something took, in milliseconds, over many rows. */
export interface Distribution {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Of many values; those that aren't there (NaN) don't count. */
export function distribution(values: Float64Array): Distribution {
  const sorted = sortedNumbers(values);
  const at = (share: number): number => round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** A hundred points of the share of values that are at most so large: what a plot needs of a million values. */
export function cumulative(values: Float64Array): [milliseconds: number, share: number][] {
  const sorted = sortedNumbers(values);
  const shares = [...Array.from({ length: 99 }, (_, index) => (index + 1) / 100), 0.999, 1];
  return shares.map((share) => [round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN), share]);
}

/** How many moments fall into each second after a start. */
export function perSecond(moments: Iterable<number>, start: number, seconds: number): number[] {
  const counts = new Array<number>(seconds).fill(0);
  for (const moment of moments) {
    const second = Math.floor((moment - start) / 1000);
    if (second >= 0 && second < seconds) counts[second] = (counts[second] ?? 0) + 1;
  }
  return counts;
}

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? NaN, sorted[Math.floor(middle)] ?? NaN];
  return (low + high) / 2;
}

function sortedNumbers(values: Float64Array): Float64Array {
  const sorted = values.filter((value) => !Number.isNaN(value));
  return sorted.sort();
}

/** Tenths of a millisecond are below what the clocks tell. */
function round(value: number): number {
  return Math.round(value);
}
