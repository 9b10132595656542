import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Command } from "commander";
import { findDangers } from "../guard/findings";
import { summarizePlan } from "../terraform/plan";
import { planInSandbox, synthesize, withTemporaryFolder } from "../terraform/sandbox";
import { readStateFacts } from "../terraform/state";
import { colorsFor, Output, parseWords, tellError, withOutput } from "./output";
import { renderSummary, renderTotals } from "./preview-summary";

interface Options {
  readonly profile?: string;
  readonly state?: string;
  readonly varFile: readonly string[];
  readonly json?: boolean;
}

const PROJECT = join(__dirname, "..");

const examples = `
Examples:
  npm run preview                                       what the profile of cdktf.json would create
  npm run preview -- --profile existing                 another profile
  npm run preview -- --state terraform.cdc.tfstate      what would change, given what exists
  npm run preview -- --var-file environments/prod.tfvars
  npm run --silent preview -- --json | jq .summary

The plan is made by the terraform on this machine with stand-ins for the providers: no AWS account, no Vault and no
network is needed, and nothing is changed. Values that only AWS knows are made up.

Exit codes: 0 planned, 1 failed, 2 wrong usage.`;

/** Runs the command; the answer is its exit code. */
export async function runPreview(words: readonly string[], output: Output = process): Promise<number> {
  const command = createCommand(output);
  const finished = parseWords(command, words);
  if (finished !== undefined) return finished;
  try {
    await preview(command.opts<Options>(), output);
    return 0;
  } catch (error) {
    return tellError(error, output);
  }
}

function createCommand(output: Output): Command {
  const command = new Command("preview")
    .description("Synthesize the pipeline and show the plan that Terraform makes of it.")
    .option("--profile <name>", "the profile to preview instead of the one of cdktf.json or CDC_PROFILE")
    .option("--state <file>", "plan against this state instead of an empty one; the file is only read")
    .option(
      "--var-file <file>",
      "values of variables, may be given more than once",
      (file, files: string[]) => [...files, file],
      [],
    )
    .option("--json", "print the summary as JSON, without the plan's text")
    .addHelpText("after", examples)
    .action(() => undefined);
  return withOutput(command, output);
}

async function preview(options: Options, output: Output): Promise<void> {
  const { stdout, stderr } = output;
  const colors = colorsFor(stderr);
  const progress = (step: string): unknown => stderr.write(colors.dim(`${step} …\n`));
  const state = options.state === undefined ? undefined : resolve(options.state);
  const facts = state === undefined ? undefined : readStateFacts(state);
  const varFiles = variableFiles(options, stderr);
  await withTemporaryFolder(async (folder) => {
    progress("synthesizing");
    const { stackFolder, warnings } = await synthesize(
      PROJECT,
      folder,
      options.profile ? { CDC_PROFILE: options.profile } : {},
    );
    const plan = await planInSandbox(stackFolder, {
      varFiles,
      ...(state && facts ? { state: { file: state, facts } } : {}),
      progress,
      color: stdout.isTTY === true && process.env.NO_COLOR === undefined,
    });
    const summary = summarizePlan(plan.json);
    const dangers = findDangers(plan.json);
    if (options.json) {
      stdout.write(`${JSON.stringify({ warnings, summary, dangers }, undefined, 2)}\n`);
      return;
    }
    for (const warning of warnings) stderr.write(`${colors.yellow("warning")} ${warning}\n`);
    stdout.write(`${renderSummary(summary, dangers, colorsFor(stdout))}\n`);
    stdout.write(`${plan.text.trim()}\n\n`);
    stdout.write(`${renderTotals(summary, colorsFor(stdout))}\n`);
  });
}

/** The files given, or the example where the project has no terraform.tfvars of its own yet. */
function variableFiles(options: Options, stderr: Output["stderr"]): string[] {
  if (options.varFile.length > 0) return options.varFile.map((file) => resolve(file));
  if (["terraform.tfvars", "terraform.tfvars.json"].some((name) => existsSync(join(PROJECT, name)))) return [];
  const example = join(PROJECT, "terraform.tfvars.example");
  stderr.write(`no terraform.tfvars yet: using the values of ${relative(process.cwd(), example)}\n`);
  return [example];
}

if (require.main === module) {
  void runPreview(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
