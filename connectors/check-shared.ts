import { Converter, ConverterProps } from "./converters";
import { Finding, error, warning } from "./finding";
import { Transform } from "./transforms";
import { hasConfigProviderPlaceholder, isUnknown } from "./values";

/** What both connectors have in common. */
interface ConnectorProps extends ConverterProps {
  readonly transforms?: readonly Transform[];
  readonly extra?: Readonly<Record<string, string>>;
}

/**
 * The rules that hold for any connector on MSK Connect. `owner` begins the paths: `source` or `sink`; `taken` are names of
 * transforms that other settings make.
 */
export function checkShared(
  owner: string,
  props: ConnectorProps,
  names: Readonly<Record<string, string>>,
  kafkaConnectVersion: string | undefined,
  taken: readonly string[] = [],
): Finding[] {
  return [
    ...checkExtra(owner, props.extra, names),
    ...checkOverrides(owner, props.extra, kafkaConnectVersion),
    ...checkTransforms(owner, props, taken),
  ];
}

/** A secret has to be a reference or a placeholder; the finding never repeats what was found. */
export function checkSecret(path: string, value: string | undefined): Finding[] {
  if (value === undefined || isUnknown(value) || hasConfigProviderPlaceholder(value)) return [];
  return [
    error({
      code: "secret-in-clear-text",
      path,
      got: undefined,
      expected: "a reference (to a sensitive variable, a data source) or a config-provider placeholder",
      fix: "use configProviderPlaceholder(provider, path, key), or a reference; then change the secret, it has been written down",
    }),
  ];
}

/** Kafka Connect's rule for lists of which one may be given. */
export function checkEitherOr<Property extends string>(
  owner: string,
  props: Readonly<Partial<Record<Property, unknown>>>,
  pairs: readonly (readonly [Property, Property])[],
): Finding[] {
  return pairs
    .filter(([one, other]) => props[one] !== undefined && props[other] !== undefined)
    .map(([one, other]) =>
      error({
        code: "either-or",
        path: `${owner}.${other}`,
        got: props[other],
        expected: `nothing beside ${one}`,
        fix: `remove ${one} or ${other}`,
      }),
    );
}

/** What a connector really writes or reads with: its own converter, else the worker's, else MSK Connect's default. */
export function effectiveConverter(
  role: "keyConverter" | "valueConverter",
  connector: ConverterProps,
  worker: ConverterProps | undefined,
): Exclude<Converter, "worker"> {
  const own = connector[role] ?? "worker";
  if (own !== "worker") return own;
  const inherited = worker?.[role] ?? "worker";
  // MSK developer guide, "Default worker configuration": both converters are StringConverter.
  return inherited === "worker" ? "string" : inherited;
}

function checkExtra(
  owner: string,
  extra: Readonly<Record<string, string>> = {},
  names: Readonly<Record<string, string>>,
): Finding[] {
  return Object.entries(extra).flatMap(([name, value]) => {
    const path = `${owner}.extra["${name}"]`;
    const property = typedProperty(name, names);
    if (property !== undefined) {
      const fix = property === "" ? "remove it: it is always set" : `set ${property} instead`;
      const expected = "names without a property of their own";
      return [error({ code: "extra-repeats-property", path, got: name, expected, fix })];
    }
    if (name.startsWith("config.providers")) {
      const fix = "put it into the worker configuration's configProviders";
      const expected = "settings of a connector; config providers only work in the worker configuration";
      return [error({ code: "config-providers-in-connector", path, got: name, expected, fix })];
    }
    return looksSecret(name) ? checkSecret(path, value) : [];
  });
}

function typedProperty(name: string, names: Readonly<Record<string, string>>): string | undefined {
  if (name === "connector.class") return "";
  if (name === "key.converter" || name.startsWith("key.converter.")) return "keyConverter";
  if (name === "value.converter" || name.startsWith("value.converter.")) return "valueConverter";
  if (name === "transforms" || name.startsWith("transforms.")) return "transforms";
  if (/^column\.(mask\.(with|hash)|truncate\.to)\./.test(name)) return "columnMasks";
  return Object.keys(names).find((property) => names[property] === name);
}

function looksSecret(name: string): boolean {
  return /password|secret|credential.*key|jaas|s3\.sse\.key$|access\.key\.id$/i.test(name);
}

/** Connect before 3.0 refuses overrides unless the worker's policy allows them, and MSK Connect keeps that policy to itself. */
function checkOverrides(
  owner: string,
  extra: Readonly<Record<string, string>> = {},
  kafkaConnectVersion: string | undefined,
): Finding[] {
  if (kafkaConnectVersion === undefined || !/^[12]\./.test(kafkaConnectVersion)) return [];
  const overrides = Object.keys(extra).filter((name) => /^(consumer|producer|admin)\.override\./.test(name));
  return overrides.map((name) =>
    warning({
      code: "override-policy",
      path: `${owner}.extra["${name}"]`,
      got: name,
      expected: `Kafka Connect 3.0 or newer, not ${kafkaConnectVersion} (KIP-722: overrides are allowed from 3.0 on)`,
      fix: "use Kafka Connect 3.7.x, or set it for the whole worker (worker configuration, producer and consumer)",
    }),
  );
}

function checkTransforms(
  owner: string,
  { transforms = [], extra = {} }: ConnectorProps,
  taken: readonly string[],
): Finding[] {
  const names = transforms.map(({ name }) => name);
  const predicates = (extra.predicates ?? "").split(",").map((name) => name.trim());
  return transforms.flatMap(({ name, type, settings = {} }, index) => {
    const path = `${owner}.transforms[${index}]`;
    const findings: Finding[] = [];
    if (!/^[A-Za-z0-9_-]+$/.test(name)) {
      const expected = "letters, digits, _ and -: the name is part of settings' names, split at commas";
      findings.push(error({ code: "transform-name", path: `${path}.name`, got: name, expected, fix: "rename it" }));
    }
    if (names.indexOf(name) !== index || taken.includes(name)) {
      const others = taken.length === 0 ? "" : `; other settings take ${taken.join(", ")}`;
      const expected = `each name once${others}`;
      findings.push(
        error({ code: "transform-twice", path: `${path}.name`, got: name, expected, fix: "rename one of them" }),
      );
    }
    if (!isUnknown(type) && !/^[\w$]+(\.[\w$]+)+$/.test(type)) {
      const expected = "a full class name: org.apache.kafka.connect.transforms.InsertField$Value";
      findings.push(
        error({ code: "transform-type", path: `${path}.type`, got: type, expected, fix: "write out the package" }),
      );
    }
    if (settings.type !== undefined) {
      const at = `${path}.settings.type`;
      const fix = "set the transform's own type";
      findings.push(error({ code: "transform-type-twice", path: at, got: settings.type, expected: "nothing", fix }));
    }
    if (settings.predicate !== undefined && !predicates.includes(settings.predicate)) {
      const expected = `one of extra.predicates (${extra.predicates ?? "none"})`;
      const fix = `add predicates and predicates.${settings.predicate}.type to extra`;
      const at = `${path}.settings.predicate`;
      findings.push(error({ code: "predicate-missing", path: at, got: settings.predicate, expected, fix }));
    }
    return findings;
  });
}
