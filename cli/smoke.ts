import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { cacheFolder } from "../local/cache";
import type { Progress } from "../local/environment";
import { withStack } from "../terraform/load";
import { chooseRun } from "../local/running/overview";
import { cleanUp, runningRuns, stopRun } from "../local/running/runs";
import { startPipeline } from "../local/running/start";
import type { Run } from "../local/running/state";
import type { SmokeContext } from "../local/smoke/context";
import { defectSteps } from "../local/smoke/defects";
import { DeployedPipeline } from "../local/smoke/deployed-pipeline";
import { LocalRun } from "../local/smoke/local-run";
import { soundSteps } from "../local/smoke/sound";
import { renderSteps, runSteps, type SmokeResult, type StepResult } from "../local/smoke/steps";
import { renderEntry } from "../local/smoke/troubleshooting";
import { onInterrupt } from "./interrupt";
import { colorsFor, type Output, parseWords, tellError, withOutput } from "./output";
import { brokerCount, type WithCluster, withClusterOption } from "./with-cluster";

interface Options extends WithCluster {
  readonly profile?: string;
  readonly run?: string;
  readonly outputs?: string;
  readonly schema?: string;
  readonly withoutKafka?: boolean;
  readonly expectDefects?: boolean;
  readonly json?: boolean;
}

const PROJECT = join(__dirname, "..");

/** Of the test's tables in a deployed database, where users and orders may be somebody's. */
const SCHEMA = "cdc_smoke";

const examples = `
Examples:
  npm run smoke                                        the local pipeline that runs, or one started for the purpose
  npm run smoke -- --profile standard                  always a fresh one, of this profile
  npm run smoke -- --with-cluster 3                    always a fresh one, with three brokers
  npm run smoke -- --run cdc-1a2b                      one of several that run
  npm run smoke -- --profile existing --expect-defects what is known to be wrong must still be wrong
  npm run --silent smoke -- --json | jq .steps

  terraform -chdir=cdktf.out/stacks/cdc output -json > outputs.json
  npm run smoke -- --outputs outputs.json                  the deployed pipeline, from inside of its VPC
  npm run smoke -- --outputs outputs.json --without-kafka  from outside: S3 alone proves the changes

It does what the README's "Testing the Pipeline" does: tables, rows, an update, a delete, a new column; then it compares
what arrived in Kafka and in S3. It takes about a minute, as the sink writes an object only every so often.

Against a deployed pipeline it writes to tables of its own only, ${SCHEMA}.users and ${SCHEMA}.orders, and leaves them for the
next time. It needs psql, PGUSER and PGPASSWORD, credentials for AWS, and for Kafka Java 17 and Maven. What the outputs
don't say it takes from cdktf.out, or from --profile.

Exit codes: 0 all is well, 1 something isn't, 2 wrong usage.`;

/** What is tested, and what becomes of it afterwards. */
interface Target {
  /** For the last line. */
  readonly name: string;
  readonly context: SmokeContext;
  /** What else the JSON says of it. */
  readonly facts: () => object;
  /** What else people are told. */
  readonly notes: (result: SmokeResult) => readonly string[];
  readonly end: () => Promise<void>;
}

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
  const find = options.outputs === undefined ? localTarget : deployedTarget;
  try {
    const target = await find(options, output, signal);
    try {
      const result = await smoke(target.context, options, output, signal);
      report(target, result, options, output);
      return result.passed ? 0 : 1;
    } finally {
      target.context.stop();
      await target.end();
    }
  } catch (error) {
    if (signal?.aborted) return 1;
    return tellError(error, output);
  }
}

function createCommand(output: Output): Command {
  const command = new Command("smoke")
    .description("Send rows through a pipeline, local or deployed, and check what arrives in Kafka and in S3.")
    .option(
      "--profile <name>",
      "start this profile, and stop it afterwards; with --outputs, the profile that is deployed",
    )
    .addOption(withClusterOption())
    .option("--run <name>", "the running pipeline to test; only needed when several run")
    .option("--outputs <file>", "test the deployed pipeline with these outputs: terraform output -json")
    .option("--schema <name>", `with --outputs: where the test's tables are (default: "${SCHEMA}")`, schemaName)
    .option("--without-kafka", "with --outputs: leave out the steps that look into Kafka")
    .option("--expect-defects", "check that the known defects of the profile existing show")
    .option("--json", "print the steps as JSON")
    .addHelpText("after", examples)
    .hook("preAction", (self) => {
      const { profile, withCluster, run, outputs, schema, withoutKafka } = self.opts<Options>();
      const own = profile !== undefined ? "--profile" : withCluster !== undefined ? "--with-cluster" : undefined;
      if (own !== undefined && run !== undefined) self.error(`error: ${own} starts a pipeline, --run names one`);
      if (outputs !== undefined && (run ?? withCluster) !== undefined)
        self.error("error: --outputs is for a deployed pipeline, --run and --with-cluster for a local one");
      if (outputs === undefined && (schema !== undefined || withoutKafka))
        self.error("error: --schema and --without-kafka are for a deployed pipeline: --outputs");
    })
    .action(() => undefined);
  return withOutput(command, output);
}

