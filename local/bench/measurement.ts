import { setTimeout as sleep } from "node:timers/promises";
import type { BenchPipeline } from "./pipeline";
import { between, processorTime, type ProcessorTime } from "./processor-time";
import type { LoadResult } from "./results";
import { cumulative, distribution, perSecond } from "./statistics";
import { parseEvent } from "./topic";
import { LocalFailure } from "../running/failures";
import type { CommittedRows } from "./workload";

/** How rows are written while something is measured. */
export interface LoadOptions {
  readonly rate: number;
  readonly seconds: number;
  /** Happens meanwhile. Rows go on being written whatever it does to the database. @default nothing */
  readonly meanwhile?: () => Promise<void>;
}

/** What became of each row, by its place in the table. */
export interface Journey {
  readonly rows: CommittedRows;
  readonly appendedAt: Float64Array;
  readonly capturedAt: Float64Array;
  /** When the object with the row was complete; NaN for a row that isn't in S3. */
  readonly storedAt: Float64Array;
  readonly timesInTopic: Uint16Array;
  readonly timesInStore: Uint16Array;
}

export interface Measured {
  readonly result: LoadResult;
  readonly journey: Journey;
}

/** Writes rows, waits until all are in S3 or no more arrive, and follows every single one. */
export async function measureLoad(pipeline: BenchPipeline, load: LoadOptions): Promise<Measured> {
  const run = pipeline.nextRun();
  const { store, workload } = pipeline;
  const known = new Set(await pipeline.keys());
  const [processorBefore, requestsBefore] = [processorTime(pipeline.run), store.writeRequests];
  await Promise.all([keepLoading(pipeline, run, load), load.meanwhile?.()]);
  const loadedAt = Date.now();
  const processor = between(processorBefore, processorTime(pipeline.run));
  await sleep(pipeline.quietSeconds * 1000);
  const rows = await workload.rows(run);
  if (rows.count === 0) throw new LocalFailure(`no row was written: ${pipeline.workload.lastProblem}`);
  const journey = emptyJourney(rows);
  await followToStore(pipeline, journey, known, loadedAt + pipeline.longestWaitSeconds * 1000);
  const writeRequests = store.writeRequests - requestsBefore;
  const objects = (await pipeline.keys()).filter((key) => !known.has(key)).length;
  await followToTopic(pipeline, journey);
  await workload.forget();
  return { journey, result: summarize(journey, load, { objects, writeRequests, processor }) };
}

/** A fault of the database ends the statement: what time is left is used by another one. */
async function keepLoading({ workload }: BenchPipeline, run: number, { rate, seconds }: LoadOptions): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const isDone = await workload.tryLoad(run, rate, (end - Date.now()) / 1000);
    if (isDone) return;
    await sleep(500);
  }
}

function emptyJourney(rows: CommittedRows): Journey {
  const size = rows.committedAt.length;
  const unknown = (): Float64Array => new Float64Array(size).fill(NaN);
  return {
    rows,
    appendedAt: unknown(),
    capturedAt: unknown(),
    storedAt: unknown(),
    timesInTopic: new Uint16Array(size),
    timesInStore: new Uint16Array(size),
  };
}

/**
 * Reads the objects that weren't there before. An object can be written again with other rows after a crash, so as long as rows
 * are missing and S3 has got something new, all are read again.
 */
