import type { Environment } from "../environment";
import { oneLiners } from "../report";
import type { LocalPipeline } from "../reading/pipeline";
import { type ConnectorStatus, ConnectRest, failureOf, isRunning, reasons } from "../running/connect";
import { ObjectStore } from "../running/object-store";
import { psqlEnvironment, runPsql } from "../running/postgres";
import { WaitedTooLong, waitFor } from "../running/processes";
import type { Run } from "../running/state";
import { Unexpected } from "./steps";
import { tables } from "./tables";
import { listTopics, TopicReader } from "./topics";
import { type Entries, troubleshooting } from "./troubleshooting";

/** A running pipeline as the smoke test reaches it: SQL on one side, topics and objects on the other. */
export class SmokeContext {
  public readonly pipeline: LocalPipeline;
  public readonly topics: TopicReader;
  public readonly entries: Entries;
  private readonly store: ObjectStore;
  private readonly kafka: { readonly java: string; readonly jars: string; readonly env: Environment };

  public constructor(
    run: Run,
    private readonly env: Environment,
    private readonly signal?: AbortSignal,
  ) {
    const { pipeline, java = "java", kafkaJars = "" } = run.state;
    if (pipeline === undefined) throw new Error(`${run.state.id} has no pipeline yet`);
    this.pipeline = pipeline;
    this.kafka = { java, jars: kafkaJars, env };
    this.topics = new TopicReader(
      pipeline,
      tables.map((table) => this.topic(table)),
      this.kafka,
    );
    this.store = new ObjectStore(pipeline.objectStorePort);
    this.entries = troubleshooting(pipeline, oneLiners(pipeline, run.folder), run.folder);
  }

  public stop(): void {
    this.topics.stop();
  }

  /** Runs SQL; the answer is its rows, as lines. */
  public async sql(text: string): Promise<string[]> {
    const run = await runPsql(text, psqlEnvironment(this.pipeline.database, this.env), this.signal);
    if (run.exitCode !== 0) throw new Unexpected(run.stderr.trim());
    return run.stdout.split("\n").filter((line) => line !== "");
  }

  /** The topic of a table, as the README names it. */
  public topic(table: string): string {
    return `${this.pipeline.source.configuration["topic.prefix"] ?? ""}.public.${table}`;
  }

  public listTopics(): Promise<string[]> {
    return listTopics(this.pipeline, this.kafka);
  }

  /** Objects of a topic: key and lines. */
  public async objects(topic: string): Promise<{ readonly key: string; readonly lines: readonly string[] }[]> {
    // The sink's own default: Confluent, S3 sink, topics.dir.
    const folder = this.pipeline.sink.configuration["topics.dir"] ?? "topics";
    const prefix = `${folder === "" ? "" : `${folder}/`}${topic}/partition=0/`;
    const keys = (await this.store.list(this.pipeline.bucket.name)).filter((key) => key.startsWith(prefix));
    return Promise.all(
      keys.map(async (key) => {
        const text = await this.store.read(this.pipeline.bucket.name, key);
        return { key, lines: text.split("\n").filter((line) => line !== "") };
      }),
    );
  }

  public async statuses(): Promise<{ readonly source?: ConnectorStatus; readonly sink?: ConnectorStatus }> {
    const { source, sink } = this.pipeline;
    return { source: await new ConnectRest(source).status(), sink: await new ConnectRest(sink).status() };
  }

  /** Gives the sink's task a new consumer, and waits until it runs. */
  public async restartSink(): Promise<void> {
    await new ConnectRest(this.pipeline.sink).restartTask();
    await this.until(30, async () => {
      const { sink } = await this.statuses();
      return sink && isRunning(sink) ? [] : ["the sink doesn't run after its restart"];
    });
  }

  /** @throws Unexpected unless both connectors and all their tasks run */
  public async expectRunning(): Promise<string> {
    const { source, sink } = await this.statuses();
    for (const [{ name }, status] of [[this.pipeline.source, source] as const, [this.pipeline.sink, sink] as const]) {
      if (status === undefined) throw new Unexpected(`${name}: its worker doesn't answer`);
      const failure = failureOf(status);
      if (failure !== undefined) throw new Unexpected(`${name} is FAILED:\n${reasons(failure)}`);
      if (!isRunning(status)) throw new Unexpected(`${name}: ${JSON.stringify(status)}`);
    }
    return "both RUNNING, no failed task";
  }

  /** Waits until a look finds nothing more to complain of; what it last complained of is the failure. */
  public async until(seconds: number, look: () => Promise<readonly string[]>): Promise<void> {
    let complaints: readonly string[] = [];
    const attempt = async (): Promise<true | undefined> => {
      this.topics.check();
      complaints = await look();
      return complaints.length === 0 ? true : undefined;
    };
    try {
      await waitFor("smoke test", attempt, { seconds, signal: this.signal, everyMs: 300 });
    } catch (error) {
      if (!(error instanceof WaitedTooLong)) throw error;
      throw new Unexpected([`after ${seconds} seconds:`, ...complaints.slice(0, 12)].join("\n"));
    }
  }
}
