import { ErrorForPeople } from "../../lib/errors";
import { awsMessage } from "../aws";
import type { Journal } from "./journal";

/** A part of the teardown. Done twice it does no harm: after a failure the next teardown begins with it. */
export interface Step {
  /** Stable, for the journal and for --skip. */
  readonly id: string;
  readonly title: string;
  /** Copies something; only such a step may be left out. */
  readonly preserves: boolean;
  /** What it would do; it changes nothing. */
  readonly preview: () => Promise<string>;
  /** Does it; the answer says what was done. */
  readonly run: () => Promise<string>;
}

export type Outcome = "would do" | "skipped" | "done" | "done before" | "failed";

export interface StepResult {
  readonly id: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly detail: string;
}

export interface RunOptions {
  readonly skip: readonly string[];
  /** Takes out of every text what nobody may read. */
  readonly redact: (text: string) => string;
  readonly onStep: (title: string) => void;
  readonly onResult: (result: StepResult) => void;
  readonly signal?: AbortSignal;
}

/** What each step would do. One that can't tell says why, and stops none. */
export async function previewSteps(steps: readonly Step[], options: RunOptions): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const { id, title, preview } of steps) {
    options.signal?.throwIfAborted();
    options.onStep(title);
    const result: StepResult = options.skip.includes(id)
      ? { id, title, outcome: "skipped", detail: "--skip" }
      : await attempt(preview).then(
          (detail): StepResult => ({ id, title, outcome: "would do", detail: options.redact(detail) }),
          (error: unknown): StepResult => ({ id, title, outcome: "failed", detail: options.redact(reason(error)) }),
        );
    results.push(result);
    options.onResult(result);
  }
  return results;
}

/** Does them in turn, and notes each. The first that fails ends it: what follows destroys what it was to keep. */
export async function runSteps(steps: readonly Step[], journal: Journal, options: RunOptions): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    options.signal?.throwIfAborted();
    const result = await runStep(step, journal, options);
    results.push(result);
    options.onResult(result);
    if (result.outcome === "failed") break;
  }
  return results;
}

async function runStep({ id, title, run }: Step, journal: Journal, options: RunOptions): Promise<StepResult> {
  const before = journal.done(id);
  if (before !== undefined) return { id, title, outcome: "done before", detail: before };
  if (options.skip.includes(id)) return { id, title, outcome: "skipped", detail: "--skip" };
  options.onStep(title);
  try {
    const detail = options.redact(await attempt(run));
    journal.note(id, detail);
    return { id, title, outcome: "done", detail };
  } catch (error) {
    return { id, title, outcome: "failed", detail: options.redact(reason(error)) };
  }
}

function attempt(work: () => Promise<string>): Promise<string> {
  return Promise.resolve().then(work);
}

function reason(error: unknown): string {
  return error instanceof ErrorForPeople ? error.message : awsMessage(error);
}
