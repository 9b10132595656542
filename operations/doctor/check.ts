import { awsMessage, isNotFound } from "../aws";
import type { Remedy } from "./remedies";

/** One line of the checklist. */
export interface Check {
  /** Stable, for scripts: `slot-active`. */
  readonly id: string;
  /** What should be so: "the slot is active". */
  readonly name: string;
  /** Where the README says what to do. */
  readonly remedy: Remedy;
  /** What was seen, when it is so. @throws Failing when it isn't, NotCheckable when that can't be told from here */
  readonly run: () => Promise<string>;
  /** Only for what has to fetch a lot. @default 60 */
  readonly seconds?: number;
}

export type Outcome = "ok" | "failing" | "not checkable";

export interface Finding {
  readonly id: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly detail: string;
  readonly seconds: number;
  /** None for what is well. */
  readonly remedy?: Remedy;
}

/** It isn't as it should be; the message says what was found, and how to mend it where that is one thing. */
export class Failing extends Error {}

/** It can't be told from here; the message says why. */
export class NotCheckable extends Error {}

export interface RunOptions {
  /** Told when a check has ended. */
  readonly onFinding: (finding: Finding) => void;
  /** Takes out of every text what nobody may read. */
  readonly redact: (text: string) => string;
  readonly signal?: AbortSignal;
}

/** Runs all of them at the same time: they wait, mostly. None stops another; the findings are in the checks' order. */
export function runChecks(checks: readonly Check[], options: RunOptions): Promise<Finding[]> {
  return Promise.all(
    checks.map(async (check) => {
      const finding = await examine(check, options);
      options.signal?.throwIfAborted();
      options.onFinding(finding);
      return finding;
    }),
  );
}

async function examine(check: Check, { redact, signal }: RunOptions): Promise<Finding> {
  const { id, name, remedy, run, seconds: limit = 60 } = check;
  const begin = Date.now();
  const found = (outcome: Outcome, detail: string): Finding => ({
    ...{ id, name, outcome, detail: redact(detail), seconds: (Date.now() - begin) / 1000 },
    ...(outcome === "ok" ? {} : { remedy }),
  });
  try {
    return found("ok", await within(limit, run(), signal));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Failing) return found("failing", error.message);
    if (error instanceof NotCheckable) return found("not checkable", error.message);
    return found(isNotFound(error) ? "failing" : "not checkable", awsMessage(error));
  }
}

/** The work's end, or an error once the time is over or ctrl-C was pressed; what the work still waits for is left behind. */
async function within<Result>(seconds: number, work: Promise<Result>, signal?: AbortSignal): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  const end = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new NotCheckable(`no answer within ${seconds} seconds`)), seconds * 1000);
    stop = () => reject(new NotCheckable("interrupted"));
    signal?.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
    if (stop) signal?.removeEventListener("abort", stop);
  }
}
