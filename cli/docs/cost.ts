import { type Row, rowsOf, totalRow } from "../../cost/compare";
import type { Line } from "../../cost/costing";
import type { Estimate } from "../../cost/estimate";
import { latencies } from "../../cost/latency";
import { savings } from "../../cost/strategies";
import type { SynthesizedStack } from "../../terraform/synthesized";
import { assumptions, differenceText, duration, money, moneyRange, priceDates } from "../cost-report";
import { code, table } from "../../lib/markdown";

/** What the documented profile costs, by service, and what all profiles cost. */
export function costTables(profile: string, estimates: ReadonlyMap<string, Estimate>): string {
  const estimate = estimates.get(profile);
  if (estimate === undefined) throw new Error(`no estimate of ${profile}`);
  return [
    `US dollars a month for the profile ${code(profile)} in ${estimate.region}, with ${assumptions(estimate.usage)}. ` +
      `Prices were read ${priceDates(estimate.lines)}.`,
    table(
      ["Service", "Configuration", "Rates", "Computed", "Earlier estimate", "Difference"],
      [
        ...rowsOf(estimate).map((row) => [
          `**${row.service}**`,
          listed(row.lines, ({ item }) => item) || "none",
          listed(row.lines, ({ price }) => `${price.amount} per ${price.unit}`),
          ...amounts(row),
        ]),
        ["**Total**", "", "", ...amounts(totalRow(estimate))],
      ],
    ),
    table(
      ["Profile", "Low", "High"],
      [...estimates].map(([name, { total }]) => [code(name), dollars(total.low), dollars(total.high)]),
    ),
  ].join("\n\n");
}

/** What each strategy saves, and what was promised before anything was computed. */
export function savingsTable(stack: SynthesizedStack, estimate: Estimate): string {
  return table(
    ["Strategy", "Change", "Saves a month", "Earlier claim", "Gives up"],
    savings(stack, estimate).map(({ strategy, change, state, monthly, claimed, givesUp }) => [
      strategy,
      change,
      `${state === "in place" ? "already " : ""}${moneyRange(monthly)}`,
      claimed ?? "",
      givesUp,
    ]),
  );
}

/** What it costs to have rows in S3 sooner. */
export function latencyTable(stack: SynthesizedStack, estimate: Estimate): string {
  return table(
    ["An object for each table every", "Objects a month", "Requests, US dollars a month"],
    latencies(stack, estimate).map(({ milliseconds, objects, requests }) => [
      duration(milliseconds),
      Math.round(objects).toLocaleString("en-US"),
      money(requests),
    ]),
  );
}

function amounts({ monthly, claimed, difference }: Pick<Row, "monthly" | "claimed" | "difference">): string[] {
  return [
    moneyRange(monthly),
    claimed === undefined ? "" : moneyRange(claimed),
    difference === undefined ? "" : differenceText(difference),
  ];
}

function listed(lines: readonly Line[], text: (line: Line) => string): string {
  return [...new Set(lines.map(text))].join("; ");
}

/** Whole dollars: a sum isn't more exact. */
function dollars(amount: number): string {
  return Math.round(amount).toLocaleString("en-US");
}
