import { topicOf } from "../../connectors/topics";
import type { Environment } from "../environment";
import { runPsql } from "../running/postgres";
import { WaitedTooLong, waitFor } from "../running/processes";
import { type Step, Unexpected } from "./steps";
import { tables } from "./tables";
import { type KafkaAccess, type KafkaRecord, listTopics, TopicReader } from "./topics";
import type { Entries } from "./troubleshooting";

/** A connector as it was synthesized: what its settings make it do. */
export interface ConnectorSettings {
  readonly name: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly workerProperties: Readonly<Record<string, string>>;
}

/** What may be done to a sink that nobody depends on. */
export interface SinkControl {
  /** Gives its task a new consumer, and waits until it runs. */
  restart(): Promise<void>;
  /** Why it failed; none while it runs. */
  failure(): Promise<string | undefined>;
}

/** How a pipeline is reached. */
export interface Reach {
  readonly source: ConnectorSettings;
  readonly sink: ConnectorSettings;
  /** Of the tables that the test writes to. */
  readonly schema: string;
  /** How psql, and all that reads libpq's variables, reaches the database. */
  readonly database: Environment;
  /** None where the brokers can't be reached from here: S3 alone has to prove the changes. */
  readonly kafka?: KafkaAccess;
  readonly signal?: AbortSignal;
}

/** A running pipeline in the words of the steps: SQL on one side, topics and objects on the other. */
export abstract class SmokeContext {
  public readonly source: ConnectorSettings;
  public readonly sink: ConnectorSettings;
  public readonly schema: string;
  /** Come before all others: what those take for granted. */
  public abstract readonly preparation: readonly Step[];
  public abstract readonly entries: Entries;
  /** Within which a change has to be in Kafka. */
  public abstract readonly arrivalSeconds: number;
  /** Only where the test may stop the sink. */
  public abstract readonly sinkControl?: SinkControl;
  protected abstract readonly millisecondsBetweenLooks: number;
  private readonly reader?: TopicReader;

  protected constructor(private readonly reach: Reach) {
    ({ source: this.source, sink: this.sink, schema: this.schema } = reach);
    const topics = tables.map((table) => this.topic(table));
    if (reach.kafka !== undefined) this.reader = new TopicReader(topics, reach.kafka);
  }

  /** Both connectors and all their tasks run, as far as can be told; the answer says what was seen. @throws Unexpected */
  public abstract expectRunning(): Promise<string>;

  /** The keys of all objects that begin with a prefix. */
  protected abstract listObjects(prefix: string): Promise<readonly string[]>;

  protected abstract readObject(key: string): Promise<string>;

  public stop(): void {
    this.reader?.stop();
  }

  /** Runs SQL; the answer is its rows, as lines. */
  public async sql(text: string): Promise<string[]> {
    const run = await runPsql(text, this.reach.database, this.reach.signal);
    if (run.exitCode !== 0) throw new Unexpected(run.stderr.trim());
    return run.stdout.split("\n").filter((line) => line !== "");
  }

  /** The topic of a table. */
  public topic(table: string): string {
    return topicOf(this.source.configuration["topic.prefix"] ?? "", `${this.schema}.${table}`);
  }

  /** What the topics of the tables hold, as far as it was read. */
  public get records(): readonly KafkaRecord[] {
    return this.reader?.records ?? [];
  }

  /** The names of all topics; none without Kafka. */
  public async listTopics(): Promise<readonly string[]> {
    return this.reach.kafka === undefined ? [] : listTopics(this.reach.kafka);
  }

  /** Objects of a topic: key and lines. */
  public async objects(topic: string): Promise<{ readonly key: string; readonly lines: readonly string[] }[]> {
    const keys = await this.listObjects(this.keyPrefix(topic));
    return Promise.all(
      keys.map(async (key) => ({
        key,
        lines: (await this.readObject(key)).split("\n").filter((line) => line !== ""),
      })),
    );
  }

  /** What the keys of a topic's objects begin with. */
  protected keyPrefix(topic: string): string {
    // The sink's own default: Confluent, S3 sink, topics.dir.
    const folder = this.sink.configuration["topics.dir"] ?? "topics";
    return `${folder === "" ? "" : `${folder}/`}${topic}/`;
  }

  /** Waits until a look finds nothing more to complain of; what it last complained of is the failure. */
  public async until(seconds: number, look: () => Promise<readonly string[]>): Promise<void> {
    let complaints: readonly string[] = [];
    const attempt = async (): Promise<true | undefined> => {
      this.reader?.check();
      complaints = await look();
      return complaints.length === 0 ? true : undefined;
    };
    const { signal } = this.reach;
    try {
      await waitFor("smoke test", attempt, { seconds, signal, everyMs: this.millisecondsBetweenLooks });
    } catch (error) {
      if (!(error instanceof WaitedTooLong)) throw error;
      throw new Unexpected([`after ${seconds} seconds:`, ...complaints.slice(0, 12)].join("\n"));
    }
  }
}
