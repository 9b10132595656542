import { findParts } from "../../local/reading/find";
import type { Resource, SynthesizedStack } from "../../terraform/synthesized";

/** What `-target` takes: a module of the stack, or a resource of its root. */
export type Unit = string;

/** The connectors, and what goes with the rest. */
export interface Units {
  readonly connectors: readonly Unit[];
  readonly rest: readonly Unit[];
  /** The database and all that it needs; empty unless it is kept. */
  readonly kept: readonly Unit[];
}

/** Divides a stack. What is kept needs only what is kept, so no `-target` of the others takes any of it along. */
export function divide(stack: SynthesizedStack, keepDatabase: boolean): Units {
  const { database, source, sink } = findParts(stack);
  const needs = dependencies(stack);
  const connectors = [...new Set([unitOf(source), unitOf(sink)])];
  const kept = keepDatabase ? closure(unitOf(database), needs) : [];
  const rest = [...needs.keys()].filter((unit) => !connectors.includes(unit) && !kept.includes(unit));
  return { connectors, rest, kept };
}

function unitOf({ module, address }: Resource): Unit {
  return module.name === "" ? address : `module.${module.name}`;
}

/** Unit → the units that it refers to. */
function dependencies({ root, modules }: SynthesizedStack): Map<Unit, readonly Unit[]> {
  const texts = new Map<Unit, string>([
    ...modules.map(({ name, arguments: values }) => [`module.${name}`, JSON.stringify(values)] as const),
    ...[...root.resources, ...root.calls].map(({ address, body }) => [address, JSON.stringify(body)] as const),
  ]);
  const units = [...texts.keys()];
  return new Map(
    [...texts].map(([unit, text]) => [unit, units.filter((other) => other !== unit && refersTo(text, other))]),
  );
}

/** `module.vpc` is in `${module.vpc.vpc_id}` and in a `depends_on`, and not in `${module.vpc_logs.id}`. */
function refersTo(text: string, unit: Unit): boolean {
  return new RegExp(`(?<![\\w.-])${unit.replaceAll(".", "\\.")}(?![\\w-])`).test(text);
}

function closure(unit: Unit, needs: ReadonlyMap<Unit, readonly Unit[]>): Unit[] {
  const found = new Set([unit]);
  for (const member of found) for (const needed of needs.get(member) ?? []) found.add(needed);
  return [...found];
}
