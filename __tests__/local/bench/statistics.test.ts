import { cumulative, distribution, median, perSecond } from "../../../local/bench/statistics";

const numbers = (count: number): Float64Array => Float64Array.from({ length: count }, (_, index) => count - index);

it("fails unless percentiles are values that occur, the rows that didn't arrive aside", () => {
  expect(distribution(numbers(100))).toEqual({ p50: 50, p95: 95, p99: 99, max: 100 });
  expect(distribution(Float64Array.of(NaN, 7, NaN))).toEqual({ p50: 7, p95: 7, p99: 7, max: 7 });
  expect(distribution(new Float64Array())).toEqual({ p50: NaN, p95: NaN, p99: NaN, max: NaN });
});

it("fails unless the curve of a plot ends with the slowest row", () => {
  const curve = cumulative(numbers(1000));
  expect(curve[0]).toEqual([10, 0.01]);
  expect(curve.at(-1)).toEqual([1000, 1]);
  expect(curve).toHaveLength(101);
});

it("fails if a moment is counted in the wrong second, or one outside is counted", () => {
  expect(perSecond([1000, 1999, 2000, 999, 4000, NaN], 1000, 3)).toEqual([2, 1, 0]);
});

it.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[5], 5],
])("fails unless the median of %j is %d", (values, expected) => {
  expect(median(values)).toBe(expected);
});
