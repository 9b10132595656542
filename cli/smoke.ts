import { join } from "node:path";
import { Command } from "commander";
import { cacheFolder } from "../local/cache";
import { withStack } from "../terraform/load";
import { chooseRun } from "../local/running/overview";
import { cleanUp, runningRuns, stopRun } from "../local/running/runs";
import { startPipeline } from "../local/running/start";
import type { Run } from "../local/running/state";
import { SmokeContext } from "../local/smoke/context";
import { defectSteps } from "../local/smoke/defects";
import { soundSteps } from "../local/smoke/sound";
import { renderSteps, runSteps, type SmokeResult } from "../local/smoke/steps";
import { renderEntry } from "../local/smoke/troubleshooting";
import { onInterrupt } from "./interrupt";
import { colorsFor, type Output, parseWords, tellError, withOutput } from "./output";

interface Options {
  readonly profile?: string;
  readonly run?: string;
  readonly expectDefects?: boolean;
  readonly json?: boolean;
}

const PROJECT = join(__dirname, "..");

const examples = `
Examples:
  npm run smoke                                        the local pipeline that runs, or one started for the purpose
  npm run smoke -- --profile standard                  always a fresh one, of this profile
  npm run smoke -- --run cdc-1a2b                      one of several that run
  npm run smoke -- --profile existing --expect-defects what is known to be wrong must still be wrong
  npm run --silent smoke -- --json | jq .steps

It does what the README's "Testing the Pipeline" does: tables, rows, an update, a delete, a new column; then it compares
what arrived in Kafka and in S3. It takes about a minute, as the sink writes an object only every so often.

Exit codes: 0 all is well, 1 something isn't, 2 wrong usage.`;

/** Runs the command; the answer is its exit code. */
export async function runSmoke(
  words: readonly string[],
  output: Output = process,
  signal?: AbortSignal,
): Promise<number> {
  const command = createCommand(output);
  const finished = parseWords(command, words);
  if (finished !== undefined) return finished;
  const options = command.opts<Options>();
  try {
    const { run, own } = await findOrStart(options, output, signal);
    try {
      const result = await smoke(run, options, output, signal);
      report(run, result, options, output, own);
      return result.passed ? 0 : 1;
    } finally {
      if (own) await stopRun(run, false);
    }
  } catch (error) {
    if (signal?.aborted) return 1;
    return tellError(error, output);
  }
}

function createCommand(output: Output): Command {
  const command = new Command("smoke")
    .description("Send rows through the local pipeline and check what arrives in Kafka and in S3.")
    .option("--profile <name>", "start this profile, and stop it afterwards")
    .option("--run <name>", "the running pipeline to test; only needed when several run")
    .option("--expect-defects", "check that the known defects of the profile existing show")
    .option("--json", "print the steps as JSON")
    .addHelpText("after", examples)
    .hook("preAction", (self) => {
      const { profile, run } = self.opts<Options>();
      if (profile !== undefined && run !== undefined) self.error("error: --profile starts a pipeline, --run names one");
    })
    .action(() => undefined);
  return withOutput(command, output);
}

/** The pipeline that runs, or one of our own. */
async function findOrStart(
  { profile, run: name }: Options,
  { stderr }: Output,
  signal?: AbortSignal,
): Promise<{ readonly run: Run; readonly own: boolean }> {
  const cache = cacheFolder(process.env);
  const colors = colorsFor(stderr);
  const progress = (step: string): unknown => stderr.write(colors.dim(`${step} …\n`));
  await cleanUp(cache);
  const useRunning = name !== undefined || (profile === undefined && runningRuns(cache).length > 0);
  if (useRunning) return { run: chooseRun(runningRuns(cache), name), own: false };
  const connectorsFolder = join(PROJECT, "connectors");
  const { run } = await withStack(PROJECT, profile, progress, (stack) =>
    startPipeline({
      stack,
      label: `${profile ?? "cdc"}-smoke`,
      cache,
      connectorsFolder,
      env: process.env,
      progress,
      signal,
    }),
  );
  run.update({ mode: "attached" });
  return { run, own: true };
}

async function smoke(run: Run, options: Options, { stderr }: Output, signal?: AbortSignal): Promise<SmokeResult> {
  const context = new SmokeContext(run, process.env, signal);
  const colors = colorsFor(stderr);
  try {
    const steps = options.expectDefects ? defectSteps(context, signal) : soundSteps(context);
    return await runSteps(steps, ({ name, outcome }) => stderr.write(colors.dim(`${name}: ${outcome}\n`)), signal);
  } finally {
    context.stop();
  }
}

function report(run: Run, result: SmokeResult, { json, profile }: Options, { stdout }: Output, own: boolean): void {
  if (json) {
    stdout.write(`${JSON.stringify({ run: run.state.id, ...result }, undefined, 2)}\n`);
    return;
  }
  const colors = colorsFor(stdout);
  stdout.write(`\n${renderSteps(result, colors)}\n\n`);
  if (result.troubleshooting) stdout.write(`${renderEntry(result.troubleshooting)}\n\n`);
  if (result.troubleshooting && own) {
    const start = `npm run local -- --detach${profile === undefined ? "" : ` --profile ${profile}`}`;
    stdout.write(`This pipeline ends now. To look into one: ${start}, then npm run smoke\n\n`);
  }
  const verdict = result.passed ? colors.green("passed") : colors.red("failed");
  stdout.write(`${run.state.id}: smoke test ${verdict} in ${result.seconds.toFixed(0)} s\n`);
}

if (require.main === module) {
  void runSmoke(process.argv.slice(2), process, onInterrupt()).then((code) => {
    process.exitCode = code;
  });
}
