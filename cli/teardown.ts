import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { ErrorForPeople } from "../lib/errors";
import { readDeployedSettings } from "../local/reading/deployed";
import { parseOutputs, readText } from "../local/reading/outputs";
import { Aws } from "../operations/aws";
import { Database } from "../operations/database";
import { databaseIdentifier } from "../operations/doctor/pipeline";
import { Secrets } from "../operations/secrets";
import type { TeardownContext } from "../operations/teardown/context";
import { destruction, obstacles } from "../operations/teardown/destroy";
import { Infrastructure } from "../operations/teardown/infrastructure";
import { Journal, journalProblem } from "../operations/teardown/journal";
import { preservation, preservationSteps } from "../operations/teardown/preserve";
import { renderResults } from "../operations/teardown/report";
import { previewSteps, type RunOptions, runSteps, type StepResult } from "../operations/teardown/step";
import { readOutputFolder } from "../terraform/synthesized";
import { onInterrupt } from "./interrupt";
import { colorsFor, type Output, parseWords, tellError, withOutput } from "./output";

interface Options {
  readonly apply?: boolean;
  readonly confirm?: string;
  readonly keepDatabase?: boolean;
  readonly skip: readonly string[];
  readonly backup: string;
  readonly copyTo?: string;
  readonly outputs?: string;
  readonly varFile: readonly string[];
  readonly tag: TeardownContext["tag"];
  readonly wait: number;
  readonly json?: boolean;
}

/** What differs where somebody else runs it: a test. */
export interface Surroundings {
  /** Where cdktf.out is, and where the journal goes. */
  readonly project: string;
  /** Asks the person at the terminal; nobody, where there is none. */
  readonly ask?: (question: string) => Promise<string>;
  readonly secondsBetween: number;
  readonly signal?: AbortSignal;
}

const examples = `
Examples:
  npm run teardown                           what would be done; changes nothing
  npm run teardown -- --apply                does it, after you have typed the destination bucket's name
  npm run teardown -- --apply --confirm cdcdestinationbucket-1a2b   the same in a script
  npm run teardown -- --keep-database        everything but the database and its network
  npm run teardown -- --apply --copy-to s3://archive/cdc --skip topics

It follows the README's chapter "Cleanup". First it preserves: a snapshot of the database, a copy of the destination bucket, the
topics, the connectors' configurations, outputs and state. Then the connectors are destroyed, the slot is dropped, the buckets
are emptied, the rest is destroyed, and what is still tagged Project=cdc is told. With --keep-database the slot goes last: until
then the pipeline can be made again and goes on where it was.

What is done stands in teardown.json in the project's folder: after a failure or ctrl-C the same command goes on from there.

Exit codes: 0 done, or nothing in the way of it; 1 not; 2 wrong usage.`;

/** Runs the command; the answer is its exit code. */
export async function runTeardown(
  words: readonly string[],
  output: Output = process,
  surroundings: Surroundings = { project: join(__dirname, ".."), secondsBetween: 15 },
): Promise<number> {
  const command = createCommand(output);
  const finished = parseWords(command, words);
  if (finished !== undefined) return finished;
  // It is about later releases than the one that is pinned.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  try {
    return await teardown(command.opts<Options>(), output, surroundings);
  } catch (error) {
    if (surroundings.signal?.aborted) {
      output.stderr.write("interrupted; the same command goes on from here\n");
      return 1;
    }
    return tellError(error, output);
  }
}

function createCommand(output: Output): Command {
  const command = new Command("teardown")
    .description("Preserve what the pipeline holds, then take it down.")
    .option("--apply", "do it; without, it is only told")
    .option("--confirm <bucket>", "with --apply: the destination bucket's name, where nobody can be asked")
    .option("--keep-database", "leave the database, and the network that it needs")
    .addOption(new Option("--skip <step...>", "don't preserve this").choices(preservationSteps).default([]))
    .option("--backup <folder>", "where copies go", "teardown-backup")
    .option(
      "--copy-to <place>",
      "where the bucket's objects go: a folder or s3://bucket/prefix (default: bucket/ in there)",
    )
    .option("--outputs <file>", "terraform output -json (default: Terraform is asked in the stack's folder)")
    .option("--var-file <file...>", "values of Terraform's variables", [])
    .addOption(
      new Option("--tag <key=value>", "what the pipeline's resources are tagged with")
        .argParser(tag)
        .default({ key: "Project", value: "cdc" }, "Project=cdc"),
    )
    .option(
      "--wait <minutes>",
      "how long AWS may take for a snapshot, a slot, a list without what is gone",
      minutes,
      60,
    )
    .option("--json", "print the steps as JSON")
    .addHelpText("after", examples)
    .hook("preAction", (self) => {
      const { confirm, apply } = self.opts<Options>();
      if (confirm !== undefined && !apply) self.error("error: --confirm is for --apply");
    })
    .action(() => undefined);
  return withOutput(command, output);
}

