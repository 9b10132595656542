import type { z } from "zod";
import { isRecord } from "../lib/json";
import { PipelineSettings, settingsSchema } from "./schema";

/**
 * A profile with single settings replaced. Objects are merged key by key, anything else takes the place of what was there.
 * `null` unsets what may be unset, a connector's property or a broker's; and where an object has a `mode`, another mode is
 * another object.
 */
export function withOverrides(profile: unknown, overrides: unknown): unknown {
  const merged = merge(profile, overrides);
  const { error } = settingsSchema.safeParse(merged);
  if (!error || !isRecord(merged)) return merged;
  const copy = structuredClone(merged);
  for (const path of error.issues.map((issue) => issue.path.map(String))) {
    if (valueAt(copy, path) === null) remove(copy, path);
  }
  return copy;
}

/** The candidate with the profile's values in the places of the issues: valid, so that it can be checked further. */
export function repaired(candidate: unknown, profile: PipelineSettings, error: z.ZodError): PipelineSettings {
  if (!isRecord(candidate)) return profile;
  const copy = structuredClone(candidate);
  for (const issue of error.issues) {
    const names = issue.path.map(String);
    const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...names, key]) : [names];
    for (const path of paths) repair(copy, profile, path);
  }
  return settingsSchema.safeParse(copy).data ?? profile;
}

function merge(base: unknown, overrides: unknown): unknown {
  if (overrides === undefined) return base;
  if (!isRecord(base) || !isRecord(overrides)) return overrides;
  if (overrides.mode !== undefined && overrides.mode !== base.mode) return overrides;
  const keys = new Set([...Object.keys(base), ...Object.keys(overrides)]);
  return Object.fromEntries([...keys].map((key) => [key, merge(base[key], overrides[key])]));
}

function repair(target: Record<string, unknown>, source: unknown, [name = "", ...rest]: readonly string[]): void {
  const original = isRecord(source) ? source[name] : undefined;
  const inner = target[name];
  if (rest.length > 0 && isRecord(inner)) repair(inner, original, rest);
  else if (original === undefined) delete target[name];
  else target[name] = structuredClone(original);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);
}

function remove(target: Record<string, unknown>, path: readonly string[]): void {
  const parent = valueAt(target, path.slice(0, -1));
  if (isRecord(parent)) delete parent[path[path.length - 1] ?? ""];
}
