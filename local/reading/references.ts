import { ConfigurationError } from "../../lib/errors";
import type { JsonObject, Module } from "./synthesized";

/**
 * What stands for the things that only AWS has: expression in the root module → value here. An expression that isn't in here is
 * an error, so that a new reference can't slip through.
 */
export type LocalValues = ReadonlyMap<string, string>;

/** A text after its expressions were replaced. */
export interface Resolved {
  readonly value: string;
  /** It held an expression. */
  readonly referenced: boolean;
}

/** Replaces the `${…}` of a synthesized text. `path` is for messages. @throws ConfigurationError for one that has no value here */
export function resolveText(text: string, module: Module, values: LocalValues, path: string): Resolved {
  let referenced = false;
  // $${ is Terraform's way to write ${: a placeholder of Kafka Connect, not an expression.
  const value = text.replace(/(\$\$\{)|\$\{([^}]*)\}/g, (_all, escaped: string | undefined, expression: string) => {
    if (escaped !== undefined) return "${";
    referenced = true;
    const root = inRoot(expression, module.arguments);
    const local = values.get(root);
    if (local === undefined) throw unknown(path, root, values);
    return local;
  });
  return { value, referenced };
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

function unknown(path: string, expression: string, values: LocalValues): ConfigurationError {
  return new ConfigurationError("the synthesized pipeline", [
    {
      code: "local-reference-unknown",
      path,
      got: expression,
      expected: `a reference that has a value on this machine: ${[...values.keys()].join(", ")}`,
      fix: "give it one in local/reading/translate.ts",
    },
  ]);
}
