import type { FaultResult } from "../faults";
import type { LoadResult } from "../results";
import { median } from "../statistics";
import type { BenchReport, ConfigurationResult } from "./model";
import { table as markdownTable } from "../../../lib/markdown";

/** report.md: what a person reads. Plots lie beside it. */
export function renderMarkdown(report: BenchReport): string {
  const { machine, versions, configurations, sinkStandIn } = report;
  const names = configurations.map(({ name }) => name);
  const standIn =
    sinkStandIn === undefined
      ? []
      : [
          `**The S3 sink is the stand-in of this project (${sinkStandIn}), not Confluent's connector**, whose archive isn't in a public ` +
            "registry: these aren't figures of Confluent's. [Its README](../../../local/s3-sink/README.md) says which rules it follows.",
        ];
  return `${[
    `# Benchmark of ${names.join(" and ")}`,
    `Measured on ${report.startedAt.slice(0, 10)} with \`${report.command}\` on one machine that ran everything, the generator of rows ` +
      `too: ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}. All connections are on the loopback ` +
      "address; a real network, real disks and real S3 are slower in latency and faster in sum.",
    ...standIn,
    markdownTable(["Part", "Version"], Object.entries(versions)),
    ...configurations.flatMap((configuration) => renderConfiguration(configuration, configurations.length > 1)),
    ...(configurations.length > 1 ? renderComparison(configurations) : []),
  ].join("\n\n")}\n`;
}

/** The file of a plot, relative to the report. */
export function plotFile(configuration: string, what: string): string {
  return `${configuration}-${what}.svg`.replace(/[^\w.+-]/g, "_");
}

function renderConfiguration({ name, rounds, faults }: ConfigurationResult, several: boolean): string[] {
  const heading = several ? [`## ${name}`] : [];
  const latency = rounds.flatMap((round) => round.latency);
  const throughput = rounds.flatMap((round) => (round.throughput ? [round.throughput] : []));
  const loads = throughput.flatMap(({ cold, warm, sustained, steps }) => [
    ["cold", cold] as const,
    ["warm", warm] as const,
    ...sustained.map((load) => [`sustained`, load] as const),
    ...steps.map((load) => ["search", load] as const),
  ]);
  return [
    ...heading,
    ...(latency.length === 0 ? [] : renderLatency(name, latency)),
    ...(loads.length === 0
      ? []
      : renderThroughput(
          name,
          loads,
          throughput.map(({ highest }) => highest),
        )),
    ...(faults.length === 0 ? [] : renderFaults(name, faults)),
  ];
}

function renderLatency(name: string, loads: readonly LoadResult[]): string[] {
  return [
    "### Latency",
    "From the commit of a row until it is in Kafka and until its object in S3 is complete; every row counts. The last column but two is " +
      "the time from the last commit until the very last row is in S3. Objects are those of one table.",
    markdownTable(
      [
        "rows/s",
        "rows",
        "Kafka p50/p95/p99 ms",
        "S3 p50/p95/p99 ms",
        "S3 slowest ms",
        "last row ms",
        "objects/hour",
        "lost, duplicated in S3",
      ],
      loads.map((load) => [
        number(load.rate),
        number(load.rows),
        percentiles(load.toTopic),
        percentiles(load.toObject),
        number(load.toObject.max),
        number(load.tail),
        number(load.objectsPerHour),
        `${number(load.lost.store)}, ${number(load.duplicated.store)}`,
      ]),
    ),
    "Where the time goes (p50/p95 in ms): until Debezium made an event of the row, until that was in Kafka, until it was in S3.",
    markdownTable(
      ["rows/s", "database and reading", "source to Kafka", "sink"],
      loads.map(({ rate, stages }) => [number(rate), ...[stages.database, stages.source, stages.sink].map(short)]),
    ),
    `![Latency](${plotFile(name, "latency")})`,
  ];
}

