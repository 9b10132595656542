import { join } from "node:path";
import { Command } from "commander";
import { checkPlan, type Finding, type PolicyReport } from "../policy/checkov";
import { planInSandbox, synthesize, withTemporaryFolder } from "../terraform/sandbox";
import { table } from "../lib/markdown";
import { onInterrupt } from "./interrupt";
import { colorsFor, type Output, parseWords, tellError, withOutput } from "./output";

interface Options {
  readonly profile?: string;
  readonly json?: boolean;
}

const PROJECT = join(__dirname, "..");
const FAILED = 3;

const examples = `
Examples:
  npm run policy                             your settings
  npm run policy -- --profile production     a profile as it is
  npm run --silent policy -- --json | jq .failed

checkov reads the plan that the terraform on this machine makes with stand-ins for the providers, after an apply to them, so that
every value is known: no account is needed. It is installed once from PyPI, into a Python environment of its own in the cache. What is skipped, and why, stands in policy/skips.ts.

Exit codes: 0 nothing failed, 1 it couldn't be checked, 2 wrong usage, 3 checks failed.`;

/** Runs the command; the answer is its exit code. */
export async function runPolicy(
  words: readonly string[],
  output: Output = process,
  signal?: AbortSignal,
): Promise<number> {
  const command = createCommand(output);
  const finished = parseWords(command, words);
  if (finished !== undefined) return finished;
  try {
    return await policy(command.opts<Options>(), output, signal);
  } catch (error) {
    return tellError(error, output);
  }
}

function createCommand(output: Output): Command {
  const command = new Command("policy")
    .description("Check the plan of the synthesized pipeline against checkov's rules for AWS.")
    .option("--profile <name>", "the profile to check instead of the one of cdktf.json or CDC_PROFILE")
    .option("--json", "print the outcome as JSON")
    .addHelpText("after", examples)
    .action(() => undefined);
  return withOutput(command, output);
}

async function policy({ profile, json }: Options, output: Output, signal?: AbortSignal): Promise<number> {
  const { stdout, stderr } = output;
  const progress = (step: string): unknown => stderr.write(colorsFor(stderr).dim(`${step} …\n`));
  return withTemporaryFolder(async (folder) => {
    progress("synthesizing");
    const { stackFolder } = await synthesize(PROJECT, folder, profile ? { CDC_PROFILE: profile } : {});
    const varFiles = [join(PROJECT, "terraform.tfvars.example")];
    const plan = await planInSandbox(stackFolder, { varFiles, applied: true, progress, color: false });
    const report = await checkPlan(plan.json, folder, { env: process.env, progress, signal });
    stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : render(report, colorsFor(stdout)));
    return report.failed.length === 0 ? 0 : FAILED;
  });
}

function render({ checkov, passed, failed, skipped }: PolicyReport, colors: ReturnType<typeof colorsFor>): string {
  const line = ({ check, resource, title }: Finding): string[] => [check, resource, title];
  const tables = [
    ...(skipped.length > 0
      ? [
          table(
            ["Skipped", "Resource", "Why"],
            skipped.map(({ check, resource, why }) => [check, resource, why]),
          ),
        ]
      : []),
    ...(failed.length > 0 ? [table(["Failed", "Resource", "What is wrong"], failed.map(line))] : []),
  ];
  const total = `checkov ${checkov}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
  return `${[...tables, failed.length > 0 ? colors.red(total) : colors.green(total)].join("\n\n")}\n`;
}

if (require.main === module) {
  void runPolicy(process.argv.slice(2), process, onInterrupt()).then((code) => {
    process.exitCode = code;
  });
}
