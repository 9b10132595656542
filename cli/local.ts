import { join } from "node:path";
import { Argument, Command, Option } from "commander";
import { cacheFolder } from "../local/cache";
import { withStack } from "../terraform/load";
import { translate } from "../local/reading/translate";
import { renderDifferences, renderAwsOnly, renderRun } from "../local/report";
import { watch } from "../local/running/attached";
import { chooseRun, renderStatus } from "../local/running/overview";
import { findFreePorts } from "../local/running/ports";
import { cleanUp, runningRuns, stopRun } from "../local/running/runs";
import { startPipeline } from "../local/running/start";
import { readRuns, type Run } from "../local/running/state";
import { CONNECT_VERSIONS } from "../local/versions";
import { onInterrupt } from "./interrupt";
import { colorsFor, type Output, parseWords, tellError, withOutput } from "./output";
import { brokerCount, type WithCluster, withClusterOption } from "./with-cluster";

interface Options extends WithCluster {
  readonly profile?: string;
  readonly kafkaConnectVersion?: string;
  readonly detach?: boolean;
  readonly keepData?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

const PROJECT = join(__dirname, "..");
const actions = ["start", "status", "stop", "differences"] as const;
type Action = (typeof actions)[number];

const examples = `
Examples:
  npm run local                                the pipeline of cdktf.out, until ctrl-C
  npm run local -- --profile existing          another profile
  npm run local -- --with-cluster 3            with three brokers instead of one
  npm run local -- --detach                    in the background; \`npm run smoke\` finds it
  npm run local -- status                      what runs, and whether it is well
  npm run local -- stop                        end it
  npm run local -- differences                 what differs from AWS, without starting anything

PostgreSQL, Kafka, Kafka Connect, Debezium and an S3 server run on this machine, on 127.0.0.1 and free ports, with the
configuration that was synthesized. Several can run side by side. Needs Java 17, Maven and psql; the first start
downloads about 200 MB into ~/.cache/postgres-cdc-pipeline.

Exit codes: 0 done, 1 failed, 2 wrong usage.`;

/** Runs the command; the answer is its exit code. */
export async function runLocal(
  words: readonly string[],
  output: Output = process,
  signal?: AbortSignal,
): Promise<number> {
  const command = createCommand(output);
  const finished = parseWords(command, words);
  if (finished !== undefined) return finished;
  const [action = "start", name] = command.processedArgs as [Action | undefined, string | undefined];
  const options = command.opts<Options>();
  try {
    if (action === "status") return await status(name, options, output);
    if (action === "stop") return await stop(name, options, output);
    if (action === "differences") return await differences(options, output);
    return await start(options, output, signal);
  } catch (error) {
    if (signal?.aborted) {
      output.stderr.write("interrupted before it was up\n");
      return 1;
    }
    return tellError(error, output);
  }
}

function createCommand(output: Output): Command {
  const command = new Command("local")
    .description("Run the whole pipeline on this machine: rows from PostgreSQL to objects in S3.")
    .addArgument(new Argument("[action]", "what to do").choices(actions).default("start"))
    .addArgument(new Argument("[run]", "which one, for status and stop; only needed when several run"))
    .option("--profile <name>", "synthesize this profile instead of taking what is in cdktf.out")
    .addOption(
      new Option("--kafka-connect-version <version>", "run both connectors on this version").choices(
        Object.keys(CONNECT_VERSIONS),
      ),
    )
    .addOption(withClusterOption())
    .option("--detach", "go on running in the background")
    .option("--keep-data", "keep the databases, topics and logs when it stops, to look at them")
    .option("--all", "with stop: every run, and all data that was kept")
    .option("--json", "with status and differences: as JSON")
    .addHelpText("after", examples)
    .action(() => undefined);
  return withOutput(command, output);
}

async function start(options: Options, output: Output, signal?: AbortSignal): Promise<number> {
  const { stdout, stderr } = output;
  const colors = colorsFor(stderr);
  const progress = (step: string): unknown => stderr.write(colors.dim(`${step} …\n`));
  const cache = cacheFolder(process.env);
  for (const id of await cleanUp(cache)) progress(`cleaned up ${id}, which was killed`);
  const begin = Date.now();
  const started = await withStack(PROJECT, options.profile, progress, (stack) =>
    startPipeline({
      stack,
      label: options.profile ?? "cdc",
      cache,
      connectorsFolder: join(PROJECT, "connectors"),
      env: process.env,
      progress,
      signal,
      kafkaConnectVersion: options.kafkaConnectVersion,
      brokers: brokerCount(options),
      keepData: options.keepData,
    }),
  );
  const { state, folder } = started.run;
  stdout.write(`\n${renderDifferences(started.differences, colorsFor(stdout))}\n\n`);
  if (started.sinkStandIn !== undefined) {
    stdout.write(`The S3 sink is a stand-in (${started.sinkStandIn}): npm run plugins fetches Confluent's own.\n\n`);
  }
  stdout.write(renderRun({ id: state.id, folder }, started.pipeline, colorsFor(stdout)));
  const seconds = ((Date.now() - begin) / 1000).toFixed(0);
  const next = "Next: npm run smoke, in another terminal, sends rows through and checks them.";
  if (options.detach) {
    started.run.update({ mode: "detached" });
    stdout.write(`\nStarted in ${seconds} s. ${next}\nTo end it: npm run local -- stop\n`);
    return 0;
  }
  started.run.update({ mode: "attached" });
  stdout.write(`\nStarted in ${seconds} s. ${next}\nTo end it: ctrl-C\n`);
  try {
    await watch(started.run, signal);
  } finally {
    progress("\nstopping");
    await stopRun(started.run, options.keepData ?? false);
    if (options.keepData) stdout.write(`Data and logs: ${places(started.run)}\n`);
  }
  return 0;
}

async function status(name: string | undefined, { json }: Options, { stdout }: Output): Promise<number> {
  const runs = readRuns(cacheFolder(process.env)).filter(({ state }) => name === undefined || state.id === name);
  stdout.write(await renderStatus(runs, { json, colors: colorsFor(stdout) }));
  return 0;
}

async function stop(name: string | undefined, options: Options, { stdout }: Output): Promise<number> {
  const cache = cacheFolder(process.env);
  const left = await cleanUp(cache);
  for (const id of left) stdout.write(`cleaned up ${id}, which was killed\n`);
  const [running, all] = [runningRuns(cache), readRuns(cache)];
  if (left.length > 0 && name === undefined && running.length === 0) return 0;
  // Data that was kept is only meant by its name.
  const one = (): Run => chooseRun(name === undefined ? running : all, name);
  for (const run of options.all ? all : [one()]) {
    const kept = run.state.mode === "kept";
    await stopRun(run, options.keepData ?? false);
    const what = options.keepData
      ? `stopped ${run.state.id}; data and logs: ${places(run)}`
      : `stopped ${run.state.id}`;
    stdout.write(kept ? `removed ${run.state.id}\n` : `${what}\n`);
  }
  return 0;
}

async function differences(options: Options, { stdout, stderr }: Output): Promise<number> {
  const ports = await findFreePorts(brokerCount(options));
  const machine = { ports, user: "dbadmin", password: "", randomHex: "0".repeat(16), ...options };
  const progress = (step: string): unknown => stderr.write(`${step} …\n`);
  const { replacements } = await withStack(PROJECT, options.profile, progress, (stack) =>
    Promise.resolve(translate(stack, machine)),
  );
  const colors = colorsFor(stdout);
  if (options.json) stdout.write(`${JSON.stringify(replacements.all, undefined, 2)}\n`);
  else stdout.write(`${renderDifferences(replacements.all, colors)}\n\n${renderAwsOnly(replacements.all, colors)}\n`);
  return 0;
}

/** Where a run's data lies: PostgreSQL's is apart when root started it. */
function places({ folder, state }: Run): string {
  return [folder, ...state.folders].join(", ");
}

if (require.main === module) {
  void runLocal(process.argv.slice(2), process, onInterrupt()).then((code) => {
    process.exitCode = code;
  });
}
