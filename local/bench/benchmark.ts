import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { pluginSources } from "../../connectors/plugins/sources";
import type { Environment, Progress } from "../environment";
import { withStack } from "../../terraform/load";
import { KAFKA_VERSION, POSTGRES_VERSION } from "../versions";
import { type Fault, type FaultResult, measureFault } from "./faults";
import { measureLoad } from "./measurement";
import { BenchPipeline } from "./pipeline";
import type { BenchReport, ConfigurationResult, RoundResult } from "./report/model";
import type { LoadResult } from "./results";
import { measureThroughput } from "./throughput";

export interface BenchmarkOptions {
  readonly project: string;
  readonly cache: string;
  readonly env: Environment;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  readonly startedAt: Date;
  /** For the report. */
  readonly command: string;
  readonly configurations: readonly Configuration[];
  readonly parts: readonly ("latency" | "throughput" | "faults")[];
  /** How often the configurations take turns. */
  readonly rounds: number;
  /** Rows a second, of the latency part. */
  readonly rates: readonly number[];
  /** Seconds of each measurement. */
  readonly seconds: number;
  readonly sustained: { readonly seconds: number; readonly times: number };
  /** What breaks, in the faults part. */
  readonly faults: readonly Fault[];
  /** Rows a second, of the faults part. */
  readonly faultRate: number;
}

/** A profile with settings over it. */
export interface Configuration {
  readonly name: string;
  readonly profile: string;
  readonly settings: object;
}

/** Measures each configuration on pipelines of its own; several take turns: A B A B. */
export async function runBenchmark(options: BenchmarkOptions): Promise<BenchReport> {
  const { configurations, parts, rounds, startedAt, command } = options;
  const results = configurations.map(({ name }) => ({
    name,
    rounds: [] as RoundResult[],
    faults: [] as FaultResult[],
  }));
  const notes: Notes = { versions: {} };
  if (parts.includes("latency") || parts.includes("throughput")) {
    for (let round = 0; round < rounds; round++) {
      for (const [index, configuration] of configurations.entries()) {
        options.progress(`${configuration.name}, round ${round + 1} of ${rounds}`);
        results[index]?.rounds.push(
          await withPipeline(configuration, 1, options, notes, (it) => measureRound(it, options)),
        );
      }
    }
  }
  if (parts.includes("faults")) {
    for (const [index, configuration] of configurations.entries()) {
      for (const fault of options.faults) {
        const missing = fault.needs?.();
        if (missing !== undefined) {
          options.progress(`left out, it needs ${missing}: ${fault.title}`);
          continue;
        }
        // Each on a pipeline of its own, so that one doesn't leave anything to the next.
        const measured = await withPipeline(configuration, 3, options, notes, (it) =>
          measureFault(it, fault, { rate: options.faultRate, before: 10, after: 30 }, options.progress),
        );
        results[index]?.faults.push(measured);
      }
    }
  }
  return {
    startedAt: startedAt.toISOString(),
    command,
    machine: machine(),
    ...notes,
    configurations: results satisfies ConfigurationResult[],
  };
}

/** What is known of the parts once a pipeline ran. */
interface Notes {
  versions: Record<string, string>;
  sinkStandIn?: string;
}

async function withPipeline<Result>(
  { profile, settings }: Configuration,
  brokers: number,
  { project, cache, env, progress, signal }: BenchmarkOptions,
  notes: Notes,
  work: (pipeline: BenchPipeline) => Promise<Result>,
): Promise<Result> {
  return withStack(
    project,
    profile,
    progress,
    async (stack) => {
      const start = {
        stack,
        label: "bench",
        cache,
        connectorsFolder: join(project, "connectors"),
        env,
        progress,
        signal,
      };
      const bench = await BenchPipeline.start({ ...start, brokers });
      try {
        note(notes, bench);
        return await work(bench);
      } finally {
        await bench.stop();
      }
    },
    settings,
  );
}

async function measureRound(
  bench: BenchPipeline,
  { parts, rates, seconds, sustained, progress }: BenchmarkOptions,
): Promise<RoundResult> {
  const throughput = parts.includes("throughput")
    ? await measureThroughput(bench, { seconds, sustained }, progress)
    : undefined;
  const latency: LoadResult[] = [];
  if (parts.includes("latency")) {
    for (const rate of rates) {
      progress(`latency at ${rate} rows/s for ${seconds} s`);
      latency.push((await measureLoad(bench, { rate, seconds })).result);
    }
  }
  return { latency, throughput };
}

function note(notes: Notes, { started }: BenchPipeline): void {
  const { source, sink } = started.pipeline;
  notes.sinkStandIn = started.sinkStandIn;
  notes.versions = {
    PostgreSQL: POSTGRES_VERSION,
    Kafka: KAFKA_VERSION,
    "Kafka Connect": [...new Set([source.connectVersion, sink.connectVersion])].join(", "),
    Debezium: pluginSources.debezium.version,
    "S3 sink": started.sinkStandIn ?? "Confluent's, connectors/s3-sink.zip",
    "S3 server": "this project's stand-in, on disk",
    "Node.js": process.versions.node,
  };
}

function machine(): BenchReport["machine"] {
  const [processor] = cpus();
  return {
    processor: processor?.model.trim() ?? "unknown processor",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
  };
}
