import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { withTemporaryFolder } from "../terraform/sandbox";
import { Output, parseWords, withOutput } from "./output";

interface Options {
  readonly runs: number;
  readonly json?: boolean;
}

interface Sample {
  readonly seconds: number;
  readonly megabytes: number;
}

interface Figures extends Contestant {
  readonly medianSeconds: number;
  readonly slowestSeconds: number;
  readonly peakMegabytes: number;
}

const PROJECT = join(__dirname, "..");

interface Contestant {
  readonly name: string;
  readonly command: string;
  /** Whether the bundle that synth.js keeps is thrown away before each run. */
  readonly isFresh: boolean;
}

const SYNTH = "node --max-semi-space-size=2 synth.js";

/** The app as `cdktf.json` runs it, and the way that `cdktf init` sets up. */
const CONTESTANTS: readonly [Contestant, ...Contestant[]] = [
  { name: "synth", command: SYNTH, isFresh: false },
  { name: "synth after a change", command: SYNTH, isFresh: true },
  { name: "ts-node", command: "npx ts-node main.ts", isFresh: false },
];

/** Makes every Node process that it is loaded into note its peak memory when it ends (Linux and macOS: kilobytes). */
const NOTE_PEAK = `process.on("exit", () => require("node:fs").appendFileSync(process.env.BENCH_PEAKS, process.resourceUsage().maxRSS + "\\n"));`;

/** Runs the command; the answer is its exit code. */
export async function runBenchSynth(words: readonly string[], output: Output = process): Promise<number> {
  const command = createCommand(output);
  const finished = parseWords(command, words);
  if (finished !== undefined) return finished;
  const { runs, json } = command.opts<Options>();
  const figures = await withTemporaryFolder((folder) => measure(runs, folder, output));
  const [ours, , default_] = figures.map(({ medianSeconds }) => medianSeconds);
  const ratio = (default_ ?? NaN) / (ours ?? NaN);
  const machine = `${availableParallelism()} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`;
  if (json) output.stdout.write(`${JSON.stringify({ machine, runs, figures, ratio }, undefined, 2)}\n`);
  else output.stdout.write(`${render(figures, ratio, runs, machine)}\n`);
  return 0;
}

function createCommand(output: Output): Command {
  const command = new Command("bench:synth")
    .description("Measure the synth: wall clock and peak memory, beside ts-node, in turns (A B C A B C).")
    .option("--runs <number>", "how often each", wholeNumber, 7)
    .option("--json", "print the figures as JSON")
    .action(() => undefined);
  return withOutput(command, output);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("a whole number from 1 on");
}

async function measure(runs: number, folder: string, { stderr }: Output): Promise<Figures[]> {
  const samples: Sample[][] = CONTESTANTS.map(() => []);
  // The first round fills the disk's cache and isn't counted.
  for (let round = 0; round <= runs; round++) {
    stderr.write(round === 0 ? "warming up …\n" : `round ${round} of ${runs} …\n`);
    for (const [index, contestant] of CONTESTANTS.entries()) {
      const sample = await sampleOf(contestant, folder);
      if (round > 0) samples[index]?.push(sample);
    }
  }
  return CONTESTANTS.map((contestant, index) => figuresOf(contestant, samples[index] ?? []));
}

async function sampleOf({ command, isFresh }: Contestant, folder: string): Promise<Sample> {
  if (isFresh) rmSync(join(PROJECT, "node_modules", ".cache", "synth"), { recursive: true, force: true });
  const [peaks, preload] = [join(folder, "peaks"), join(folder, "note-peak.js")];
  rmSync(peaks, { force: true });
  writeFileSync(preload, NOTE_PEAK);
  const [program = "", ...args] = command.split(" ");
  const start = performance.now();
  const child = spawn(program, args, {
    cwd: PROJECT,
    env: { ...process.env, CDKTF_OUTDIR: join(folder, "cdktf.out"), BENCH_PEAKS: peaks, NODE_OPTIONS: `-r ${preload}` },
    stdio: "ignore",
  });
  const exitCode = await new Promise((resolve) => child.once("close", resolve));
  const seconds = (performance.now() - start) / 1000;
  if (exitCode !== 0) throw new Error(`${command} ended with exit code ${String(exitCode)}`);
  const kilobytes = readFileSync(peaks, "utf8").trim().split("\n").map(Number);
  return { seconds, megabytes: Math.max(...kilobytes) / 1024 };
}

function figuresOf(contestant: Contestant, samples: readonly Sample[]): Figures {
  const seconds = samples.map((sample) => sample.seconds).sort((a, b) => a - b);
  return {
    ...contestant,
    medianSeconds: seconds[Math.floor(seconds.length / 2)] ?? NaN,
    slowestSeconds: Math.max(...seconds),
    peakMegabytes: Math.max(...samples.map((sample) => sample.megabytes)),
  };
}

function render(figures: readonly Figures[], ratio: number, runs: number, machine: string): string {
  const rows = figures.map(
    ({ name, command, medianSeconds, slowestSeconds, peakMegabytes }) =>
      `| ${name} | \`${command}\` | ${medianSeconds.toFixed(2)} s | ${slowestSeconds.toFixed(2)} s | ${peakMegabytes.toFixed(0)} MB |`,
  );
  return [
    `${runs} runs each, in turns; ${machine}`,
    "",
    "| | command | median | slowest | peak memory |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
    `The synth is ${ratio.toFixed(1)} times as fast.`,
  ].join("\n");
}

if (require.main === module) {
  void runBenchSynth(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
