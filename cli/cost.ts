import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { estimate } from "../cost/estimate";
import { latencies } from "../cost/latency";
import { prices } from "../cost/prices";
import { savings } from "../cost/strategies";
import { defaultUsage, type Usage } from "../cost/usage";
import { asText } from "../terraform/synthesized";
import { withStack } from "../terraform/load";
import { costJson, money, renderCost } from "./cost-report";
import { colorsFor, type Output, parseWords, tellError, withOutput } from "./output";

interface Options extends Usage {
  readonly profile?: string;
  readonly region?: string;
  readonly budget?: number;
  readonly json?: boolean;
}

const PROJECT = join(__dirname, "..");
const OVER_BUDGET = 3;

const examples = `
Examples:
  npm run cost                                    what is in cdktf.out costs a month
  npm run cost -- --profile existing              another profile
  npm run cost -- --gb-per-day 50 --tables 200    with more data
  npm run cost -- --budget 1200                   fail when it may cost more than that
  npm run --silent cost -- --json | jq .total

It is computed from what was synthesized and from the prices in cost/prices.ts, each with its date and source; AWS isn't asked.
Low: little use, the first month. High: storage and workers scaled out, the last of --months. Taxes, support and free credits
are left out. The README's earlier figures stand beside it.

Exit codes: 0 told, 1 failed, 2 wrong usage, 3 the high estimate is above --budget.`;

/** Runs the command; the answer is its exit code. */
export async function runCost(words: readonly string[], output: Output = process): Promise<number> {
  const command = createCommand(output);
  const finished = parseWords(command, words);
  if (finished !== undefined) return finished;
  try {
    return await cost(command.opts<Options>(), output);
  } catch (error) {
    return tellError(error, output);
  }
}

function createCommand(output: Output): Command {
  const command = new Command("cost")
    .description("Tell what the synthesized pipeline costs a month, and what would cost less.")
    .option("--profile <name>", "synthesize this profile instead of taking what is in cdktf.out")
    .addOption(number("--gb-per-day <GB>", "change events a day, as JSON", defaultUsage.gbPerDay))
    .addOption(number("--record-bytes <bytes>", "size of one event", defaultUsage.recordBytes))
    .addOption(number("--tables <number>", "captured tables", defaultUsage.tables))
    .addOption(number("--months <number>", "months of objects in S3, for the high estimate", defaultUsage.months))
    .addOption(number("--log-gb-per-month <GB>", "logs, for the high estimate", defaultUsage.logGbPerMonth))
    .addOption(number("--zones <number>", "availability zones", defaultUsage.zones))
    .option(
      "--region <name>",
      `whose prices to take (${Object.keys(prices).join(", ")}); aws_region's default otherwise`,
    )
    .addOption(number("--budget <dollars>", "fail when the high estimate is above it"))
    .option("--json", "print everything as JSON, with the source of each price")
    .addHelpText("after", examples)
    .action(() => undefined);
  return withOutput(command, output);
}

function number(flags: string, description: string, fallback?: number): Option {
  const option = new Option(flags, description).argParser((text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
    throw new InvalidArgumentError("It has to be a number above 0.");
  });
  return fallback === undefined ? option : option.default(fallback);
}

async function cost({ profile, region, budget, json, ...usage }: Options, output: Output): Promise<number> {
  const { stdout, stderr } = output;
  const progress = (step: string): unknown => stderr.write(colorsFor(stderr).dim(`${step} …\n`));
  return withStack(PROJECT, profile, progress, (stack) => {
    const result = estimate(stack, region ?? asText(stack.variableDefaults.aws_region), usage);
    const ways = savings(stack, result);
    const sooner = latencies(stack, result);
    stdout.write(json ? costJson(result, ways, sooner) : renderCost(result, ways, sooner, colorsFor(stdout)));
    if (budget === undefined || result.total.high <= budget) return Promise.resolve(0);
    stderr.write(`the high estimate, $${money(result.total.high)} a month, is above the budget of $${money(budget)}\n`);
    return Promise.resolve(OVER_BUDGET);
  });
}

if (require.main === module) {
  void runCost(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
