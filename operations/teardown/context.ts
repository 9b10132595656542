import type { Outputs } from "../../local/reading/outputs";
import type { SynthesizedStack } from "../../terraform/synthesized";
import { ErrorForPeople } from "../../lib/errors";
import type { Aws } from "../aws";
import type { Database } from "../database";
import type { Infrastructure } from "./infrastructure";

/** What the steps work on. */
export interface TeardownContext {
  readonly stack: SynthesizedStack;
  readonly outputs: Outputs;
  readonly aws: Aws;
  readonly database: Database;
  readonly infrastructure: Infrastructure;
  /** As RDS knows it. */
  readonly databaseIdentifier: string;
  readonly keepDatabase: boolean;
  /** The folder that copies go to. */
  readonly backup: string;
  /** Where the bucket's objects go: a folder, or `s3://bucket/prefix`. */
  readonly copyTo: string;
  /** When the teardown began; a resumed one has the first one's. */
  readonly startedAt: string;
  readonly tag: { readonly key: string; readonly value: string };
  readonly patience: Patience;
  readonly progress: (step: string) => void;
  readonly signal?: AbortSignal;
}

/** How long AWS is given to come to an end with something, and how often it is asked. */
export interface Patience {
  readonly minutes: number;
  readonly secondsBetween: number;
}

/** A step couldn't be done; the message says why, and what to do. */
export class TeardownFailure extends ErrorForPeople {}

/** Asks until there is an answer. @throws TeardownFailure when there is none in time */
export async function waitUntil<Answer>(
  what: string,
  { patience: { minutes, secondsBetween }, signal }: Pick<TeardownContext, "patience" | "signal">,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const end = Date.now() + minutes * 60_000;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() >= end) throw new TeardownFailure(`${what} within ${minutes} minutes`);
    await new Promise((resolve) => setTimeout(resolve, secondsBetween * 1000));
  }
}
