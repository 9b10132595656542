import { fillUnknowns, Resource } from "./computed-values";
import { JSON_ATTRIBUTE, RESOURCE_TYPES } from "./resource-types";
import type { Block } from "./schema";
import {
  canonical,
  equal,
  isAbsent,
  isKnown,
  isMap,
  isZero,
  sameJson,
  UNKNOWN,
  type Value,
  type ValueMap,
  withoutZeros,
} from "./values";

/** A way to a value: names lead into objects, numbers into lists. */
export type Path = readonly (string | number)[];

/** What the provider block says. */
export interface ProviderSettings {
  readonly region: string;
  readonly defaultTags: Value;
}

/** What is known when a change is planned. */
export interface PlanInput {
  readonly type: string;
  /** Null when the resource is created. */
  readonly prior: ValueMap | null;
  /** Core's merge of the configuration with the prior state. */
  readonly proposed: ValueMap;
  /** True if the prior state comes from an import, which tells nothing but the id. */
  readonly imported: boolean;
  readonly settings: ProviderSettings;
}

/** A planned change. */
export interface Plan {
  readonly planned: ValueMap;
  readonly requiresReplace: readonly Path[];
}

/** A change that the real provider refuses, and where. */
export class Refusal extends Error {
  /** @param path the attribute at fault */
  constructor(
    message: string,
    readonly path: Path,
  ) {
    super(message);
    this.name = "Refusal";
  }
}

const NEVER_REPLACES = ["id", "tags", "tags_all", "timeouts"];

/**
 * Plans the creation or update of a resource.
 *
 * @throws Refusal if the real provider would refuse it while planning
 */
export function planChange(schema: Block, input: PlanInput): Plan {
  const { type, prior, proposed, imported, settings } = input;
  const planned = planBlock(schema, imported ? null : prior, proposed);
  if (imported) planned.id = prior?.id ?? UNKNOWN;
  if (prior) keepSameJson(schema, prior, planned);
  if ("tags_all" in planned) planned.tags_all = mergeTags(settings.defaultTags, planned.tags ?? null);
  if (prior) {
    for (const [computed, sources] of Object.entries(RESOURCE_TYPES[type]?.recompute ?? {})) {
      if (sources.some((source) => !equal(prior[source], planned[source]))) planned[computed] = UNKNOWN;
    }
    refuse(type, prior, planned);
  }
  return { planned, requiresReplace: prior ? replacePaths(schema, type, prior, planned, imported) : [] };
}

/** Applies a planned creation or update: everything unknown gets a value that depends on the configuration alone. */
export function applyChange(
  schema: Block,
  type: string,
  prior: ValueMap | null,
  planned: ValueMap,
  settings: ProviderSettings,
): ValueMap {
  return fillUnknowns(schema, new Resource(type, planned, prior, settings.region));
}

/** The state of an imported resource: its id, under the names the type has for it. */
export function importState(schema: Block, type: string, id: string): ValueMap {
  const state: ValueMap = {};
  for (const { name } of schema.attributes) state[name] = null;
  for (const { name, nesting } of schema.blocks) state[name] = nesting === "single" ? null : [];
  const importAs = RESOURCE_TYPES[type]?.importAs;
  if (importAs) state[importAs] = id;
  return { ...state, id };
}

function planBlock(block: Block, prior: ValueMap | null, proposed: ValueMap): ValueMap {
  const planned: ValueMap = { ...proposed };
  for (const attribute of block.attributes) {
    const [before, after] = [prior?.[attribute.name], planned[attribute.name]];
    if (attribute.writeOnly) planned[attribute.name] = null;
    else if (attribute.computed && after === null && !prior) planned[attribute.name] = UNKNOWN;
    // As in the AWS provider, "nothing" and "empty" are no change.
    else if (before !== undefined && isZero(before) && isZero(after)) planned[attribute.name] = before;
  }
  for (const { name, nesting, block: nested } of block.blocks) {
    const value = planned[name];
    const before = prior?.[name];
    if (Array.isArray(value)) {
      planned[name] = value.map((entry, index) => {
        if (!isMap(entry)) return entry;
        const old = Array.isArray(before) ? (nesting === "set" ? sameEntry(before, entry) : before[index]) : undefined;
        return planBlock(nested, isMap(old) ? old : null, entry);
      });
    } else if (isMap(value)) {
      planned[name] = planBlock(nested, isMap(before) ? before : null, value);
    }
  }
  return planned;
}

function sameEntry(entries: readonly Value[], entry: ValueMap): Value | undefined {
  const text = canonical(withoutZeros(entry));
  return entries.find((candidate) => canonical(withoutZeros(candidate)) === text);
}

function keepSameJson(block: Block, prior: ValueMap, planned: ValueMap): void {
  for (const { name, type } of block.attributes) {
    const [before, after] = [prior[name], planned[name]];
    if (type !== "string" || !JSON_ATTRIBUTE.test(name)) continue;
    if (typeof before === "string" && typeof after === "string" && sameJson(before, after)) planned[name] = before;
  }
}

/** As the AWS provider does: unknown as a whole as soon as one tag is. */
function mergeTags(defaults: Value, own: Value): Value {
  if (!isKnown(defaults) || !isKnown(own)) return UNKNOWN;
  const merged = { ...(isMap(defaults) ? defaults : {}), ...(isMap(own) ? own : {}) };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

function refuse(type: string, prior: ValueMap, planned: ValueMap): void {
  if (type !== "aws_s3_bucket_versioning") return;
  const status = (state: ValueMap): Value => {
    const [block] = Array.isArray(state.versioning_configuration) ? state.versioning_configuration : [];
    return isMap(block) ? (block.status ?? null) : null;
  };
  if (status(prior) === "Enabled" && status(planned) === "Disabled") {
    throw new Refusal(
      "versioning_configuration.status cannot be updated from 'Enabled' to 'Disabled': use 'Suspended'",
      ["versioning_configuration", 0, "status"],
    );
  }
}

function replacePaths(schema: Block, type: string, prior: ValueMap, planned: ValueMap, imported: boolean): Path[] {
  return replacingNames(schema, type)
    .flatMap((name) => changedPaths(schema, name.split("."), prior, planned, []))
    .filter((path) => !imported || !isAbsent(prior[String(path[0])]));
}

function replacingNames(schema: Block, type: string): readonly string[] {
  const known = RESOURCE_TYPES[type];
  const regional = schema.attributes.some(({ name }) => name === "region") ? ["region"] : [];
  if (known?.replace !== "*") return [...(known?.replace ?? []), ...regional];
  const inPlace = new Set([...NEVER_REPLACES, ...(known.inPlace ?? [])]);
  const settable = schema.attributes.filter((attribute) => attribute.required || attribute.optional);
  return [...settable, ...schema.blocks].map(({ name }) => name).filter((name) => !inPlace.has(name));
}

function changedPaths(block: Block, names: readonly string[], prior: ValueMap, planned: ValueMap, to: Path): Path[] {
  const [name = "", ...rest] = names;
  const path = [...to, name];
  const [before, after] = [prior[name], planned[name]];
  if ((isAbsent(before) && isAbsent(after)) || equal(before, after)) return [];
  const nested = block.blocks.find((candidate) => candidate.name === name);
  // A change can't be pinned to an element of a set, so there the whole set is named, as the AWS provider does.
  if (rest.length === 0 || nested?.nesting !== "list") return [path];
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return [path];
  return after.flatMap((entry, index) => {
    const old = before[index];
    return isMap(entry) && isMap(old) ? changedPaths(nested.block, rest, old, entry, [...path, index]) : [];
  });
}
