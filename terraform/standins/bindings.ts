import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** One attribute or block as a binding describes it. */
export interface Member {
  readonly name: string;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  /** How values nest: one value, one object (`struct`), or a collection of `element`. */
  readonly kind: "simple" | "list" | "set" | "map" | "struct";
  /** `string`, `number`, `bool`, or the name of a structure of the same binding. */
  readonly element: string;
  /** True for a nested block, false for an attribute. */
  readonly block: boolean;
  /** True for a block that may be given once at most. */
  readonly single: boolean;
}

/** The members of a resource and of each structure nested in it. */
export interface Binding {
  readonly root: readonly Member[];
  members(structure: string): readonly Member[];
}

/** What is looked up: a resource or data source by its Terraform type, or the provider's own configuration. */
export type BindingKind = "resource" | "data" | "provider";

interface Mapped {
  readonly value: string;
  readonly type: Member["kind"];
  readonly storage: string;
}

const MAPPED =
  /^ +(\w+): \{\s+value: (.*),\s+isBlock: \w+,\s+type: "(simple|list|set|map|struct)",\s+storageClassType: "(\w+)",/gm;
const FLAGS = /^ {2}\/\/ (\w+) - computed: (true|false), optional: (true|false), required: (true|false)$/gm;
const SOURCE_MAP = "sourceMappingURL=data:application/json;base64,";

const PRIMITIVES: Readonly<Record<string, string>> = {
  string: "string",
  number: "number",
  boolean: "bool",
  any: "string",
};

const GETTERS: Readonly<Record<string, readonly [Member["kind"], string]>> = {
  getStringAttribute: ["simple", "string"],
  getNumberAttribute: ["simple", "number"],
  getBooleanAttribute: ["simple", "bool"],
  getListAttribute: ["list", "string"],
  getNumberListAttribute: ["list", "number"],
  getStringMapAttribute: ["map", "string"],
  getNumberMapAttribute: ["map", "number"],
  getBooleanMapAttribute: ["map", "bool"],
  getAnyMapAttribute: ["map", "string"],
};

/** The provider a type belongs to, by Terraform's own rule: everything before the first underscore. */
export function providerOf(type: string): string {
  return type.slice(0, type.indexOf("_"));
}

/**
 * Reads the binding of a type from the package `@cdktf/provider-<name>`, without loading it: the published source
 * maps hold the generated TypeScript, and its comments are the only place that tells computed from optional.
 */
export function readBinding(kind: BindingKind, type: string): Binding {
  const provider = kind === "provider" ? type : providerOf(type);
  const source = readSource(provider, folders(kind, type), type);
  const rootClass = /^export class (\w+) extends \w+\.Terraform(?:Resource|DataSource|Provider) /m.exec(source);
  if (!rootClass?.[1]) throw new Error(`the binding of ${type} has no resource class`);
  const hclOfRoot = source.slice(source.lastIndexOf("synthesizeHclAttributes()"));
  return {
    root: mergeMembers(classText(source, rootClass[1]), hclOfRoot),
    members: (structure) => mergeMembers(classText(source, `${structure}OutputReference`), hclText(source, structure)),
  };
}

function folders(kind: BindingKind, type: string): string[] {
  if (kind === "provider") return ["provider"];
  const name = type.slice(type.indexOf("_") + 1).replaceAll("_", "-");
  if (kind === "data") return [`data-${type.replaceAll("_", "-")}`];
  return [name, `${name}-resource`];
}

function readSource(provider: string, candidates: readonly string[], type: string): string {
  const library = join(dirname(require.resolve(`@cdktf/provider-${provider}/package.json`)), "lib");
  const file = candidates.map((folder) => join(library, folder, "index.js")).find((path) => existsSync(path));
  if (!file)
    throw new Error(`@cdktf/provider-${provider} has no ${type} (looked for lib/${candidates.join(", lib/")})`);
  const compiled = readFileSync(file, "utf8");
  const at = compiled.lastIndexOf(SOURCE_MAP);
  const map = JSON.parse(Buffer.from(compiled.slice(at + SOURCE_MAP.length), "base64").toString("utf8")) as {
    sourcesContent?: string[];
  };
  const source = map.sourcesContent?.[0];
  if (!source) throw new Error(`the source map of ${file} holds no source`);
  return source;
}

/** The text of a class or function at the top level: from its first line to the closing brace in column one. */
function topLevel(source: string, start: string): string {
  const from = source.indexOf(start);
  return from < 0 ? "" : source.slice(from, source.indexOf("\n}", from));
}

function classText(source: string, name: string): string {
  return topLevel(source, `export class ${name} extends `);
}

function hclText(source: string, structure: string): string {
  return topLevel(source, `export function ${structure[0]?.toLowerCase()}${structure.slice(1)}ToHclTerraform(`);
}

function mergeMembers(classSource: string, hclSource: string): Member[] {
  const mapped = new Map<string, Mapped>();
  for (const [, name = "", value = "", type, storage = ""] of hclSource.matchAll(MAPPED)) {
    mapped.set(name, { value, type: type as Member["kind"], storage });
  }
  const members: Member[] = [];
  const flags = [...classSource.matchAll(FLAGS)];
  flags.forEach((match, index) => {
    const [, name = "", computed, optional, required] = match;
    const text = classSource.slice(match.index, flags[index + 1]?.index);
    const facts = {
      name,
      computed: computed === "true",
      optional: optional === "true",
      required: required === "true",
    };
    const input = mapped.get(name);
    members.push({ ...facts, ...(input ? settable(input, text) : computedOnly(text, name)) });
    mapped.delete(name);
  });
  // Structures of a provider's configuration have no class, so nothing tells required from optional.
  for (const [name, input] of mapped) {
    members.push({ name, computed: false, optional: true, required: false, ...settable(input, "") });
  }
  return members;
}

type Shape = Pick<Member, "kind" | "element" | "block" | "single">;

function settable(input: Mapped, text: string): Shape {
  const primitive = PRIMITIVES[/^(string|number|boolean|any)(List|Map)*$/.exec(input.storage)?.[1] ?? ""];
  if (primitive) return { kind: input.type, element: primitive, block: false, single: false };
  const mapper = /(\w+)ToHclTerraform/.exec(input.value)?.[1] ?? "";
  const element = `${mapper[0]?.toUpperCase()}${mapper.slice(1)}`;
  // `listMapperHcl(…, false)` marks an attribute that holds objects; blocks and single objects are blocks.
  const block = !/listMapperHcl\(\w+, false\)|hashMapper/.test(input.value);
  return { kind: input.type, element, block, single: text.includes(`new ${element}OutputReference(`) };
}

function computedOnly(text: string, name: string): Shape {
  const attribute = { block: false, single: false };
  const nested = new RegExp(`new ([\\w.]+)\\(this, "${name}"(?:, (true|false))?\\)`).exec(text);
  if (nested) {
    const [, type = "", wrapsSet] = nested;
    const map = /\.(String|Number|Boolean|Any)Map$/.exec(type)?.[1];
    if (map) return { kind: "map", element: PRIMITIVES[map.toLowerCase()] ?? "string", ...attribute };
    if (type.endsWith("OutputReference")) {
      return { kind: "struct", element: type.slice(0, -"OutputReference".length), ...attribute };
    }
    if (type.endsWith("Map")) return { kind: "map", element: type.slice(0, -"Map".length), ...attribute };
    return { kind: wrapsSet === "true" ? "set" : "list", element: type.slice(0, -"List".length), ...attribute };
  }
  const getter = /this\.(get\w+Attribute)\(/.exec(text)?.[1] ?? "";
  const [kind, element] = GETTERS[getter] ?? ["simple", "string"];
  return { kind: text.includes("tolist(") ? "set" : kind, element, ...attribute };
}
