/** Any JSON value, as Terraform's JSON syntax has it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object. */
export type JsonObject = Record<string, Json>;

/** Pretty-printed with sorted keys, so that the same input gives the same bytes on every machine: teams commit it. */
export function stableJson(value: Json): string {
  return `${JSON.stringify(value, (_key, inner: Json) => sortKeys(inner), 2)}\n`;
}

/** Whether a value, of wherever it comes, is an object with keys. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortKeys(value: Json): Json {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
