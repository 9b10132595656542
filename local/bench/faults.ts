import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Progress } from "../environment";
import { ConnectRest, failureOf, reasons } from "../running/connect";
import { objectStoreFolder } from "../running/object-store";
import { type Journey, measureLoad } from "./measurement";
import type { BenchPipeline } from "./pipeline";
import type { Counts } from "./results";

/** Something that breaks, and what mends it. */
export interface Fault {
  readonly name: string;
  readonly title: string;
  /** Seconds for which it lasts. */
  readonly lasts: number;
  /** What a machine has to offer for it, where this one doesn't. @default nothing */
  readonly needs?: () => string | undefined;
  readonly breaks: (pipeline: BenchPipeline) => Promise<void> | void;
  readonly mends: (pipeline: BenchPipeline) => Promise<void> | void;
}

export interface FaultResult {
  readonly name: string;
  readonly title: string;
  readonly rate: number;
  readonly rows: number;
  readonly lost: Counts;
  readonly duplicated: Counts;
  /** Seconds after the first row. */
  readonly brokenAt: number;
  readonly mendedAt: number;
  /** Seconds from the mending to the first row that was new in Kafka, and in S3. */
  readonly resumed: { readonly topic: number; readonly store: number };
  /** Longest time without a new row in Kafka, and in S3, in seconds. */
  readonly longestPause: { readonly topic: number; readonly store: number };
  /** Source and sink, when all was over; why, where one failed. */
  readonly connectors: { readonly source: string; readonly sink: string };
  readonly perSecond: { readonly committed: number[]; readonly inTopic: number[]; readonly inStore: number[] };
}

export interface FaultOptions {
  /** Rows a second. */
  readonly rate: number;
  /** Seconds for which rows are written before it, and after it. */
  readonly before: number;
  readonly after: number;
}

export const faults: readonly Fault[] = [
  {
    name: "source-worker",
    title: "kill -9 of the source's worker",
    lasts: 2,
    breaks: (pipeline) => pipeline.kill("sourceWorker"),
    mends: (pipeline) => pipeline.restart("sourceWorker"),
  },
  {
    name: "sink-worker",
    title: "kill -9 of the sink's worker",
    lasts: 2,
    breaks: (pipeline) => pipeline.kill("sinkWorker"),
    mends: (pipeline) => pipeline.restart("sinkWorker"),
  },
  {
    name: "broker",
    title: "kill -9 of a broker, one of three",
    lasts: 20,
    breaks: (pipeline) => pipeline.kill("broker2"),
    mends: (pipeline) => pipeline.restart("broker2"),
  },
  {
    name: "database",
    title: "PostgreSQL restarted",
    lasts: 2,
    breaks: (pipeline) => pipeline.kill("postgres", "SIGINT"),
    mends: (pipeline) => pipeline.restart("postgres"),
  },
  {
    name: "network",
    title: "network between source and database silent for 30 s",
    lasts: 30,
    breaks: (pipeline) => pipeline.network.cut(),
    mends: (pipeline) => pipeline.network.mend(),
  },
  {
    name: "store",
    title: "kill -9 of the S3 server",
    lasts: 20,
    breaks: (pipeline) => pipeline.kill("objectStore"),
    mends: (pipeline) => pipeline.restart("objectStore"),
  },
  {
    name: "store-full",
    title: "the S3 server's disk full for 20 s",
    lasts: 20,
    needs: () => (process.platform === "linux" && process.getuid?.() === 0 ? undefined : "root on Linux"),
    // A file system that has room for no file, over the folder that new objects go to.
    breaks: (pipeline) => void execFileSync("mount", ["-t", "tmpfs", "-o", "nr_inodes=1", "full", blobs(pipeline)]),
    mends: (pipeline) => void execFileSync("umount", [blobs(pipeline)]),
  },
  {
    name: "store-busy",
    title: "S3 answers 503 for 30 s",
    lasts: 30,
    breaks: (pipeline) => pipeline.store.refuse("SlowDown"),
    mends: (pipeline) => pipeline.store.serve(),
  },
];

/** Breaks one thing while rows are written, and follows each row through it. */
export async function measureFault(
  pipeline: BenchPipeline,
  fault: Fault,
  { rate, before, after }: FaultOptions,
  progress: Progress,
): Promise<FaultResult> {
  progress(`${fault.title}, at ${rate} rows/s`);
  let [brokenAt, mendedAt] = [0, 0];
  const { result, journey } = await measureLoad(pipeline, {
    rate,
    seconds: before + fault.lasts + after,
    meanwhile: async () => {
      await sleep(before * 1000);
      brokenAt = Date.now();
      await fault.breaks(pipeline);
      await sleep(fault.lasts * 1000);
      await fault.mends(pipeline);
      mendedAt = Date.now();
    },
  });
  const first = journey.rows.committedAt.find((moment) => !Number.isNaN(moment)) ?? NaN;
  const { rows, lost, duplicated, perSecond } = result;
  return {
    name: fault.name,
    title: fault.title,
    rate,
    rows,
    lost,
    duplicated,
    brokenAt: seconds(brokenAt - first),
    mendedAt: seconds(mendedAt - first),
    resumed: both(journey, (moments) => seconds(firstAfter(moments, mendedAt) - mendedAt)),
    longestPause: both(journey, (moments) => seconds(longestPause(moments, brokenAt))),
    connectors: await connectorStates(pipeline),
    perSecond,
  };
}

function blobs({ run }: BenchPipeline): string {
  return join(objectStoreFolder(run), "blobs");
}

function both(
  { appendedAt, storedAt }: Journey,
  measure: (moments: Float64Array) => number,
): { readonly topic: number; readonly store: number } {
  return { topic: measure(appendedAt), store: measure(storedAt) };
}

function firstAfter(moments: Float64Array, moment: number): number {
  return moments.reduce((first, candidate) => (candidate > moment && !(candidate >= first) ? candidate : first), NaN);
}

/** Between two that follow each other; what was before the fault doesn't count. */
function longestPause(moments: Float64Array, since: number): number {
  const sorted = moments.filter((moment) => moment >= since - 1000).sort();
  return sorted.reduce((longest, moment, index) => Math.max(longest, moment - (sorted[index - 1] ?? moment)), 0);
}

async function connectorStates({ started }: BenchPipeline): Promise<FaultResult["connectors"]> {
  const { source, sink } = started.pipeline;
  const state = async (connector: typeof source): Promise<string> => {
    const status = await new ConnectRest(connector).status();
    if (status === undefined) return "no answer";
    const failure = failureOf(status);
    return failure === undefined ? status.connector.state : `FAILED: ${reasons(failure).split("\n")[0] ?? ""}`;
  };
  return { source: await state(source), sink: await state(sink) };
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
