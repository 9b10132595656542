import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { ConfigurationError } from "../../lib/errors";
import { runCommand } from "../components/command";
import { fetchDebezium } from "../components/debezium";
import { fetchJars, type FetchOptions } from "../components/fetch";
import { findPrerequisites, type Prerequisites } from "../components/prerequisites";
import { fetchSink } from "../components/sink";
import type { Environment, Progress } from "../environment";
import type { Detours, LocalPipeline, LocalSetup, Machine, Ports } from "../reading/pipeline";
import type { Replacement } from "../reading/replacements";
import type { SynthesizedStack } from "../../terraform/synthesized";
import { translate } from "../reading/translate";
import { BROKER, connectWorker } from "../versions";
import { startBroker } from "./broker";
import { ConnectRest, startWorker } from "./connect";
import { identify } from "./identity";
import { startObjectStore } from "./object-store";
import { findFreePorts } from "./ports";
import { startPostgres } from "./postgres";
import { stopRun, tieToThisProcess } from "./runs";
import { createRun, type Run } from "./state";
import { writeTools } from "./tools";

export interface StartOptions {
  readonly stack: SynthesizedStack;
  /** Begins the run's name. */
  readonly label: string;
  readonly cache: string;
  /** The folder with the connectors' archives. */
  readonly connectorsFolder: string;
  readonly env: Environment;
  readonly progress: Progress;
  /** Ends the start when aborted: everything that runs already is stopped. */
  readonly signal?: AbortSignal;
  readonly kafkaConnectVersion?: string;
  /** How many run. @default 1 */
  readonly brokers?: number;
  /** Where everything listens. @default free ports */
  readonly ports?: Ports;
  readonly detours?: Detours;
  /** Keeps the folder of a start that fails. */
  readonly keepData?: boolean;
}

export interface Started {
  readonly run: Run;
  readonly pipeline: LocalPipeline;
  /** With which another stack can be translated, for connectors beside these. */
  readonly machine: Machine;
  readonly differences: readonly Replacement[];
  /** What stands in for Confluent's sink, if it does. */
  readonly sinkStandIn?: string;
}

/** Everything that runs, fetched. */
interface Components extends Prerequisites {
  readonly broker: string;
  readonly sourceConnect: string;
  readonly sinkConnect: string;
  readonly debezium: string;
  readonly sink: string;
  readonly sinkStandIn?: string;
}

/** Starts the whole pipeline, up to connectors that run. What doesn't start takes the rest down with it. */
export async function startPipeline(options: StartOptions): Promise<Started> {
  const { stack, env, signal, progress } = options;
  const id = randomBytes(8).toString("hex");
  const machine = {
    ports: options.ports ?? (await findFreePorts(options.brokers ?? 1)),
    user: "dbadmin",
    password: randomBytes(12).toString("hex"),
    randomHex: id,
    kafkaConnectVersion: options.kafkaConnectVersion,
    detours: options.detours,
  };
  // First, as it takes no time and may fail.
  const { pipeline, replacements } = translate(stack, machine);
  const components = await fetchComponents(pipeline, options, await findPrerequisites(env));
  signal?.throwIfAborted();
  const run = createRun(options.cache, {
    id: `${options.label}-${id.slice(0, 4)}`,
    startedAt: new Date().toISOString(),
    mode: "starting",
    supervisor: identify(process.pid) ?? { pid: process.pid, startedAt: "" },
    processes: [],
    folders: [],
    java: components.java,
    kafkaJars: components.broker,
    pipeline,
  });
  tieToThisProcess(run);
  writeTools(run, components.java, components.broker);
  try {
    progress("starting PostgreSQL, Kafka, S3 and two Kafka Connect workers");
    await startServers(run, pipeline, components, options);
    progress("starting the connectors");
    await new ConnectRest(pipeline.source).create(signal);
    await new ConnectRest(pipeline.sink).create(signal);
  } catch (error) {
    await stopRun(run, options.keepData ?? false);
    throw error;
  }
  return { run, pipeline, machine, differences: replacements.all, sinkStandIn: components.sinkStandIn };
}

async function fetchComponents(
  pipeline: LocalPipeline,
  options: StartOptions,
  prerequisites: Prerequisites,
): Promise<Components> {
  const { cache, env, progress, signal, connectorsFolder } = options;
  const fetching: FetchOptions = { cache, env, progress, signal };
  // One after the other: Maven fetches many files at a time, but its own cache isn't made for two of it.
  const broker = await fetchJars(BROKER, fetching);
  const sourceConnect = await fetchJars(connectWorker(pipeline.source.connectVersion), fetching);
  const sinkConnect = await fetchJars(connectWorker(pipeline.sink.connectVersion), fetching);
  const debezium = await fetchDebezium(join(connectorsFolder, pipeline.source.pluginArchive), fetching);
  const sink = await fetchSink(join(connectorsFolder, pipeline.sink.pluginArchive), fetching);
  return { ...prerequisites, broker, sourceConnect, sinkConnect, debezium, ...sink };
}

/** All at once; what fails first ends the others, and nothing is still being started when this returns. */
async function startServers(
  run: Run,
  pipeline: LocalPipeline,
  components: Components,
  { env, signal: interrupt }: StartOptions,
): Promise<void> {
  const failure = new AbortController();
  const signal = interrupt ? AbortSignal.any([interrupt, failure.signal]) : failure.signal;
  const java = { java: components.java, env, signal };
  const { database, brokers, bucket, source, sink, setup } = pipeline;
  const brokersStarting = brokers.map((broker) => startBroker(run, broker, { ...java, jars: components.broker }));
  // A worker waits for one broker by itself. Of three it would find the first, ask it for three copies of its topics, and end.
  const ready = brokers.length === 1 ? Promise.resolve() : Promise.all(brokersStarting);
  const starting = [
    startPostgres(run, database, { native: components.postgresFolder, env, signal }).then(
      () => setup && setUp(setup, env, signal),
    ),
    ...brokersStarting,
    startObjectStore(run, bucket, { port: pipeline.objectStorePort, env, signal }),
    ready.then(() =>
      startWorker(run, "sourceWorker", source, {
        ...java,
        jars: components.sourceConnect,
        pluginFolder: components.debezium,
      }),
    ),
    ready.then(() =>
      startWorker(run, "sinkWorker", sink, { ...java, jars: components.sinkConnect, pluginFolder: components.sink }),
    ),
  ];
  try {
    await Promise.all(starting);
  } catch (error) {
    failure.abort();
    await Promise.allSettled(starting);
    throw error;
  }
}

/** Runs what Terraform would run after it made the database. */
async function setUp(setup: LocalSetup, env: Environment, signal?: AbortSignal): Promise<void> {
  const [shell = "/bin/sh", ...words] = setup.interpreter;
  const run = await runCommand(shell, [...words, setup.command], { env: { ...env, ...setup.environment }, signal });
  if (run.exitCode === 0) return;
  throw new ConfigurationError("the setup of the database", [
    {
      code: "local-setup-failed",
      path: "null_resource: local-exec",
      got: (run.stderr || run.stdout).trim(),
      expected: "a command that creates publication and slot",
      fix: "it would fail in AWS as well: mend it in modules/publication.ts",
    },
  ]);
}
