import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ConfigurationError } from "../lib/errors";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** One resource block, with the folder of configuration it stands in. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  /** As Terraform writes it: `module.source_db.aws_db_instance.db`. */
  readonly address: string;
  readonly body: JsonObject;
  readonly module: Module;
}

/** The root, or a module that it calls. */
export interface Module {
  /** Empty for the root. */
  readonly name: string;
  /** What the caller hands in: variable → value. */
  readonly arguments: JsonObject;
  readonly resources: readonly Resource[];
  /** Calls of modules that aren't read here, such as a registry's. Their type is the module's source, their body its inputs. */
  readonly calls: readonly Resource[];
}

/** A stack as it was synthesized. */
export interface SynthesizedStack {
  readonly folder: string;
  readonly synthesizedAt: Date;
  readonly root: Module;
  readonly modules: readonly Module[];
  /** The root's variables: name → default. */
  readonly variableDefaults: JsonObject;
  /** The root's data sources: type → name → block. */
  readonly dataSources: JsonObject;
}

/** Reads the stack of an output folder such as cdktf.out. @throws ConfigurationError when there is none */
export function readOutputFolder(folder: string): SynthesizedStack {
  const manifest = join(folder, "manifest.json");
  if (!existsSync(manifest)) throw notSynthesized(folder);
  const { stacks } = JSON.parse(readFileSync(manifest, "utf8")) as {
    stacks: Record<string, { workingDirectory: string }>;
  };
  const [stack] = Object.values(stacks);
  if (stack === undefined) throw notSynthesized(folder);
  return readStack(join(folder, stack.workingDirectory));
}

/** Reads a stack's folder: cdk.tf.json, and that of each module beside it. */
export function readStack(folder: string): SynthesizedStack {
  const file = join(folder, "cdk.tf.json");
  if (!existsSync(file)) throw notSynthesized(folder);
  const json = readJson(file);
  const modules = Object.entries(asObject(json.module)).flatMap(([name, block]) => {
    const { source, ...values } = asObject(block);
    if (!isBeside(source)) return [];
    return [readModule(name, values, readJson(join(folder, source, "cdk.tf.json")))];
  });
  return {
    folder,
    synthesizedAt: statSync(file).mtime,
    root: readModule("", {}, { ...json, module: registryCalls(json) }),
    modules,
    variableDefaults: Object.fromEntries(
      Object.entries(asObject(json.variable)).map(([name, variable]) => [name, asObject(variable).default]),
    ),
    dataSources: asObject(json.data),
  };
}

/** An object, or an empty one for anything else. */
export function asObject(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function asArray(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** A single value as text, as a property of a connector or a server takes it; empty when it isn't set. */
export function asText(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The same expression as the root writes it: a module's variable is what its caller hands in. */
export function inRoot(expression: string, values: JsonObject): string {
  const bare = /^nonsensitive\((.*)\)$/.exec(expression.trim())?.[1] ?? expression.trim();
  const variable = /^var\.(\w+)$/.exec(bare)?.[1];
  if (variable === undefined) return bare;
  const handedIn = values[variable];
  if (typeof handedIn !== "string") return bare;
  const inner = /^\$\{(.*)\}$/.exec(handedIn)?.[1];
  return inner ?? bare;
}

function readModule(name: string, values: JsonObject, json: JsonObject): Module {
  const [resources, calls]: [Resource[], Resource[]] = [[], []];
  const module: Module = { name, arguments: values, resources, calls };
  const prefix = name === "" ? "" : `module.${name}.`;
  for (const [type, blocks] of Object.entries(asObject(json.resource))) {
    for (const [label, block] of Object.entries(asObject(blocks))) {
      const address = `${prefix}${type}.${label}`;
      resources.push({ type, name: label, address, body: withoutNotes(block), module });
    }
  }
  for (const [label, block] of Object.entries(asObject(json.module))) {
    const { source, ...body } = withoutNotes(block);
    calls.push({ type: asText(source), name: label, address: `${prefix}module.${label}`, body, module });
  }
  return module;
}

/** What cdktf notes about the construct isn't configuration. */
function withoutNotes(block: Json | undefined): JsonObject {
  return Object.fromEntries(Object.entries(asObject(block)).filter(([key]) => key !== "//"));
}

/** A module of this project: its folder is beside the stack's file. */
function isBeside(source: Json | undefined): source is string {
  return typeof source === "string" && source.startsWith("./");
}

function registryCalls(json: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(asObject(json.module)).filter(([, call]) => !isBeside(asObject(call).source)),
  );
}

function readJson(file: string): JsonObject {
  return asObject(JSON.parse(readFileSync(file, "utf8")) as Json);
}

function notSynthesized(folder: string): ConfigurationError {
  return new ConfigurationError("the synthesized pipeline", [
    {
      code: "not-synthesized",
      path: folder,
      got: undefined,
      expected: "a synthesized stack: manifest.json and stacks/<stack>/cdk.tf.json",
      fix: "npm run synth, or name a profile with --profile",
    },
  ]);
}
