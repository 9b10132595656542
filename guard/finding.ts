import type { Planned, PlannedResource } from "./planned";

/** What a finding harms, the worst first; the order in which they are told. */
export const harms = {
  data: "Data is lost",
  pipeline: "The pipeline stops, repeats or leaves out",
  protection: "A protection goes",
  refused: "AWS refuses, half-way through the apply",
} as const;

export type Harm = keyof typeof harms;

/** A danger that has a name, and what there is to say about it wherever it is found. */
export interface Kind {
  readonly harm: Harm;
  /** What happens. */
  readonly what: string;
  /** What to do instead, or first. */
  readonly remedy: string;
}

/** A danger, found. */
export interface Finding extends Kind {
  /** Its name, for `--allow`. */
  readonly code: string;
  readonly address: string;
  /** What in the plan says so. */
  readonly why: string;
}

/** Where a kind of danger is found, and what in the plan says so. */
export interface Hit<Code extends string> {
  readonly code: Code;
  readonly resource: PlannedResource;
  readonly why: string;
}

/** The dangers of one part of the pipeline, by name, and the rule that finds them. */
export interface Subject<Code extends string = string> {
  readonly kinds: Readonly<Record<Code, Kind>>;
  readonly check: (plan: Planned) => Iterable<Hit<Code>>;
}

export function subject<Code extends string>(
  kinds: Readonly<Record<Code, Kind>>,
  check: (plan: Planned) => Iterable<Hit<NoInfer<Code>>>,
): Subject {
  return { kinds, check };
}

export function hit<Code extends string>(code: Code, resource: PlannedResource, why: string): Hit<Code> {
  return { code, resource, why };
}