function renderThroughput(
  name: string,
  loads: readonly (readonly [what: string, load: LoadResult])[],
  highest: readonly number[],
): string[] {
  const parts = Object.keys(loads[0]?.[1].processorTime ?? {});
  return [
    "### Throughput",
    "One row a transaction, the generator running all the time, every row counted. Cold is the first run after the start.",
    markdownTable(
      ["run", "asked rows/s", "seconds", "committed rows/s", "rows", "last row ms", "lost", "duplicated in Kafka, S3"],
      loads.map(([what, load]) => [
        what,
        number(load.rate),
        number(load.seconds),
        number(load.committedPerSecond),
        number(load.rows),
        number(load.tail),
        number(load.lost.store),
        `${number(load.duplicated.topic)}, ${number(load.duplicated.store)}`,
      ]),
    ),
    `Highest rate that was held: **${highest.map(number).join(", ")} rows/s** (committed at least 97 % of what was asked, none lost, the ` +
      "last one in S3 ten seconds after the settings' own wait).",
    "Seconds of one core while rows were written:",
    markdownTable(
      ["run", "asked rows/s", ...parts],
      loads.map(([what, load]) => [
        what,
        number(load.rate),
        ...parts.map((part) => (load.processorTime[part] ?? 0).toFixed(0)),
      ]),
    ),
    `![Throughput](${plotFile(name, "throughput")})`,
  ];
}

function renderFaults(name: string, faults: readonly FaultResult[]): string[] {
  return [
    "### Faults",
    "Rows go on being written. Resumed: seconds from the mending to the first new row. Pause: longest time without a new row, which for S3 " +
      "includes what the settings let pass between two objects.",
    markdownTable(
      [
        "fault",
        "rows/s",
        "rows",
        "lost",
        "duplicated in Kafka, S3",
        "resumed s Kafka, S3",
        "pause s Kafka, S3",
        "source, sink",
      ],
      faults.map((fault) => [
        fault.title,
        number(fault.rate),
        number(fault.rows),
        number(fault.lost.store),
        `${number(fault.duplicated.topic)}, ${number(fault.duplicated.store)}`,
        `${fault.resumed.topic}, ${fault.resumed.store}`,
        `${fault.longestPause.topic}, ${fault.longestPause.store}`,
        `${fault.connectors.source}, ${fault.connectors.sink}`,
      ]),
    ),
    ...faults.map((fault) => `![${fault.title}](${plotFile(name, `fault-${fault.name}`)})`),
  ];
}

/** Of several configurations that took turns: the first one is what the others are compared with. */
function renderComparison(configurations: readonly ConfigurationResult[]): string[] {
  const measures: [what: string, of: (configuration: ConfigurationResult) => number[]][] = [
    ["highest rate held, rows/s", ({ rounds }) => rounds.flatMap(({ throughput }) => throughput?.highest ?? [])],
    [
      "committed rows/s, warm",
      ({ rounds }) => rounds.flatMap(({ throughput }) => throughput?.warm.committedPerSecond ?? []),
    ],
    ...[
      ...new Set(
        configurations.flatMap(({ rounds }) => rounds.flatMap(({ latency }) => latency.map(({ rate }) => rate))),
      ),
    ].map((rate): [string, (configuration: ConfigurationResult) => number[]] => [
      `S3 p95 at ${number(rate)} rows/s, ms`,
      ({ rounds }) =>
        rounds.flatMap(({ latency }) =>
          latency.filter((load) => load.rate === rate).map(({ toObject }) => toObject.p95),
        ),
    ]),
  ];
  const [base] = configurations;
  const shown = measures.filter(([, of]) => configurations.every((configuration) => of(configuration).length > 0));
  return [
    "## Comparison",
    `The configurations took turns, each with a pipeline of its own. Median (lowest to highest), and how many times that of ${base?.name ?? ""}.`,
    markdownTable(
      ["", ...configurations.map(({ name }) => name)],
      shown.map(([what, of]) => [
        what,
        ...configurations.map((configuration) => {
          const [values, first] = [of(configuration), base === undefined ? [] : of(base)];
          const spread = `${number(median(values))} (${number(Math.min(...values))} to ${number(Math.max(...values))})`;
          return configuration === base ? spread : `${spread}, ${(median(values) / median(first)).toFixed(2)} times`;
        }),
      ]),
    ),
  ];
}

function percentiles({ p50, p95, p99 }: LoadResult["toTopic"]): string {
  return [p50, p95, p99].map(number).join("/");
}

function short({ p50, p95 }: LoadResult["toTopic"]): string {
  return [p50, p95].map(number).join("/");
}

function number(value: number): string {
  return Number.isNaN(value) ? "-" : value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}