async function teardown(options: Options, output: Output, surroundings: Surroundings): Promise<number> {
  const { apply = false, skip, json } = options;
  const { stdout, stderr } = output;
  const { dim } = colorsFor(stderr);
  const secrets = new Secrets(process.env);
  const progress = (step: string): void => void stderr.write(dim(`${secrets.redact(step)} …\n`));
  const file = join(surroundings.project, "teardown.json");
  const { context, journal } = await prepare(options, file, surroundings, secrets, progress);
  const inTheWay = await obstacles(context);
  if (inTheWay.length > 0) throw new ErrorForPeople(["In the way:", ...inTheWay].join("\n  "));
  if (apply && !(await confirmed(context.outputs.destinationBucket, options, output, surroundings))) return 2;
  const steps = [...preservation(context), ...destruction(context)];
  const run: RunOptions = {
    skip,
    redact: secrets.redact,
    onStep: progress,
    onResult: ({ title, outcome }: StepResult) => void stderr.write(dim(`${title}: ${outcome}\n`)),
    signal: surroundings.signal,
  };
  if (apply) journal.save();
  const results = await (apply ? runSteps(steps, journal, run) : previewSteps(steps, run));
  const succeeded = results.every(({ outcome }) => outcome !== "failed");
  if (apply && succeeded)
    journal.finish(existsSync(context.backup) ? join(context.backup, "teardown.json") : undefined);
  if (json) stdout.write(`${JSON.stringify({ applied: apply, succeeded, steps: results }, undefined, 2)}\n`);
  else stdout.write(`\n${renderResults(results, colorsFor(stdout))}\n\n${verdict(apply, succeeded)}\n`);
  return succeeded ? 0 : 1;
}

function verdict(applied: boolean, succeeded: boolean): string {
  if (applied) return succeeded ? "The pipeline is gone." : "Not finished: the same command goes on from here.";
  return "Nothing was changed. To do it: npm run teardown -- --apply";
}

/** What was begun goes on with its own facts: Terraform may have no outputs any more. */
async function prepare(
  options: Options,
  file: string,
  { project, secondsBetween, signal }: Surroundings,
  secrets: Secrets,
  progress: (step: string) => void,
): Promise<{ context: TeardownContext; journal: Journal }> {
  const { keepDatabase = false, varFile, wait, tag } = options;
  const stack = readOutputFolder(join(project, "cdktf.out"));
  const varFiles = varFile.map((name) => resolve(name));
  const infrastructure = new Infrastructure({ folder: stack.folder, varFiles, progress });
  await infrastructure.initialize();
  const begun = Journal.read(file);
  if (begun !== undefined && begun.facts.keepDatabase !== keepDatabase) {
    const [it, how] = begun.facts.keepDatabase ? ["keeps", "with"] : ["doesn't keep", "without"];
    throw journalProblem(
      file,
      `a teardown that ${it} the database, as it was begun`,
      `go on ${how} --keep-database; or delete the file to begin another one`,
    );
  }
  const journal = begun ?? (await newJournal(options, file, keepDatabase, infrastructure));
  const { facts } = journal;
  const outputs = parseOutputs(facts.outputs, options.outputs ?? `${stack.folder}: terraform output -json`);
  const aws = new Aws(outputs.region);
  const settings = readDeployedSettings(stack);
  const context: TeardownContext = {
    ...{ stack, outputs, aws, infrastructure, keepDatabase, tag, progress, signal },
    database: new Database({ outputs, settings, aws, env: process.env, signal, keep: secrets.keep }),
    databaseIdentifier: databaseIdentifier(stack, outputs),
    backup: facts.backup,
    copyTo: options.copyTo ?? join(facts.backup, "bucket"),
    startedAt: facts.startedAt,
    patience: { minutes: wait, secondsBetween },
  };
  return { context, journal };
}

async function newJournal(
  { outputs: file, backup }: Options,
  journal: string,
  keepDatabase: boolean,
  infrastructure: Infrastructure,
): Promise<Journal> {
  const outputs = file === undefined ? await infrastructure.outputs() : readText(file);
  return Journal.begin(journal, { keepDatabase, outputs, backup: resolve(backup) });
}

/** Nobody destroys a pipeline by its neighbour's name. */
async function confirmed(
  name: string,
  { confirm }: Options,
  { stderr }: Output,
  { ask }: Surroundings,
): Promise<boolean> {
  if (confirm === undefined && ask === undefined) {
    stderr.write(`error: nobody can be asked here: --confirm ${name}\n`);
    return false;
  }
  const answer = confirm ?? (await ask?.(`This takes the pipeline down. Its destination bucket's name, to go on: `));
  if (answer?.trim() === name) return true;
  stderr.write("error: that isn't the destination bucket's name; nothing was changed\n");
  return false;
}

function tag(text: string): TeardownContext["tag"] {
  const [, key, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return { key, value };
  throw new InvalidArgumentError("key=value");
}

function minutes(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("a number of minutes");
}

async function askAtTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

if (require.main === module) {
  void runTeardown(process.argv.slice(2), process, {
    project: join(__dirname, ".."),
    secondsBetween: 15,
    signal: onInterrupt(),
    ...(process.stdin.isTTY ? { ask: askAtTerminal } : {}),
  }).then((code) => {
    process.exitCode = code;
  });
}
