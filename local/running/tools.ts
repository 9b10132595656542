import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kafkaToolWords } from "./java";
import type { Run } from "./state";

/** The README's commands, as Kafka's own download has them: name → main class. */
export const tools = {
  "kafka-topics": "org.apache.kafka.tools.TopicCommand",
  "kafka-console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
  "kafka-consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
} as const;

/** Writes them into the run's folder: Maven brings Kafka's jars, but not its shell scripts. */
export function writeTools(run: Run, java: string, jars: string): void {
  const folder = toolsFolder(run.folder);
  mkdirSync(folder, { recursive: true });
  for (const [name, main] of Object.entries(tools)) {
    const words = [java, ...kafkaToolWords(main, [], jars)].map(quote).join(" ");
    writeFileSync(join(folder, name), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  }
}

export function toolsFolder(runFolder: string): string {
  return join(runFolder, "bin");
}

function quote(word: string): string {
  return `'${word.replace(/'/g, "'\\''")}'`;
}
