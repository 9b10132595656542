import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { cacheFolder } from "../../local/cache";
import { runCommand } from "../../local/components/command";
import { bootstrapServers } from "../../local/reading/pipeline";
import { kafkaToolWords } from "../../local/running/java";
import { addConnectors } from "../../local/running/more-connectors";
import { ObjectStore } from "../../local/running/object-store";
import { psqlEnvironment, runPsql } from "../../local/running/postgres";
import { waitFor } from "../../local/running/processes";
import { cleanUp, stopRun } from "../../local/running/runs";
import { type Started, startPipeline } from "../../local/running/start";
import { PROJECT } from "../support/project";
import { Stacks } from "./stacks";
import { type Case, cases } from "./transform-cases";

// Real PostgreSQL, Kafka, Kafka Connect and Debezium; a first run also fetches them.
jest.setTimeout(600_000);

const stacks = new Stacks();
const env = process.env;
let running: Started;

/** Debezium with Groovy, slots for all cases, and nothing that waits. */
const common = {
  plugins: {
    debezium: { name: "debezium-scripting", fileKey: "debezium-postgres-connector-scripting.zip" },
  },
  database: { parameters: { max_replication_slots: { value: "30" }, max_wal_senders: { value: "30" } } },
  sinkConnector: { worker: { offsetFlushIntervalMs: 500, consumer: { "metadata.max.age.ms": "500" } } },
};

function settingsOf({ name, settings }: Case): object {
  return {
    ...common,
    sourceConnector: { name: `source-${name}` },
    sinkConnector: { ...common.sinkConnector, name: `sink-${name}` },
    source: { topicPrefix: `cdc-${name}`, slotName: name, tableIncludeList: `${name}\\..*`, ...settings.source },
    sink: { topicsRegex: `cdc-${name}\\..*`, rotateScheduleIntervalMs: 500, ...settings.sink },
  };
}

async function sql(schema: string, text: string): Promise<void> {
  const words = `SET search_path = ${schema};\n${text}`;
  const { exitCode, stderr } = await runPsql(words, psqlEnvironment(running.pipeline.database, env));
  if (exitCode !== 0) throw new Error(stderr);
}

/** Topic without its prefix → the events of its objects. */
async function objectsOf({ name }: Case): Promise<Record<string, object[]>> {
  const store = new ObjectStore(running.pipeline.objectStorePort);
  const bucket = running.pipeline.bucket.name;
  const events: Record<string, object[]> = {};
  // The first offset is part of the key, so the keys' order is the records'.
  const keys = (await store.list(bucket)).filter((key) => key.startsWith(`cdc-${name}.`)).sort();
  for (const key of keys) {
    const topic = key.slice(`cdc-${name}.`.length, key.indexOf("/"));
    const lines = (await store.read(bucket, key)).trimEnd().split("\n");
    (events[topic] ??= []).push(...lines.map((line) => comparable(JSON.parse(line) as Event)));
  }
  return events;
}

interface Event {
  readonly op?: string;
  readonly before?: object;
  readonly after?: object;
  readonly source?: { readonly table: string };
}

/** What the cases write: a change without its source, or a row without its moment. */
function comparable(event: Event): object {
  if (event.source) return { table: event.source.table, op: event.op, before: event.before, after: event.after };
  const entries = Object.entries(event);
  return Object.fromEntries(
    entries.map(([field, value]) => [field, /^__(lsn|source_ts_ms)$/.test(field) ? typeof value : value]),
  );
}

/** Runs one of Kafka's tools. */
async function kafka(main: string, words: readonly string[], input?: string): Promise<string> {
  const { java = "java", kafkaJars = "" } = running.run.state;
  const all = ["--bootstrap-server", bootstrapServers(running.pipeline.brokers), ...words];
  const run = await runCommand(java, kafkaToolWords(main, all, kafkaJars), { env, input });
  if (run.exitCode !== 0) throw new Error(run.stderr);
  return run.stdout;
}

beforeAll(async () => {
  const cache = cacheFolder(env);
  await cleanUp(cache);
  const nothing = { source: { tableIncludeList: "no\\.table" } };
  running = await startPipeline({
    stack: await stacks.synthesize("standard", { ...common, ...nothing }),
    label: "transforms",
    cache,
    connectorsFolder: join(PROJECT, "connectors"),
    env,
    progress: () => undefined,
  });
  await Promise.all(
    cases.map(async (one) => {
      const stack = await stacks.synthesize("standard", settingsOf(one), one.name);
      await sql("public", `CREATE SCHEMA ${one.name}`);
      await sql(one.name, one.before);
      await addConnectors(running, stack);
      await sql(one.name, one.during);
    }),
  );
});

afterAll(async () => {
  if (running !== undefined) await stopRun(running.run, false);
  stacks.remove();
});

describe("a record that isn't JSON", () => {
  it("fails unless it goes to the dead letter queue, with the reason, and the sink goes on", async () => {
    const topic = "cdc-poisoned.poisoned.orders";
    await kafka("org.apache.kafka.tools.ConsoleProducer", ["--topic", topic], "not JSON\n");
    await sql("poisoned", "INSERT INTO orders VALUES (3)");
    const reading = ["--topic", "dead-letters", "--from-beginning", "--max-messages", "1", "--timeout-ms", "30000"];
    const printing = ["--property", "print.headers=true"];
    const record = await kafka("org.apache.kafka.tools.consumer.ConsoleConsumer", [...reading, ...printing]);
    expect(record).toMatch(/\tnot JSON\n$/);
    expect(record).toContain(`__connect.errors.topic:${topic},`);
    expect(record).toContain("__connect.errors.stage:VALUE_CONVERTER,");
    expect(record).toContain("__connect.errors.exception.class.name:org.apache.kafka.connect.errors.DataException,");
  });
});

describe("objects in S3", () => {
  it.each(cases)("fails unless $name has exactly its events, in order", async (one) => {
    const complete = async (): Promise<true | undefined> =>
      isDeepStrictEqual(await objectsOf(one), one.objects) || undefined;
    // What is still missing is told by the comparison.
    await waitFor(one.name, complete, { seconds: 60, everyMs: 500 }).catch(() => undefined);
    expect(await objectsOf(one)).toEqual(one.objects);
  });

  it("fails if anything more came meanwhile", async () => {
    for (const one of cases) expect(await objectsOf(one)).toEqual(one.objects);
  });
});
