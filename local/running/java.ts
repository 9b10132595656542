import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../components/command";
import type { Environment } from "../environment";
import type { Run } from "./state";

/** How a program of Kafka's is run. */
export interface JavaOptions {
  readonly java: string;
  readonly jars: string;
  readonly env: Environment;
  readonly signal?: AbortSignal;
}

/** Short programs spend their time starting: one compiler and one collector start soonest. */
const quickStart = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m"];

/** Runs one of Kafka's tools to its end. */
export function runKafkaTool(
  main: string,
  args: readonly string[],
  { java, jars, env, signal }: JavaOptions,
): ReturnType<typeof runCommand> {
  return runCommand(java, kafkaToolWords(main, args, jars), { env, signal });
}

/** The words after `java`. */
export function kafkaToolWords(main: string, args: readonly string[], jars: string): string[] {
  return [...quickStart, "-Dlog4j2.level=ERROR", "-cp", join(jars, "*"), main, ...args];
}

/** The words of a server's `java`: heap in megabytes, and a log that says what and when. */
export function serverWords(run: Run, heap: number, jars: string, main: string, file: string): string[] {
  const [log4j, log4j2] = [join(run.folder, "log4j.properties"), join(run.folder, "log4j2.properties")];
  writeFileSync(log4j, LOG4J);
  writeFileSync(log4j2, LOG4J2);
  const logging = [`-Dlog4j.configuration=file:${log4j}`, `-Dlog4j2.configurationFile=file:${log4j2}`];
  return [`-Xmx${heap}m`, "-XX:+UseG1GC", ...logging, "-cp", join(jars, "*"), main, file];
}

/** Connect 2.7 and 3.7 log with log4j 1, */
const LOG4J = `log4j.rootLogger=INFO, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=[%d] %p %X{connector.context}%m (%c:%L)%n
log4j.logger.org.reflections=ERROR
`;

/** Kafka 4 with log4j 2. */
const LOG4J2 = `rootLogger.level = INFO
rootLogger.appenderRefs = stdout
rootLogger.appenderRef.stdout.ref = STDOUT
appenders = stdout
appender.stdout.type = Console
appender.stdout.name = STDOUT
appender.stdout.layout.type = PatternLayout
appender.stdout.layout.pattern = [%d] %p %m (%c)%n
`;
