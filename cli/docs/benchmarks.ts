import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchReport, ConfigurationResult } from "../../local/bench/report/model";
import { table } from "../../lib/markdown";

/** The committed runs, one folder each. */
const FOLDER = "docs/benchmarks";

/** What the README quotes of the committed benchmarks: nothing else is a figure of this project. */
export function renderBenchmarks(project: string): string {
  const found = readBenchmarks(project);
  const rows = found.flatMap(({ folder, report }) =>
    report.configurations.map((configuration) => [
      `[\`${configuration.name}\`](${FOLDER}/${folder}/report.md)`,
      ...latencyAt(configuration, [20, 1000, 10_000]),
      lastRow(configuration),
      sustained(configuration),
      highest(configuration),
      faults(configuration),
    ]),
  );
  if (rows.length === 0) return "No run is committed yet.";
  const head = [
    "configuration",
    ...["20", "1,000", "10,000"].map((rate) => `commit → S3 at ${rate} rows/s, p50/p95`),
    "last row after a stop, at 20 rows/s",
    "10,000 rows/s for longer, the worst of the runs",
    "highest rate held",
    "rows lost / duplicated in S3, worst of the faults",
  ];
  return table(head, rows);
}

/** All committed reports, by folder. */
export function readBenchmarks(project: string): { readonly folder: string; readonly report: BenchReport }[] {
  const root = join(project, FOLDER);
  const folders = existsSync(root) ? readdirSync(root).sort() : [];
  return folders.flatMap((folder) => {
    const file = join(project, FOLDER, folder, "report.json");
    return existsSync(file) ? [{ folder, report: JSON.parse(readFileSync(file, "utf8")) as BenchReport }] : [];
  });
}

function latencyAt({ rounds }: ConfigurationResult, rates: readonly number[]): string[] {
  return rates.map((rate) => {
    const load = rounds[0]?.latency.find((candidate) => candidate.rate === rate);
    return load === undefined ? "" : `${seconds(load.toObject.p50)}/${seconds(load.toObject.p95)} s`;
  });
}

function lastRow({ rounds }: ConfigurationResult): string {
  const load = rounds[0]?.latency.find(({ rate }) => rate === 20);
  return load === undefined ? "" : `${seconds(load.tail)} s`;
}

function sustained({ rounds }: ConfigurationResult): string {
  const runs = rounds[0]?.throughput?.sustained ?? [];
  const [first] = runs;
  if (first === undefined) return "";
  const most = (count: (run: (typeof runs)[number]) => number): number => Math.max(...runs.map(count));
  const slowest = -most(({ committedPerSecond }) => -committedPerSecond);
  return [
    `${runs.length} × ${first.seconds} s: ${slowest.toLocaleString("en-US")} rows/s`,
    `p95 ${seconds(most(({ toObject }) => toObject.p95))} s`,
    `last row ${seconds(most(({ tail }) => tail))} s after the end`,
    `${most(({ lost }) => lost.store)} lost, ${most(({ duplicated }) => duplicated.store)} duplicated`,
  ].join(", ");
}

function highest({ rounds }: ConfigurationResult): string {
  const rate = rounds[0]?.throughput?.highest;
  return rate === undefined ? "" : `${rate.toLocaleString("en-US")} rows/s`;
}

function faults({ faults: measured }: ConfigurationResult): string {
  if (measured.length === 0) return "";
  const worst = (count: (fault: (typeof measured)[number]) => number): string =>
    Math.max(...measured.map(count)).toLocaleString("en-US");
  return `${worst(({ lost }) => lost.store)} / ${worst(({ duplicated }) => duplicated.store)}`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(milliseconds < 9950 ? 2 : 0);
}
