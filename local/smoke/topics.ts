import { type ChildProcess, spawn } from "node:child_process";
import { type JavaOptions, kafkaToolWords, runKafkaTool } from "../running/java";

/** How Kafka's own tools reach the brokers. */
export interface KafkaAccess extends JavaOptions {
  readonly bootstrapServers: string;
  /** A file with the client's settings, where the brokers need some: TLS. */
  readonly clientProperties?: string;
}

/** A record as the console consumer shows it. */
export interface KafkaRecord {
  readonly partition: number;
  readonly offset: number;
  /** `null` for a tombstone. */
  readonly value: string;
}

/** Nobody waits for it that long; it is for a consumer whose smoke test was killed. */
const LONGEST_SILENCE = 1_200_000;

/** Reads the topics of some tables from their beginning, while the pipeline runs: Kafka's own console consumer. */
export class TopicReader {
  public readonly records: KafkaRecord[] = [];
  private readonly consumer: ChildProcess;
  private rest = "";
  private errors = "";

  public constructor(topics: readonly string[], { bootstrapServers, clientProperties, java, jars, env }: KafkaAccess) {
    const pattern = topics.map((topic) => topic.replace(/\./g, "\\.")).join("|");
    const words = [
      ...["--bootstrap-server", bootstrapServers, "--include", pattern, "--from-beginning"],
      ...(clientProperties === undefined ? [] : ["--consumer.config", clientProperties]),
      // The default finds new topics within five minutes.
      ...["--consumer-property", "metadata.max.age.ms=500", "--timeout-ms", String(LONGEST_SILENCE)],
      ...["--property", "print.partition=true", "--property", "print.offset=true"],
    ];
    const main = "org.apache.kafka.tools.consumer.ConsoleConsumer";
    this.consumer = spawn(java, kafkaToolWords(main, words, jars), {
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.consumer.stdout?.on("data", (chunk: Buffer) => this.take(chunk.toString()));
    this.consumer.stderr?.on("data", (chunk: Buffer) => (this.errors += chunk.toString()));
    this.consumer.once("error", (error) => (this.errors += error.message));
  }

  /** @throws Error when the consumer ended */
  public check(): void {
    if (this.consumer.exitCode !== null) throw new Error(`kafka-console-consumer ended: ${this.errors.trim()}`);
  }

  public stop(): void {
    this.consumer.kill("SIGKILL");
  }

  private take(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, partition, offset, value] = /^Partition:(\d+)\tOffset:(\d+)\t(.*)$/.exec(line) ?? [];
      if (value !== undefined) this.records.push({ partition: Number(partition), offset: Number(offset), value });
    }
  }
}

/** The names of all topics: kafka-topics --list. */
export async function listTopics({ bootstrapServers, clientProperties, ...java }: KafkaAccess): Promise<string[]> {
  const settings = clientProperties === undefined ? [] : ["--command-config", clientProperties];
  const words = ["--bootstrap-server", bootstrapServers, "--list", ...settings];
  const run = await runKafkaTool("org.apache.kafka.tools.TopicCommand", words, java);
  if (run.exitCode !== 0) throw new Error(`kafka-topics failed: ${run.stderr.trim() || run.stdout.trim()}`);
  return run.stdout.split("\n").filter((line) => line !== "");
}
