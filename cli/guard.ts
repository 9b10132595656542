import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { judge, parseAllowances } from "../guard/allowances";
import { type Harm, harms } from "../guard/finding";
import { findDangers, kinds } from "../guard/findings";
import { type Problem, throwProblems, together } from "../lib/errors";
import { terraform } from "../terraform/core";
import { type PlanJson, summarizePlan } from "../terraform/plan";
import { parsePlan, readPlanFile } from "../terraform/read-plan";
import { withTemporaryFolder } from "../terraform/sandbox";
import { readOutputFolder, readStack } from "../terraform/synthesized";
import { allowanceOf, renderJudgement } from "./guard-report";
import { colorsFor, type Output, parseWords, tellError, withOutput } from "./output";

interface Options {
  readonly allow: readonly string[];
  readonly stack?: string;
  readonly varFile: readonly string[];
  readonly json?: boolean;
}

/** Where a plan comes from when its name is `-`. */
export type Input = AsyncIterable<Buffer | string>;

const PROJECT = join(__dirname, "..");
const DANGEROUS = 1;
const UNREADABLE = 2;

const examples = `
Examples:
  npm run guard -- tfplan                    a plan that terraform plan -out=tfplan saved
  npm run guard -- plan.json                 what terraform show -json tfplan printed
  npm run guard                              plan what is in cdktf.out, and judge that
  npm run guard -- tfplan --allow source-replaced --allow bucket-destroyed:module.plugins_bucket.aws_s3_bucket.bucket
  npm run --silent guard -- tfplan --json | jq '.dangers[].code'

In CI, between plan and apply:
  terraform -chdir=cdktf.out/stacks/cdc plan -out=tfplan
  npm run guard -- tfplan && terraform -chdir=cdktf.out/stacks/cdc apply tfplan

In Terraform Cloud, of a run that waits for its confirmation (the token needs admin access to the workspace):
  curl -sSfL -H "Authorization: Bearer $TOKEN" \\
    https://app.terraform.io/api/v2/runs/<run id>/plan/json-output | npm run guard -- -

Only the plan is looked at, nothing is changed, and secret values in it aren't printed. A saved plan is read by the terraform
on this machine, in the stack's folder, after terraform init.

Exit codes: 0 nothing dangerous that isn't allowed, 1 dangerous, 2 wrong usage, or there is no plan to be read.

Names of dangers:
${namesOfKinds()}`;

/** Runs the command; the answer is its exit code. */
export async function runGuard(
  words: readonly string[],
  output: Output = process,
  input: Input = process.stdin,
): Promise<number> {
  const command = createCommand(output);
  const finished = parseWords(command, words);
  if (finished !== undefined) return finished;
  try {
    return await guard(command.args[0], command.opts<Options>(), output, input);
  } catch (error) {
    tellError(error, output);
    return UNREADABLE;
  }
}

function createCommand(output: Output): Command {
  const several = (value: string, values: readonly string[]): string[] => [...values, value];
  const command = new Command("guard")
    .description("Read a Terraform plan and tell what it will do to data, before it is applied.")
    .argument("[plan]", "a saved plan, a plan as JSON, or - for JSON from stdin; none: plan what is in cdktf.out")
    .option(
      "--allow <name[:address]>",
      "a danger that is meant to be, everywhere or at one address; repeatable",
      several,
      [],
    )
    .option("--stack <folder>", "the folder with the stack's cdk.tf.json, instead of the one in cdktf.out")
    .option("--var-file <file>", "without a plan: values of variables; repeatable", several, [])
    .option("--json", "print everything as JSON")
    .addHelpText("after", examples)
    .action(() => undefined);
  return withOutput(command, output);
}

async function guard(plan: string | undefined, options: Options, output: Output, input: Input): Promise<number> {
  const { stdout, stderr } = output;
  const [allowances] = together(
    () => parseAllowances(options.allow),
    () => throwProblems("the command line", plan === undefined ? [] : uselessValues(options.varFile)),
  );
  const progress = (step: string): unknown => stderr.write(colorsFor(stderr).dim(`${step} …\n`));
  const json = await readPlan(plan, options, input, progress);
  const judgement = judge(findDangers(json), allowances);
  const changes = summarizePlan(json).changes.length;
  if (json.complete === false) stderr.write("the plan leaves a part out (-target?), and that part isn't judged\n");
  if (options.json) {
    const withAllowance = judgement.dangers.map((finding) => ({ ...finding, allow: allowanceOf(finding) }));
    stdout.write(`${JSON.stringify({ changes, ...judgement, dangers: withAllowance }, undefined, 2)}\n`);
  } else {
    stdout.write(renderJudgement(judgement, { changes, next: nextStep(plan) }, colorsFor(stdout)));
  }
  return judgement.dangers.length > 0 ? DANGEROUS : 0;
}

/** A plan has its values already; whoever gives others thinks of another plan. */
function uselessValues(varFiles: readonly string[]): Problem[] {
  return varFiles.map((file) => ({
    code: "values-beside-a-plan",
    path: "--var-file",
    got: file,
    expected: "nothing beside a plan, which was made with its values",
    fix: "leave out one of the two",
  }));
}

function nextStep(plan: string | undefined): string {
  return plan === undefined
    ? "An apply makes a plan of its own: save one with -out, judge that, and apply it."
    : "Apply exactly this plan.";
}

async function readPlan(
  plan: string | undefined,
  { stack, varFile }: Options,
  input: Input,
  progress: (step: string) => void,
): Promise<PlanJson> {
  const stackFolder = (): string =>
    stack === undefined ? readOutputFolder(join(PROJECT, "cdktf.out")).folder : readStack(stack).folder;
  if (plan === "-") return parsePlan(await text(input as NodeJS.ReadableStream), "stdin");
  if (plan !== undefined) return readPlanFile(findPlan(plan, stackFolder), stackFolder);
  return withTemporaryFolder(async (folder) => {
    const run = { folder: stackFolder() };
    const file = join(folder, "tfplan");
    progress(`terraform plan in ${run.folder}`);
    const values = varFile.map((name) => `-var-file=${resolve(name)}`);
    await terraform(["plan", "-input=false", "-no-color", `-out=${file}`, ...values], run);
    return readPlanFile(file, stackFolder);
  });
}

/** As named; or in the stack's folder, where `terraform -chdir=cdktf.out/stacks/cdc plan -out=tfplan` leaves it. */
function findPlan(plan: string, stackFolder: () => string): string {
  if (existsSync(plan)) return plan;
  try {
    const inStack = join(stackFolder(), plan);
    return existsSync(inStack) ? inStack : plan;
  } catch {
    return plan;
  }
}

function namesOfKinds(): string {
  return (Object.keys(harms) as Harm[])
    .map((harm) => {
      const names = [...kinds].filter(([, kind]) => kind.harm === harm).map(([name]) => `    ${name}`);
      return [`  ${harms[harm]}:`, ...names].join("\n");
    })
    .join("\n");
}

if (require.main === module) {
  void runGuard(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
