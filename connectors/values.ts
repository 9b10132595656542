/** A setting as a person writes it; Kafka Connect itself only knows strings. */
export type SettingValue = string | number | boolean;

/** A finished connector or worker configuration: Kafka Connect's own names, every value a string. */
export type Configuration = Record<string, string>;

/** `{a: 1, b: undefined}` with the names `{a: "x.a"}` becomes `{"x.a": "1"}`: what is unset is not rendered. */
export function renderNamed<Property extends string>(
  names: Readonly<Record<Property, string>>,
  props: NoInfer<Readonly<Partial<Record<Property, SettingValue>>>>,
): Configuration {
  const rendered: Configuration = {};
  for (const property of Object.keys(names) as Property[]) {
    const value = props[property];
    if (value !== undefined) rendered[names[property]] = String(value);
  }
  return rendered;
}

/** Sorted by code unit, not by locale: the same order, so the same Terraform, on every machine. */
export function sortedByKey(configuration: Readonly<Configuration>): Configuration {
  const entries = Object.entries(configuration);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** `${provider:path:key}`. Terraform's functions have two colons (`${provider::aws::arn_parse(…)}`): not one of ours. */
const placeholder = /\$\{[A-Za-z0-9_-]+:(?!:)[^}]*\}/;
const everyPlaceholder = new RegExp(placeholder, "g");

/** Does the value hold a Kafka config-provider placeholder, `${secretsmanager:rds:password}`? */
export function hasConfigProviderPlaceholder(value: string): boolean {
  return placeholder.test(value);
}

/** The names of the config providers that a value asks: `["secretsmanager"]`. */
export function configProvidersIn(value: string): string[] {
  return [...value.matchAll(everyPlaceholder)].map(([found]) => found.slice(2, found.indexOf(":")));
}

/**
 * A placeholder that a worker's config provider replaces while the connector starts, so that the secret is never part of the
 * configuration. `:` and `/` inside an ARN would end the path: they are url-encoded, as aws-samples/msk-config-providers asks.
 */
export function configProviderPlaceholder(provider: string, path: string, key: string): string {
  return `\${${provider}:${path.replaceAll(":", "%3A").replaceAll("/", "%2F")}:${key}}`;
}

/** The same value for Terraform, which reads `${` as its own unless it is doubled: `$${secretsmanager:rds:password}`. */
export function escapePlaceholders(value: string): string {
  return value.replace(everyPlaceholder, (found, offset: number) => (value[offset - 1] === "$" ? found : `$${found}`));
}

/**
 * Is the value only known when Terraform runs? Such values are references in text (`${aws_db_instance.db.address}`), cdktf's
 * encoded strings (`${TfToken[…]}`) and its encoded numbers (near -1e+289). Checks have to leave them alone.
 */
export function isUnknown(value: unknown): boolean {
  if (typeof value === "number") return Math.abs(value) > 1e200;
  return typeof value === "string" && value.replace(everyPlaceholder, "").includes("${");
}

/** The value where it can be checked, undefined where it is unset or only known to Terraform. */
export function known<Value>(value: Value): Value | undefined {
  return isUnknown(value) ? undefined : value;
}
