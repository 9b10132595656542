import { type Row, rowsOf, totalRow } from "../cost/compare";
import type { Line } from "../cost/costing";
import type { Estimate } from "../cost/estimate";
import type { Latency } from "../cost/latency";
import type { Saving } from "../cost/strategies";
import type { Range, Usage } from "../cost/usage";
import { type Colors, renderTable } from "../local/report";

/** Heading of what the README said before anything was computed. */
const EARLIER = "earlier README";

/** An amount of dollars with its cents. */
export function money(amount: number): string {
  const text = Math.abs(amount).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return amount <= -0.005 ? `-${text}` : text;
}

/** Both ends, or one amount where they are the same. */
export function moneyRange({ low, high }: Range): string {
  return money(low) === money(high) ? money(low) : `${money(low)} to ${money(high)}`;
}

export function differenceText(difference: Range): string {
  const signed = (amount: number): string => (amount >= 0.005 ? `+${money(amount)}` : money(amount));
  const [low, high] = [signed(difference.low), signed(difference.high)];
  return low === high ? low : `${low} to ${high}`;
}

/** The days on which the prices of these lines were read: the first and the last. */
export function priceDates(lines: readonly Line[]): string {
  const dates = [...new Set(lines.map(({ price }) => price.date))].sort();
  return dates.length > 1 ? `between ${dates[0]} and ${dates[dates.length - 1]}` : `on ${dates[0] ?? "no day"}`;
}

/** `500 ms`, `10 s`, `1 min`. */
export function duration(milliseconds: number): string {
  const [unit, size] = (
    [
      ["h", 3_600_000],
      ["min", 60_000],
      ["s", 1000],
    ] as const
  ).find(([, length]) => milliseconds >= length) ?? ["ms", 1];
  return `${milliseconds / size} ${unit}`;
}

/** In words, what no configuration says. */
export function assumptions({ gbPerDay, recordBytes, tables, months, logGbPerMonth, zones }: Usage): string {
  return [
    `${gbPerDay} GB of change events a day from ${tables} tables, ${recordBytes} bytes each;`,
    `${months} months of objects in S3 and ${logGbPerMonth} GB of log a month at the most; ${zones} availability zones`,
  ].join("\n");
}

/** The whole answer for people. */
export function renderCost(
  estimate: Estimate,
  savings: readonly Saving[],
  latencies: readonly Latency[],
  colors: Colors,
): string {
  return `${[
    `US dollars a month in ${estimate.region}, for ${assumptions(estimate.usage)}.`,
    `Prices were read ${priceDates(estimate.lines)} (cost/prices.ts); check them before you rely on them.`,
    "",
    renderRows(estimate, colors),
    "",
    renderLatencies(latencies, colors),
    "",
    renderSavings(savings, colors),
  ].join("\n")}\n`;
}

/** Everything for programs. */
export function costJson(estimate: Estimate, savings: readonly Saving[], latencies: readonly Latency[]): string {
  const answer = {
    ...estimate,
    lines: undefined,
    total: totalRow(estimate),
    rows: rowsOf(estimate),
    latencies,
    savings,
  };
  // Six digits are more than any price has, and leave out what binary fractions add.
  const rounded = (_key: string, value: unknown): unknown =>
    typeof value === "number" ? Math.round(value * 1e6) / 1e6 : value;
  return `${JSON.stringify(answer, rounded, 2)}\n`;
}

function renderRows(estimate: Estimate, colors: Colors): string {
  const header = ["", "", "low", "high", EARLIER, "difference"];
  const rows = rowsOf(estimate).flatMap((row) => [
    { important: true, cells: [row.service, "", ...amounts(row)] },
    ...row.lines.map((line) => ({
      important: false,
      cells: [`  ${line.item}`, quantity(line), money(line.monthly.low), money(line.monthly.high), "", ""],
    })),
  ]);
  const all = [
    { important: true, cells: header },
    ...rows,
    { important: true, cells: ["total", "", ...amounts(totalRow(estimate))] },
  ];
  const [first = "", ...others] = renderTable(
    rightAligned(
      all.map(({ cells }) => cells),
      [2, 3],
    ),
  ).split("\n");
  return [first, ...others].map((line, index) => (all[index]?.important ? colors.bold(line) : line)).join("\n");
}

function amounts({ monthly, claimed, difference }: Pick<Row, "monthly" | "claimed" | "difference">): string[] {
  return [
    money(monthly.low),
    money(monthly.high),
    claimed === undefined ? "nothing" : moneyRange(claimed),
    difference === undefined ? "" : differenceText(difference),
  ];
}

function renderLatencies(latencies: readonly Latency[], colors: Colors): string {
  const rows = latencies.map(({ milliseconds, objects, requests }) => [
    duration(milliseconds),
    Math.round(objects).toLocaleString("en-US"),
    money(requests),
  ]);
  const header = ["an object for each table every", "objects a month", "requests"];
  const [head = "", ...lines] = renderTable(rightAligned([header, ...rows], [1, 2])).split("\n");
  return [colors.bold(head), ...lines].join("\n");
}

function renderSavings(savings: readonly Saving[], colors: Colors): string {
  const rows = savings.map(({ strategy, state, monthly, claimed }) => [
    strategy,
    `${state === "in place" ? "saves already " : ""}${moneyRange(monthly)}`,
    claimed ?? "nothing",
  ]);
  const [head = "", ...lines] = renderTable([["what would cost less", "saves", EARLIER], ...rows]).split("\n");
  const explained = savings.flatMap(({ change, givesUp }, index) => [
    colors.bold(lines[index] ?? ""),
    `  ${change}`,
    colors.dim(`  gives up ${givesUp}`),
  ]);
  return [colors.bold(head), ...explained].join("\n");
}

function quantity({ quantity: { low, high }, price }: Line): string {
  const text = (amount: number): string =>
    amount.toLocaleString("en-US", { maximumFractionDigits: amount < 10 ? 2 : 0 });
  const units = text(low) === text(high) ? text(low) : `${text(low)}-${text(high)}`;
  return `${units} ${price.unit} × ${price.amount}`;
}

function rightAligned(rows: readonly (readonly string[])[], columns: readonly number[]): string[][] {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) => row.map((text, column) => (columns.includes(column) ? text.padStart(width(column)) : text)));
}
