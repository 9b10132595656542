import { join } from "node:path";
import { Argument, Command, InvalidArgumentError } from "commander";
import { runBenchmark } from "../local/bench/benchmark";
import { faults } from "../local/bench/faults";
import { renderMarkdown } from "../local/bench/report/markdown";
import { writeReport } from "../local/bench/report/write";
import { cacheFolder } from "../local/cache";
import { cleanUp } from "../local/running/runs";
import { onInterrupt } from "./interrupt";
import { colorsFor, type Output, parseWords, tellError, withOutput } from "./output";

const parts = ["latency", "throughput", "faults"] as const;
type Part = (typeof parts)[number];

interface Options {
  readonly profile: string[];
  readonly set: Setting[];
  readonly versus: Setting[];
  readonly rounds: number;
  readonly rates: number[];
  readonly seconds: number;
  readonly sustained: { readonly seconds: number; readonly times: number };
  readonly faultRate: number;
  readonly fault: string[];
  readonly out?: string;
  readonly json?: boolean;
}

/** `sink.flushSize=1000` */
type Setting = readonly [path: string, value: unknown];

const PROJECT = join(__dirname, "..");

const examples = `
Examples:
  npm run bench                                              all of it for standard: about an hour
  npm run bench -- latency --profile standard+low_latency    one part, with a preset
  npm run bench -- latency --profile standard --profile standard+low_latency --rounds 3
                                                             two that take turns, with medians and ratios
  npm run bench -- throughput --versus sink.flushSize=1000   the profile without and with a setting, taking turns
  npm run bench -- faults --set sink.flushSize=100           with a setting

It starts local pipelines of its own (see npm run local) and needs the machine for itself: whatever else runs is part of the
figures. The report, with plots, goes to bench-reports/; docs/benchmarks holds those that the README quotes.

Exit codes: 0 measured, whatever came out; 1 failed; 2 wrong usage.`;

/** Runs the command; the answer is its exit code. */
export async function runBench(
  words: readonly string[],
  output: Output = process,
  signal?: AbortSignal,
): Promise<number> {
  const command = createCommand(output);
  const finished = parseWords(command, words);
  if (finished !== undefined) return finished;
  const [chosen = []] = command.processedArgs as [Part[] | undefined];
  try {
    await bench(chosen.length === 0 ? parts : chosen, command.opts<Options>(), words, output, signal);
    return 0;
  } catch (error) {
    if (signal?.aborted) return 1;
    return tellError(error, output);
  }
}

function createCommand(output: Output): Command {
  const collect = <Item>(read: (text: string) => Item) => {
    return (text: string, items: Item[]): Item[] => [...items, read(text)];
  };
  const command = new Command("bench")
    .description("Measure the local pipeline: latency, throughput, and what faults do to it.")
    .addArgument(new Argument("[parts...]", "what to measure").choices(parts))
    .option(
      "--profile <name>",
      "profile to measure, with presets: standard+low_latency; repeatable",
      collect(String),
      [],
    )
    .option("--set <setting=value>", "replace a setting of every profile; repeatable", collect(readSetting), [])
    .option(
      "--versus <setting=value>",
      "measure each profile without and with this setting; repeatable",
      collect(readSetting),
      [],
    )
    .option("--rounds <number>", "how often profiles take turns", readCount, 1)
    .option("--rates <rows/s,…>", "rates of the latency part", readRates, [1, 20, 1000, 10_000])
    .option("--seconds <number>", "seconds of each measurement", readCount, 60)
    .option("--sustained <seconds>x<times>", "the claimed 10,000 rows/s for longer", readSustained, {
      seconds: 300,
      times: 3,
    })
    .option("--fault-rate <rows/s>", "rate of the faults part", readCount, 1000)
    .option("--fault <name>", "only this one of the faults; repeatable", collect(readFault), [])
    .option("--out <folder>", "where the report goes")
    .option("--json", "print the report as JSON")
    .addHelpText("after", examples)
    .action(() => undefined);
  return withOutput(command, output);
}

async function bench(
  chosen: readonly Part[],
  options: Options,
  words: readonly string[],
  { stdout, stderr }: Output,
  signal?: AbortSignal,
): Promise<void> {
  const colors = colorsFor(stderr);
  const cache = cacheFolder(process.env);
  await cleanUp(cache);
  const startedAt = new Date();
  const report = await runBenchmark({
    project: PROJECT,
    cache,
    env: process.env,
    signal,
    startedAt,
    command: ["npm run bench", ...(words.length > 0 ? ["--"] : []), ...words].join(" "),
    progress: (step) => stderr.write(colors.dim(`${new Date().toTimeString().slice(0, 8)}  ${step} …\n`)),
    configurations: configurations(options),
    parts: chosen,
    ...options,
    faults: faults.filter(({ name }) => options.fault.length === 0 || options.fault.includes(name)),
  });
  const name = `${startedAt.toISOString().slice(0, 16).replace(":", "")}`;
  const file = writeReport(report, options.out ?? join(PROJECT, "bench-reports", name));
  stdout.write(options.json ? `${JSON.stringify(report)}\n` : `${renderMarkdown(report)}\n`);
  stderr.write(`The report with its plots: ${file}\n`);
}

function configurations({ profile, set, versus }: Options): { name: string; profile: string; settings: object }[] {
  const chosen = profile.length === 0 ? ["standard"] : profile;
  return chosen.flatMap((name) => {
    const variant = (settings: readonly Setting[]): { name: string; profile: string; settings: object } => ({
      name: [name, ...settings.map(([path, value]) => `${path}=${String(value)}`)].join(" "),
      profile: name,
      settings: settings.reduce(withSetting, {}),
    });
    return [variant(set), ...(versus.length > 0 ? [variant([...set, ...versus])] : [])];
  });
}

function withSetting(settings: Record<string, unknown>, [path, value]: Setting): Record<string, unknown> {
  const [name = "", ...rest] = path.split(".");
  if (rest.length === 0) return { ...settings, [name]: value };
  const inner = (settings[name] ?? {}) as Record<string, unknown>;
  return { ...settings, [name]: withSetting(inner, [rest.join("."), value]) };
}

/** Numbers, true, false and null are what they look like; anything else is a text. */
function readSetting(text: string): Setting {
  const [, path, value] = /^([\w.]+)=(.*)$/.exec(text) ?? [];
  if (path === undefined || value === undefined) throw new InvalidArgumentError("such as sink.flushSize=1000");
  try {
    return [path, JSON.parse(value) as unknown];
  } catch {
    return [path, value];
  }
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("a whole number from 1 to 999999");
  return Number(text);
}

function readFault(text: string): string {
  if (faults.some(({ name }) => name === text)) return text;
  throw new InvalidArgumentError(`one of ${faults.map(({ name }) => name).join(", ")}`);
}

function readRates(text: string): number[] {
  return text.split(",").map(readCount);
}

function readSustained(text: string): Options["sustained"] {
  const [, seconds, times] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (seconds === undefined || times === undefined) throw new InvalidArgumentError("such as 300x3, or 300x0 for none");
  return { seconds: Number(seconds), times: Number(times) };
}

if (require.main === module) {
  void runBench(process.argv.slice(2), process, onInterrupt()).then((code) => {
    process.exitCode = code;
  });
}
