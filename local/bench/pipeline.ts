import type { Environment } from "../environment";
import { LocalFailure } from "../running/failures";
import { isAlive, signalGroup } from "../running/identity";
import { restartProcess, waitFor } from "../running/processes";
import { ObjectStore } from "../running/object-store";
import { findFreePorts } from "../running/ports";
import { startPipeline, type Started, type StartOptions } from "../running/start";
import { stopRun } from "../running/runs";
import type { ProcessName, Run } from "../running/state";
import { NetworkProxy } from "./network-proxy";
import { StoreProxy } from "./store-proxy";
import { MeasuredTopic } from "./topic";
import { TABLE, Workload } from "./workload";

/** Objects read at the same time. */
const READERS = 4;

/** A local pipeline with a table that is measured, and with what is put between its parts. */
export class BenchPipeline {
  private runs = 0;
  private readonly objects: ObjectStore;

  private constructor(
    public readonly started: Started,
    public readonly store: StoreProxy,
    public readonly network: NetworkProxy,
    public readonly workload: Workload,
    public readonly topic: MeasuredTopic,
    private readonly env: Environment,
    private readonly signal?: AbortSignal,
  ) {
    this.objects = new ObjectStore(started.pipeline.objectStorePort);
  }

  /** Starts everything, and waits until a first row has come through. */
  public static async start(options: StartOptions): Promise<BenchPipeline> {
    const { env, signal } = options;
    const ports = await findFreePorts(options.brokers ?? 1);
    const [store, network] = [await StoreProxy.listen(ports.objectStore), await NetworkProxy.listen(ports.postgres)];
    const detours = { objectStore: store.port, database: network.port };
    const started = await startPipeline({ ...options, ports, detours });
    const { pipeline, run } = started;
    run.update({ mode: "attached" });
    const { java = "java", kafkaJars: jars = "" } = run.state;
    const workload = new Workload(pipeline.database, env, signal);
    const topic = new MeasuredTopic(pipeline, TABLE, { java, jars, env, signal });
    const bench = new BenchPipeline(started, store, network, workload, topic, env, signal);
    try {
      await bench.warmUp();
    } catch (error) {
      await bench.stop();
      throw error;
    }
    return bench;
  }

  public get run(): Run {
    return this.started.run;
  }

  /** Numbers the rows of each measurement. */
  public nextRun(): number {
    return ++this.runs;
  }

  /** Seconds after the last row in which nothing more can be under way, if all goes well. */
  public get quietSeconds(): number {
    return (this.rotationMs + this.commitMs) / 1000 + 3;
  }

  /** The settings finish a file by its records' time: the last one stays open until a newer record comes. */
  public get waitsForNextRow(): boolean {
    const { configuration } = this.started.pipeline.sink;
    return configuration["rotate.schedule.interval.ms"] === undefined && this.rotationMs > 0;
  }

  /** Seconds after which a row that isn't in S3 counts as lost: retries, rebalances and restarts have ended long before. */
  public get longestWaitSeconds(): number {
    return this.quietSeconds + 180;
  }

  /** The keys of all objects with rows of the measured table. */
  public async keys(): Promise<string[]> {
    // The sink's own default: Confluent, S3 sink, topics.dir.
    const folder = this.started.pipeline.sink.configuration["topics.dir"] ?? "topics";
    const prefix = `${folder === "" ? "" : `${folder}/`}${this.topic.name}/`;
    const keys = await this.objects.list(this.started.pipeline.bucket.name);
    return keys.filter((key) => key.startsWith(prefix));
  }

  /** Every line of these objects, with the moment at which its object was complete as it is now. */
  public async readObjects(
    keys: readonly string[],
    onLine: (line: string, completedAt: number) => void,
  ): Promise<void> {
    const completedAt = new Map(this.store.completions.map(({ key, at }) => [key, at]));
    const left = [...keys];
    const read = async (): Promise<void> => {
      for (let key = left.pop(); key !== undefined; key = left.pop()) {
        this.signal?.throwIfAborted();
        const text = await this.objects.read(this.started.pipeline.bucket.name, key);
        for (const line of text.split("\n")) if (line !== "") onLine(line, completedAt.get(key) ?? NaN);
      }
    };
    await Promise.all(Array.from({ length: READERS }, read));
  }

  /** Ends a process without a word, or with another signal than SIGKILL. */
  public async kill(name: ProcessName, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const process = this.run.state.processes.find((candidate) => candidate.name === name);
    if (process === undefined) throw new LocalFailure(`${this.run.state.id} has no process ${name}`);
    signalGroup(process, signal);
    await waitFor(`the end of ${name}`, () => Promise.resolve(isAlive(process) ? undefined : true), { seconds: 30 });
  }

  /** Starts it again, as whatever looks after it would. */
  public async restart(name: ProcessName): Promise<void> {
    await restartProcess(this.run, name, { env: this.env, signal: this.signal });
  }

  public async stop(keepData = false): Promise<void> {
    await stopRun(this.run, keepData);
    this.store.close();
    this.network.close();
  }

  private get rotationMs(): number {
    const { configuration } = this.started.pipeline.sink;
    return Number(configuration["rotate.schedule.interval.ms"] ?? configuration["rotate.interval.ms"] ?? "0");
  }

  private get commitMs(): number {
    // Kafka Connect's default: worker configuration, offset.flush.interval.ms.
    return Number(this.started.pipeline.sink.workerProperties["offset.flush.interval.ms"] ?? "60000");
  }

  /** The sink finds a new topic some time after the first row; that isn't what is measured. */
  private async warmUp(): Promise<void> {
    await this.workload.prepare();
    await this.topic.create();
    const arrived = async (): Promise<true | undefined> => {
      await this.workload.tryLoad(0, 100, 1);
      return (await this.keys()).length > 0 ? true : undefined;
    };
    await waitFor("a first row in S3", arrived, {
      seconds: this.longestWaitSeconds,
      signal: this.signal,
      everyMs: 500,
    });
    await this.topic.read(() => undefined);
  }
}
