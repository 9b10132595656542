import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Manifest, TerraformStack } from "cdktf";
import type { JsonObject } from "../lib/json";

/** What a stack is emitted as. */
export interface Synthesized {
  readonly root: JsonObject;
  /** The modules by their address: `module.vpc`, or `module.a.module.b` for a module that a module calls. */
  readonly modules: ReadonlyMap<string, JsonObject>;
}

/** A stack, or a folder: that of `Testing.fullSynth`, a stack's own, or an output folder with one stack in it. */
export type Subject = TerraformStack | string;

/** Synthesizes a stack, or reads what was synthesized. */
export function synthesized(subject: Subject): Synthesized {
  if (typeof subject === "string") return read(subject);
  if (!TerraformStack.isStack(subject)) {
    throw new TypeError(
      "expected a stack, or the folder that Testing.fullSynth gives. For a string of JSON use cdktf's own matchers.",
    );
  }
  const outdir = mkdtempSync(join(tmpdir(), "synthesized-"));
  try {
    mkdirSync(join(outdir, "stacks"));
    const manifest = new Manifest("testing", outdir, false);
    // Like Testing.synth: a part of a pipeline is worth testing before it is complete.
    subject.synthesizer.synthesize({ outdir, manifest, skipValidation: true });
    return read(join(outdir, manifest.forStack(subject).workingDirectory));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/**
 * The JSON of one module, for cdktf's own matchers:
 * `expect(moduleJson(stack, "msk_cluster")).toHaveResourceWithProperties(MskCluster, { … })`.
 *
 * @param module `msk_cluster` or `module.msk_cluster`; `module.a.module.b` for a module that a module calls
 */
export function moduleJson(subject: Subject, module: string): string {
  const { modules } = synthesized(subject);
  const json = modules.get(callAddress(module));
  if (json) return JSON.stringify(json, null, 2);
  throw new Error(`there is no ${callAddress(module)}; there are: ${[...modules.keys()].sort().join(", ") || "none"}`);
}

/** `module.vpc` for `vpc`. */
export function callAddress(module: string): string {
  return module.startsWith("module.") ? module : `module.${module}`;
}

/** The addresses of all resources and data sources, sorted. */
export function addresses(subject: Subject): string[] {
  return [...elements(synthesized(subject)).keys()].sort();
}

/** Every resource and data source by its address. */
export function elements(stack: Synthesized): Map<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const [prefix, json] of filesOf(stack)) {
    for (const [kind, word] of [
      ["resource", ""],
      ["data", "data."],
    ] as const) {
      for (const [type, byName] of entries(json[kind])) {
        for (const [name, body] of entries(byName)) found.set(`${prefix}${word}${type}.${name}`, body);
      }
    }
  }
  return found;
}

/** Every block of a kind that has one label, by its address: `vpc_id`, or `module.vpc.vpc_id` inside a module. */
export function labelled(stack: Synthesized, kind: "output" | "variable"): Map<string, JsonObject> {
  const blocks = filesOf(stack).flatMap(([prefix, json]) =>
    entries(json[kind]).map(([name, body]) => [`${prefix}${name}`, body] as const),
  );
  return new Map(blocks);
}

/** Every `module` block, by its address. */
export function calls(stack: Synthesized): Map<string, JsonObject> {
  const blocks = filesOf(stack).flatMap(([prefix, json]) =>
    entries(json.module).map(([name, body]) => [`${prefix}module.${name}`, body] as const),
  );
  return new Map(blocks);
}

function filesOf({ root, modules }: Synthesized): [prefix: string, json: JsonObject][] {
  return [["", root], ...[...modules].map(([address, json]) => [`${address}.`, json] as [string, JsonObject])];
}

function entries(value: unknown): [string, JsonObject][] {
  return Object.entries((value ?? {}) as Record<string, JsonObject>);
}

function read(folder: string): Synthesized {
  const stackFolder = stackFolderOf(folder);
  const modules = new Map<string, JsonObject>();
  readModules(stackFolder, "", modules);
  return { root: readJson(stackFolder), modules };
}

function stackFolderOf(folder: string): string {
  if (existsSync(join(folder, "cdk.tf.json"))) return folder;
  const stacks = join(folder, "stacks");
  const names = existsSync(stacks)
    ? readdirSync(stacks).filter((name) => existsSync(join(stacks, name, "cdk.tf.json")))
    : [];
  const [only] = names;
  if (only !== undefined && names.length === 1) return join(stacks, only);
  throw new Error(
    names.length === 0
      ? `no synthesized stack in ${folder}: expected cdk.tf.json or stacks/<name>/cdk.tf.json in it`
      : `${names.length} stacks in ${folder}: pass the folder of one of them, stacks/${names.join(" or stacks/")}`,
  );
}

function readModules(folder: string, prefix: string, into: Map<string, JsonObject>): void {
  const modules = join(folder, "modules");
  for (const name of existsSync(modules) ? readdirSync(modules).sort() : []) {
    const address = `${prefix}module.${name}`;
    into.set(address, readJson(join(modules, name)));
    readModules(join(modules, name), `${address}.`, into);
  }
}

function readJson(folder: string): JsonObject {
  return withoutComments(JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as JsonObject);
}

/** cdktf's notes about construct paths aren't part of what a test is about. */
function withoutComments(json: JsonObject): JsonObject {
  const withoutThem = JSON.stringify(json, (key, value: unknown) => (key === "//" ? undefined : value));
  return JSON.parse(withoutThem) as JsonObject;
}
