import { ConfigurationError } from "../../lib/errors";
import { inRoot, type Module } from "../../terraform/synthesized";

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
