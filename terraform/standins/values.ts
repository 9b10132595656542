import { decode, encode, ExtData, ExtensionCodec } from "@msgpack/msgpack";

/** A value that Terraform knows only after the apply. Compare with `===`: there is one. */
export const UNKNOWN = new ExtData(0, Uint8Array.of(0));

/** A Terraform value as it travels between core and a provider. */
export type Value = null | boolean | number | string | typeof UNKNOWN | Value[] | { [name: string]: Value };

/** A Terraform object or map. */
export type ValueMap = Record<string, Value>;

const codec = new ExtensionCodec();
// Type 12 is an unknown value about which core knows something, such as that it isn't null.
for (const type of [0, 12]) {
  codec.register({ type, encode: () => null, decode: () => UNKNOWN });
}

/** Reads a value from Terraform's msgpack encoding. */
export function decodeValue(bytes: Uint8Array): Value {
  return decode(bytes, { extensionCodec: codec }) as Value;
}

/** Writes a value in Terraform's msgpack encoding. */
export function encodeValue(value: Value): Buffer {
  return Buffer.from(encode(value));
}

/** True for objects and maps. */
export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === "object" && value !== null && value !== UNKNOWN && !Array.isArray(value);
}

/** True if no part of the value is unknown. */
export function isKnown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return false;
  if (Array.isArray(value)) return value.every(isKnown);
  return !isMap(value) || Object.values(value).every(isKnown);
}

/** True for null and for empty collections, which the provider protocol uses alike for "not given". */
export function isAbsent(value: Value | undefined): boolean {
  if (value === null || value === undefined) return true;
  return Array.isArray(value) && value.length === 0;
}

/** True for what the AWS provider takes for "not given": null, the empty text, zero, false and empty collections. */
export function isZero(value: Value | undefined): boolean {
  if (isAbsent(value) || value === "" || value === 0 || value === false) return true;
  return isMap(value) && Object.keys(value).length === 0;
}

/** The value without the entries of objects that are zero, for a comparison that doesn't mind them. */
export function withoutZeros(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutZeros);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).filter(([, entry]) => !isZero(entry));
  return Object.fromEntries(entries.map(([name, entry]) => [name, withoutZeros(entry)]));
}

/** Equality by content. Sets arrive in core's canonical order, so that order may count. */
export function equal(left: Value | undefined, right: Value | undefined): boolean {
  return canonical(left ?? null) === canonical(right ?? null);
}

/**
 * True if two strings are the same JSON object, the way the AWS provider compares policies: neither the order of
 * keys nor the order of a list of strings counts, and a list of one equals its element.
 */
export function sameJson(left: string, right: string): boolean {
  const [one, other] = [parseObject(left), parseObject(right)];
  return one !== undefined && other !== undefined && canonical(loosen(one)) === canonical(loosen(other));
}

/** A text that is equal for equal values: keys are sorted, and an unknown is told from everything else. */
export function canonical(value: Value): string {
  if (value === UNKNOWN) return "?";
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${canonical(entry)}`).join()}}`;
}

function parseObject(text: string): ValueMap | undefined {
  try {
    const value = JSON.parse(text) as Value;
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function loosen(value: Value): Value {
  if (Array.isArray(value)) {
    const items = value.map(loosen);
    if (items.length === 1) return items[0] ?? null;
    return items.every((item) => typeof item === "string") ? items.sort() : items;
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, loosen(entry)]));
}
