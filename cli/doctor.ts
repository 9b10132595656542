import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { readDeployedSettings } from "../local/reading/deployed";
import { type Outputs, parseOutputs, readText } from "../local/reading/outputs";
import { runChecks } from "../operations/doctor/check";
import { checklist } from "../operations/doctor/checklist";
import { findConnectors } from "../operations/doctor/find-connectors";
import { type Limits, Pipeline } from "../operations/doctor/pipeline";
import { renderFindings, renderSummary } from "../operations/doctor/report";
import { terraform } from "../terraform/core";
import { withStack } from "../terraform/load";
import type { SynthesizedStack } from "../terraform/synthesized";
import { onInterrupt } from "./interrupt";
import { colorsFor, type Output, parseWords, tellError, withOutput } from "./output";

interface Options {
  readonly outputs?: string;
  readonly profile?: string;
  readonly maxSlotLag: number;
  readonly maxSinkLag: number;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const PROJECT = join(__dirname, "..");

const examples = `
Examples:
  npm run doctor                            what cdktf.out deployed; asks Terraform for its outputs
  terraform -chdir=cdktf.out/stacks/cdc output -json > outputs.json
  npm run doctor -- --outputs outputs.json  with outputs that somebody else wrote down
  npm run --silent doctor -- --json | jq '.findings[] | select(.outcome == "failing")'

It is the README's debug checklist, run: database, slot and publication, cluster, security groups and the way to S3, roles,
archives, connectors, logs, lag. It reads only and changes nothing. Each line is ok, failing, with the README's entry that
says what to do, or not checkable, with the reason.

It needs credentials for AWS, and psql for what only the database can tell. User and password come from PGUSER and
PGPASSWORD, else from the pipeline's secret in Secrets Manager; PGSSLMODE is require unless set.

Exit codes: 0 nothing is failing, 1 something is (with --strict: or can't be checked), 2 wrong usage.`;

/** Runs the command; the answer is its exit code. */
export async function runDoctor(
  words: readonly string[],
  output: Output = process,
  signal?: AbortSignal,
): Promise<number> {
  const command = createCommand(output);
  const finished = parseWords(command, words);
  if (finished !== undefined) return finished;
  const options = command.opts<Options>();
  const { stdout, stderr } = output;
  const dim = colorsFor(stderr).dim;
  const progress = (step: string): void => void stderr.write(dim(`${step} …\n`));
  // It is about later releases than the one that is pinned.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  try {
    const findings = await withStack(PROJECT, options.profile, progress, async (stack) => {
      const outputs = await findOutputs(stack, options.outputs, progress);
      const limits: Limits = { slotMegabytes: options.maxSlotLag, sinkSeconds: options.maxSinkLag };
      const connectorsFolder = join(PROJECT, "connectors");
      const pipeline = new Pipeline({ stack, outputs, connectorsFolder, limits, env: process.env, signal });
      const checks = checklist(pipeline);
      progress(`checking ${checks.length} points in ${outputs.region}`);
      const onFinding = ({ name, outcome }: { name: string; outcome: string }): unknown =>
        stderr.write(dim(`${name}: ${outcome}\n`));
      return runChecks(checks, { onFinding, redact: pipeline.secrets.redact, signal });
    });
    const count = (outcome: string): number => findings.filter((finding) => finding.outcome === outcome).length;
    const healthy = count("failing") === 0 && !(options.strict && count("not checkable") > 0);
    if (options.json) stdout.write(`${JSON.stringify({ healthy, findings }, undefined, 2)}\n`);
    else stdout.write(`\n${renderFindings(findings, colorsFor(stdout))}\n\n${renderSummary(findings)}\n`);
    return healthy ? 0 : 1;
  } catch (error) {
    if (signal?.aborted) return 1;
    return tellError(error, output);
  }
}

function createCommand(output: Output): Command {
  const command = new Command("doctor")
    .description("Run the README's debug checklist against the deployed pipeline.")
    .option(
      "--outputs <file>",
      "its outputs: terraform output -json (default: Terraform is asked in the stack's folder)",
    )
    .option("--profile <name>", "the profile that is deployed (default: what stands in cdktf.out)")
    .option("--max-slot-lag <MB>", "WAL that the slot may keep", positive, 1000)
    .option("--max-sink-lag <seconds>", "how far the sink may be behind", positive, 300)
    .option("--strict", "what can't be checked counts as failing")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", examples)
    .hook("preAction", (self) => {
      const { profile, outputs } = self.opts<Options>();
      if (profile !== undefined && outputs === undefined)
        self.error("error: --profile needs --outputs: only cdktf.out has a state that Terraform can be asked for");
    })
    .action(() => undefined);
  return withOutput(command, output);
}

async function findOutputs(
  stack: SynthesizedStack,
  file: string | undefined,
  progress: (step: string) => void,
): Promise<Outputs> {
  const { folder } = stack;
  if (file === undefined) progress("terraform output");
  const printed = file === undefined ? await terraform(["output", "-json"], { folder }) : readText(file);
  const known = await findConnectors(printed, readDeployedSettings(stack));
  return parseOutputs(printed, file ?? `${folder}: terraform output -json`, known);
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("a number above 0");
}

if (require.main === module) {
  void runDoctor(process.argv.slice(2), process, onInterrupt()).then((code) => {
    process.exitCode = code;
  });
}