/** A name that SQL, Kafka and S3 take as it is. */
function schemaName(text: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(text)) return text;
  throw new InvalidArgumentError("lower-case letters, digits and _");
}

/** The pipeline that runs, or one of our own. */
async function localTarget(options: Options, output: Output, signal?: AbortSignal): Promise<Target> {
  const { profile, withCluster, run: name } = options;
  const cache = cacheFolder(process.env);
  const progress = progressOn(output);
  await cleanUp(cache);
  const fresh = profile !== undefined || withCluster !== undefined;
  const useRunning = name !== undefined || (!fresh && runningRuns(cache).length > 0);
  const run = useRunning ? chooseRun(runningRuns(cache), name) : await startOwn(options, cache, progress, signal);
  const same = Object.entries({ profile, "with-cluster": withCluster }).map(([option, value]) =>
    value === undefined ? "" : ` --${option} ${value}`,
  );
  const note = `This pipeline ends now. To look into one: npm run local -- --detach${same.join("")}, then npm run smoke`;
  return {
    name: run.state.id,
    context: new LocalRun(run, process.env, signal),
    facts: () => ({ run: run.state.id }),
    notes: ({ passed }) => (passed || useRunning ? [] : [note]),
    end: async () => {
      if (!useRunning) await stopRun(run, false);
    },
  };
}

async function startOwn(options: Options, cache: string, progress: Progress, signal?: AbortSignal): Promise<Run> {
  const { profile } = options;
  const connectorsFolder = join(PROJECT, "connectors");
  const { run } = await withStack(PROJECT, profile, progress, (stack) =>
    startPipeline({
      stack,
      label: `${profile ?? "cdc"}-smoke`,
      cache,
      connectorsFolder,
      brokers: brokerCount(options),
      env: process.env,
      progress,
      signal,
    }),
  );
  run.update({ mode: "attached" });
  return run;
}

/** The one that the outputs are of. */
async function deployedTarget(options: Options, output: Output, signal?: AbortSignal): Promise<Target> {
  const { outputs = "", profile, schema = SCHEMA, withoutKafka = false, expectDefects = false } = options;
  // It is about later releases than the one that is pinned.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const progress = progressOn(output);
  const context = await withStack(PROJECT, profile, progress, (stack) =>
    DeployedPipeline.reach({
      stack,
      outputsFile: outputs,
      schema,
      deletes: !expectDefects,
      withoutKafka,
      cache: cacheFolder(process.env),
      env: process.env,
      progress,
      signal,
    }),
  );
  return {
    name: outputs,
    context,
    facts: () => ({ outputs, removal: context.removal }),
    notes: () => {
      const { removal } = context;
      return removal.length === 0
        ? []
        : [
            ["To remove what the test made, all but its two topics, which connectors hold on to:", ...removal].join(
              "\n  ",
            ),
          ];
    },
    end: () => Promise.resolve(),
  };
}

async function smoke(
  context: SmokeContext,
  { expectDefects, withoutKafka }: Options,
  { stderr }: Output,
  signal?: AbortSignal,
): Promise<SmokeResult> {
  const colors = colorsFor(stderr);
  const steps = expectDefects ? defectSteps(context, signal) : soundSteps(context);
  const tell = ({ name, outcome }: StepResult): unknown => stderr.write(colors.dim(`${name}: ${outcome}\n`));
  return runSteps(steps, tell, { signal, withoutKafka: withoutKafka ? "--without-kafka" : undefined });
}

function report(target: Target, result: SmokeResult, { json }: Options, { stdout }: Output): void {
  if (json) {
    stdout.write(`${JSON.stringify({ ...target.facts(), ...result }, undefined, 2)}\n`);
    return;
  }
  const colors = colorsFor(stdout);
  stdout.write(`\n${renderSteps(result, colors)}\n\n`);
  const entry = result.troubleshooting ? [renderEntry(result.troubleshooting)] : [];
  for (const text of [...entry, ...target.notes(result)]) stdout.write(`${text}\n\n`);
  const verdict = result.passed ? colors.green("passed") : colors.red("failed");
  stdout.write(`${target.name}: smoke test ${verdict} in ${result.seconds.toFixed(0)} s\n`);
}

function progressOn({ stderr }: Output): Progress {
  const colors = colorsFor(stderr);
  return (step) => void stderr.write(colors.dim(`${step} …\n`));
}

if (require.main === module) {
  void runSmoke(process.argv.slice(2), process, onInterrupt()).then((code) => {
    process.exitCode = code;
  });
}