async function followToStore(
  pipeline: BenchPipeline,
  { rows, storedAt, timesInStore }: Journey,
  known: ReadonlySet<string>,
  deadline: number,
): Promise<void> {
  for (let seen = -1; ; await sleep(1000)) {
    const completions = pipeline.store.completions.length;
    let found = seen === completions ? 0 : rows.count;
    if (seen !== completions) {
      seen = completions;
      storedAt.fill(NaN);
      timesInStore.fill(0);
      const keys = (await pipeline.keys()).filter((key) => !known.has(key));
      await pipeline.readObjects(keys, (line, completedAt) => {
        const index = (parseEvent(line)?.id ?? NaN) - rows.firstId;
        if (!(index in storedAt)) return;
        storedAt[index] = timesInStore[index] === 0 ? completedAt : Math.min(storedAt[index] ?? NaN, completedAt);
        timesInStore[index] = (timesInStore[index] ?? 0) + 1;
      });
      found = timesInStore.reduce((sum, times) => sum + (times > 0 ? 1 : 0), 0);
    }
    if (found >= rows.count || Date.now() > deadline) return;
    // Where a file is only finished by a newer record, that has to come, or the last rows would count as lost.
    if (pipeline.waitsForNextRow) await pipeline.workload.tryLoad(0, 1, 0.5);
  }
}

async function followToTopic({ topic }: BenchPipeline, journey: Journey): Promise<void> {
  const { rows, appendedAt, capturedAt, timesInTopic } = journey;
  await topic.read(({ id, appendedAt: at, capturedAt: captured }) => {
    const index = id - rows.firstId;
    if (!(index in appendedAt)) return;
    if (timesInTopic[index] === 0) [appendedAt[index], capturedAt[index]] = [at, captured];
    timesInTopic[index] = (timesInTopic[index] ?? 0) + 1;
  });
}

function summarize(
  { rows, appendedAt, capturedAt, storedAt, timesInTopic, timesInStore }: Journey,
  { rate, seconds }: LoadOptions,
  { objects, writeRequests, processor }: { objects: number; writeRequests: number; processor: ProcessorTime },
): LoadResult {
  const { committedAt, count } = rows;
  const [first, last] = [extreme(committedAt, Math.min), extreme(committedAt, Math.max)];
  const end = Math.max(last, extreme(storedAt, Math.max));
  const shown = Math.ceil((end - first) / 1000) + 1;
  const toTopic = difference(appendedAt, committedAt);
  const toObject = difference(storedAt, committedAt);
  // A window of less than a rotation would make the figure depend on where it lies.
  const hours = Math.max(seconds, (end - first) / 1000) / 3600;
  return {
    rate,
    seconds,
    rows: count,
    committedPerSecond: Math.round(count / ((last - first) / 1000)),
    lost: { topic: lost(timesInTopic, committedAt), store: lost(timesInStore, committedAt) },
    duplicated: { topic: duplicated(timesInTopic), store: duplicated(timesInStore) },
    toTopic: distribution(toTopic),
    toObject: distribution(toObject),
    stages: {
      database: distribution(difference(capturedAt, committedAt)),
      source: distribution(difference(appendedAt, capturedAt)),
      sink: distribution(difference(storedAt, appendedAt)),
    },
    tail: Math.round(extreme(storedAt, Math.max) - last),
    objects,
    objectsPerHour: Math.round(objects / hours),
    writeRequests,
    processorTime: processor,
    perSecond: {
      committed: perSecond(committedAt, first, shown),
      inTopic: perSecond(appendedAt, first, shown),
      inStore: perSecond(storedAt, first, shown),
    },
    cumulative: { toTopic: cumulative(toTopic), toObject: cumulative(toObject) },
  };
}

function difference(later: Float64Array, earlier: Float64Array): Float64Array {
  return later.map((moment, index) => moment - (earlier[index] ?? NaN));
}

function extreme(moments: Float64Array, choose: (a: number, b: number) => number): number {
  return moments.reduce(
    (best, moment) => (Number.isNaN(moment) ? best : Number.isNaN(best) ? moment : choose(best, moment)),
    NaN,
  );
}

/** Rows of the table that never arrived. */
function lost(times: Uint16Array, committedAt: Float64Array): number {
  return times.reduce((sum, count, index) => sum + (count === 0 && !Number.isNaN(committedAt[index]) ? 1 : 0), 0);
}

/** Arrivals beyond the first of each row. */
function duplicated(times: Uint16Array): number {
  return times.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
}
