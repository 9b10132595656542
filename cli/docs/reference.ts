import { code, table, value } from "../../lib/markdown";
import { Arguments, listBlocks, SynthesizedModule } from "./synthesized";

/** The root's variables. */
export function variablesTable({ variable }: SynthesizedModule): string {
  return table(
    ["Variable", "Type", "Description", "Default"],
    Object.entries(variable).map(([name, { type, description, default: fallback }]) => [
      code(name),
      code(text(type)),
      text(description),
      fallback === undefined ? "none: required" : value(fallback),
    ]),
  );
}

/** The root's outputs. */
export function outputsTable({ output }: SynthesizedModule): string {
  return table(
    ["Output", "Description"],
    Object.entries(output).map(([name, { description }]) => [code(name), text(description)]),
  );
}

/** Every address that `-target` takes a module by, with what is in it. */
export function modulesTable(root: SynthesizedModule, modules: ReadonlyMap<string, SynthesizedModule>): string {
  return table(
    ["Address", "Resources", "Which"],
    [...modules, ["", root] as const].map(([name, module]) => [
      name === "" ? "(root)" : code(`module.${name}`),
      `${countOf(module)}${registryCalls(module).length > 0 ? " and the registry's module" : ""}`,
      [...registryCalls(module), ...resources(module)].join(", "),
    ]),
  );
}

function resources({ resource }: SynthesizedModule): string[] {
  return listBlocks(resource).map(({ type, name, args }) => {
    const count = instances(args);
    return code(`${type}.${name}`) + (count > 1 ? ` (${count})` : "");
  });
}

function registryCalls({ module }: SynthesizedModule): string[] {
  return Object.entries(module)
    .filter(([, { source }]) => !text(source).startsWith("./"))
    .map(([name, { source, version }]) => `${code(`module.${name}`)} (${text(source)} ${text(version)})`);
}

function countOf({ resource }: SynthesizedModule): number {
  return listBlocks(resource).reduce((sum, { args }) => sum + instances(args), 0);
}

function instances({ count }: Arguments): number {
  return count === undefined ? 1 : Number(text(count).replace(/^\$\{(\d+)\}$/, "$1"));
}

function text(of: unknown): string {
  return typeof of === "string" || typeof of === "number" ? String(of) : "";
}
