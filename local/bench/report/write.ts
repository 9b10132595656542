import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { plotFile, renderMarkdown } from "./markdown";
import type { BenchReport } from "./model";
import { latencyPlot, ratePlot } from "./plots";

/** Writes report.md, report.json and the plots; the answer is the Markdown's path. */
export function writeReport(report: BenchReport, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  for (const { name, rounds, faults } of report.configurations) {
    const latency = rounds[0]?.latency ?? [];
    if (latency.length > 0) write(plotFile(name, "latency"), latencyPlot(latency));
    const throughput = rounds[0]?.throughput;
    if (throughput)
      write(plotFile(name, "throughput"), ratePlot((throughput.sustained[0] ?? throughput.warm).perSecond));
    for (const fault of faults) write(plotFile(name, `fault-${fault.name}`), ratePlot(fault.perSecond, fault));
  }
  write("report.json", `${JSON.stringify(report)}\n`);
  const markdown = join(folder, "report.md");
  writeFileSync(markdown, renderMarkdown(report));
  return markdown;
}
