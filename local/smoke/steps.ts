import { renderTable, type Colors } from "../report";
import type { Entry } from "./troubleshooting";

/** One thing that the smoke test does or checks. */
export interface Step {
  readonly name: string;
  /** What to read in the README when it fails. */
  readonly entry: Entry;
  /** It looks into Kafka, which not every machine can. */
  readonly needsKafka?: true;
  /** The answer says what was seen; failing means throwing. */
  readonly run: () => Promise<string>;
}

export interface StepResult {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "not run";
  readonly seconds: number;
  /** What was seen, why it failed, or why it was left out. */
  readonly detail: string;
}

export interface SmokeResult {
  readonly passed: boolean;
  readonly seconds: number;
  readonly steps: readonly StepResult[];
  /** Of the step that failed. */
  readonly troubleshooting?: Entry;
}

/** What was seen isn't what should be. */
export class Unexpected extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Unexpected";
  }
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Why nothing can look into Kafka: leaves out the steps that would. */
  readonly withoutKafka?: string;
}

/** Runs the steps in order, up to the first that fails. Interrupting ends with the signal's own error. */
export async function runSteps(
  steps: readonly Step[],
  onResult: (result: StepResult) => void,
  { signal, withoutKafka }: RunOptions = {},
): Promise<SmokeResult> {
  const begin = Date.now();
  const results: StepResult[] = [];
  let failed: Step | undefined;
  for (const step of steps) {
    signal?.throwIfAborted();
    const leftOut = step.needsKafka && withoutKafka !== undefined;
    const result =
      failed || leftOut
        ? { name: step.name, outcome: "not run" as const, seconds: 0, detail: leftOut ? withoutKafka : "" }
        : await attempt(step, signal);
    if (result.outcome === "failed") failed = step;
    results.push(result);
    onResult(result);
  }
  return {
    passed: failed === undefined,
    seconds: since(begin),
    steps: results,
    ...(failed ? { troubleshooting: failed.entry } : {}),
  };
}

async function attempt({ name, run }: Step, signal?: AbortSignal): Promise<StepResult> {
  const begin = Date.now();
  try {
    return { name, outcome: "passed", detail: await run(), seconds: since(begin) };
  } catch (error) {
    signal?.throwIfAborted();
    const detail = error instanceof Error ? error.message : String(error);
    return { name, outcome: "failed", detail, seconds: since(begin) };
  }
}

/** The steps as a table; why one failed stands below in full. */
export function renderSteps({ steps }: SmokeResult, colors: Colors): string {
  const marks = { passed: colors.green("ok    "), failed: colors.red("FAILED"), "not run": colors.dim("-     ") };
  const rows = renderTable(
    steps.map(({ name, seconds, outcome, detail }) => [
      name,
      outcome === "not run" ? "" : `${seconds.toFixed(1)} s`,
      outcome === "failed" ? "" : detail,
    ]),
    70,
  ).split("\n");
  const lines = steps.map(({ outcome }, index) => `${marks[outcome]}  ${rows[index] ?? ""}`.trimEnd());
  const reasons = steps
    .filter(({ outcome }) => outcome === "failed")
    .map(({ name, detail }) => `\n${colors.red(name)}\n${detail}`);
  return [...lines, ...reasons].join("\n");
}

function since(begin: number): number {
  return (Date.now() - begin) / 1000;
}
