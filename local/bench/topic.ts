import { readLines } from "./lines";
import { bootstrapServers, type LocalPipeline } from "../reading/pipeline";
import { LocalFailure } from "../running/failures";
import { type JavaOptions, kafkaToolWords, runKafkaTool } from "../running/java";

/** One event of the measured table as it stands in Kafka. */
export interface TopicEvent {
  readonly id: number;
  /** When the broker appended it, in milliseconds of the clock. */
  readonly appendedAt: number;
  /** When Debezium made it of what it had read, in milliseconds of the clock. */
  readonly capturedAt: number;
}

/** The topic of the measured table. */
export class MeasuredTopic {
  public readonly name: string;

  public constructor(
    private readonly pipeline: LocalPipeline,
    table: string,
    private readonly java: JavaOptions,
  ) {
    this.name = `${pipeline.source.configuration["topic.prefix"] ?? ""}.public.${table}`;
  }

  /**
   * Makes the topic as the source would, but with the broker's own time on each record: the producer's, Kafka's default, tells
   * when a record was to be sent, not when it was there.
   */
  public async create(): Promise<void> {
    const { configuration } = this.pipeline.source;
    const words = ["--create", "--if-not-exists", "--topic", this.name, ...this.bootstrap()];
    const [partitions, copies] = ["partitions", "replication.factor"].map(
      (property) => configuration[`topic.creation.default.${property}`] ?? "-1",
    );
    // -1 stands for the broker's default, which the tool takes when nothing is said.
    if (partitions !== undefined && partitions !== "-1") words.push("--partitions", partitions);
    if (copies !== undefined && copies !== "-1") words.push("--replication-factor", copies);
    words.push("--config", "message.timestamp.type=LogAppendTime");
    const run = await runKafkaTool("org.apache.kafka.tools.TopicCommand", words, this.java);
    if (run.exitCode !== 0) throw new LocalFailure(`kafka-topics failed: ${run.stdout.trim()} ${run.stderr.trim()}`);
  }

  /** Reads on from where the last reading ended, to the end. */
  public async read(onEvent: (event: TopicEvent) => void): Promise<void> {
    const isolation = this.pipeline.sink.configuration["consumer.override.isolation.level"] ?? "read_uncommitted";
    const words = [
      ...this.bootstrap(),
      ...["--topic", this.name, "--group", "bench", "--from-beginning", "--isolation-level", isolation],
      // It ends when nothing has come for this long; starting and joining the group takes a few seconds of it.
      ...["--timeout-ms", "10000", "--property", "print.timestamp=true"],
    ];
    const main = "org.apache.kafka.tools.consumer.ConsoleConsumer";
    await readLines(this.java.java, kafkaToolWords(main, words, this.java.jars), this.java, (line) => {
      const [, appendedAt, value] = /^LogAppendTime:(\d+)\t(.*)$/.exec(line) ?? [];
      const event = value === undefined ? undefined : parseEvent(value);
      if (event !== undefined) onEvent({ ...event, appendedAt: Number(appendedAt) });
    });
  }

  private bootstrap(): string[] {
    return ["--bootstrap-server", bootstrapServers(this.pipeline.brokers)];
  }
}

/** The row's id and Debezium's own time, whatever the shape of the event: as Debezium makes it, or only the row. */
export function parseEvent(value: string): { readonly id: number; readonly capturedAt: number } | undefined {
  const event = JSON.parse(value) as { after?: { id: number }; id?: number; ts_ms?: number } | null;
  const id = event?.after?.id ?? event?.id;
  return id === undefined ? undefined : { id, capturedAt: event?.ts_ms ?? NaN };
}
