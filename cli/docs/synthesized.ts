import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Blocks of Terraform's JSON: type → name → arguments. */
export type Blocks = Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
export type Arguments = Readonly<Record<string, unknown>>;

/** A module as it was synthesized; the root too. */
export interface SynthesizedModule {
  readonly resource: Blocks;
  readonly data: Blocks;
  readonly module: Readonly<Record<string, Arguments>>;
  readonly variable: Readonly<Record<string, Arguments>>;
  readonly output: Readonly<Record<string, Arguments>>;
}

/** Reads a module's cdk.tf.json. */
export function readModule(folder: string): SynthesizedModule {
  const json = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as Partial<SynthesizedModule>;
  return { resource: {}, data: {}, module: {}, variable: {}, output: {}, ...json };
}

/** The modules that the root calls, by name, as far as they are files of this project. */
export function readModules(stackFolder: string): Map<string, SynthesizedModule> {
  const names = Object.keys(readModule(stackFolder).module).sort();
  const folders = names.map((name) => [name, join(stackFolder, "modules", name)] as const);
  return new Map(
    folders
      .filter(([, folder]) => existsSync(join(folder, "cdk.tf.json")))
      .map(([name, folder]) => [name, readModule(folder)]),
  );
}

/** All blocks of one kind, with type and name. */
export function listBlocks(blocks: Blocks): { type: string; name: string; args: Arguments }[] {
  return Object.entries(blocks).flatMap(([type, named]) =>
    Object.entries(named).map(([name, args]) => ({ type, name, args })),
  );
}

/** The addresses that an expression anywhere in these arguments refers to: `module.vpc`, `aws_security_group.msk_sg`. */
export function referencesIn(args: Arguments): string[] {
  const text = JSON.stringify({ ...args, "//": undefined });
  const expressions = [...text.matchAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g)].map(([expression]) => expression);
  const explicit = Array.isArray(args.depends_on) ? (args.depends_on as string[]) : [];
  const found = [...expressions, ...explicit].flatMap((expression) =>
    [...expression.matchAll(/(?<![\w.])(?:module\.\w+|data\.\w+\.\w+|(?:aws|null|random|vault)_\w+\.\w+)/g)].map(
      ([address]) => address,
    ),
  );
  return [...new Set(found)];
}
