import type { Block } from "./schema";
import { isMap, type Value, type ValueMap } from "./values";

/**
 * Newer than any schema version of a real provider, so that Terraform hands over whatever state somebody brings along
 * instead of refusing one "from a newer provider".
 */
export const SCHEMA_VERSION = 1000;

/** Fits a state that another provider version wrote: what the schema doesn't know is dropped, what the state lacks is null. */
export function upgradeState(block: Block, state: Value): ValueMap {
  const map = isMap(state) ? state : {};
  const upgraded: ValueMap = {};
  for (const { name } of block.attributes) upgraded[name] = map[name] ?? null;
  for (const { name, nesting, block: nested } of block.blocks) {
    const found = map[name] ?? null;
    const entries = (Array.isArray(found) ? found : [found]).filter(isMap).map((entry) => upgradeState(nested, entry));
    upgraded[name] = nesting === "single" ? (entries[0] ?? null) : entries;
  }
  return upgraded;
}
