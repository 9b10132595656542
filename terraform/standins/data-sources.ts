import { Resource } from "./computed-values";
import type { Block } from "./schema";
import { isAbsent, isMap, type Value, type ValueMap } from "./values";

/** The secrets of the stand-in Vault: path → key → value. */
export type VaultSecrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What data sources are answered from, whatever the provider is configured with. */
export interface Answers {
  readonly vaultSecrets: VaultSecrets;
  readonly accountId: string;
}

/** What data sources are answered from. */
export interface DataSourceContext extends Answers {
  readonly region: string;
}

type Reader = (config: ValueMap, context: DataSourceContext) => ValueMap;

const READERS: Readonly<Record<string, Reader>> = {
  aws_availability_zones: (_, { region }) => ({
    id: region,
    group_names: [`${region}-zg-1`],
    names: ["a", "b", "c"].map((zone) => region + zone),
    zone_ids: [1, 2, 3].map((zone) => `${region}-az${zone}`),
  }),
  aws_caller_identity: (_, { accountId }) => ({
    id: accountId,
    account_id: accountId,
    arn: `arn:aws:iam::${accountId}:user/stand-in`,
    user_id: "AIDASTANDIN",
  }),
  aws_iam_policy_document: (config) => policyDocument(config),
  aws_partition: () => ({
    id: "aws",
    partition: "aws",
    dns_suffix: "amazonaws.com",
    reverse_dns_prefix: "com.amazonaws",
  }),
  aws_region: (config, { region }) => {
    const name = text(config.region) || text(config.name) || region;
    return { id: name, name, region: name, description: name, endpoint: `ec2.${name}.amazonaws.com` };
  },
  vault_generic_secret: (config, { vaultSecrets }) => {
    const path = text(config.path);
    const data = vaultSecrets[path];
    if (!data)
      throw new Error(`no secret found at ${JSON.stringify(path)}; the stand-in Vault has ${known(vaultSecrets)}`);
    return { id: path, data: { ...data }, data_json: JSON.stringify(data), lease_id: "", lease_start_time: "" };
  },
};

/**
 * Reads a data source. Those that aren't known above give back their arguments and made-up values.
 *
 * @throws Error if it asks for a secret that the stand-in Vault doesn't have
 */
export function readDataSource(schema: Block, type: string, config: ValueMap, context: DataSourceContext): ValueMap {
  const state: ValueMap = { ...config, ...READERS[type]?.(config, context) };
  const resource = new Resource(type, config, null, context.region);
  for (const attribute of schema.attributes) {
    if (attribute.computed && (state[attribute.name] ?? null) === null) {
      state[attribute.name] = resource.compute(attribute.name, attribute.type);
    }
  }
  return state;
}

function policyDocument(config: ValueMap): ValueMap {
  const version = text(config.version) || "2012-10-17";
  const statements = list(config.statement).filter(isMap).map(statement);
  const merged = [...list(config.source_policy_documents), ...list(config.override_policy_documents)].flatMap(
    (source) => list((JSON.parse(text(source) || "{}") as ValueMap).Statement),
  );
  const document = { Version: version, ...(text(config.policy_id) && { Id: text(config.policy_id) }) };
  const json = { ...document, Statement: [...merged, ...statements] };
  return { json: JSON.stringify(json, undefined, 2), minified_json: JSON.stringify(json) };
}

function statement(config: ValueMap): ValueMap {
  const entries: [string, Value][] = [
    ["Sid", text(config.sid) || null],
    ["Effect", text(config.effect) || "Allow"],
    ["Action", oneOrMany(config.actions)],
    ["NotAction", oneOrMany(config.not_actions)],
    ["Resource", oneOrMany(config.resources)],
    ["NotResource", oneOrMany(config.not_resources)],
    ["Principal", principals(config.principals)],
    ["NotPrincipal", principals(config.not_principals)],
    ["Condition", conditions(config.condition)],
  ];
  return Object.fromEntries(entries.filter(([, value]) => !isAbsent(value)));
}

function principals(blocks: Value | undefined): Value {
  const all = list(blocks).filter(isMap);
  if (all.length === 0) return null;
  if (all.some((block) => block.type === "*")) return "*";
  return Object.fromEntries(all.map((block) => [text(block.type), oneOrMany(block.identifiers)]));
}

function conditions(blocks: Value | undefined): Value {
  const tests: Record<string, ValueMap> = {};
  for (const block of list(blocks).filter(isMap)) {
    (tests[text(block.test)] ??= {})[text(block.variable)] = oneOrMany(block.values);
  }
  return Object.keys(tests).length === 0 ? null : tests;
}

function oneOrMany(values: Value | undefined): Value {
  const all = list(values);
  return all.length === 1 ? (all[0] ?? null) : all;
}

function list(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : isAbsent(value) ? [] : [value ?? null];
}

function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

function known(secrets: VaultSecrets): string {
  return Object.keys(secrets).join(", ") || "none";
}
