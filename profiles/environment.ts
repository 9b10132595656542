import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigurationError, Problem } from "../lib/errors";
import { isRecord } from "../lib/json";

/** What is chosen outside of the code, for one synth. */
export interface Environment {
  /** Context of cdktf.json, or what the cdktf CLI handed on of it. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Whether the cdktf CLI runs this: it prints the annotations itself. */
  readonly underCdktfCli: boolean;
}

/**
 * Reads the environment, in this one place. The cdktf CLI hands the context on in CDKTF_CONTEXT_JSON; without it the file is read.
 * TF_VAR_… is none of our business: the CLI takes it away, and Terraform reads it itself.
 */
export function readEnvironment(projectFolder: string): Environment {
  const handedOn = process.env.CDKTF_CONTEXT_JSON;
  return {
    context:
      handedOn === undefined ? contextOfFile(join(projectFolder, "cdktf.json")) : parse("CDKTF_CONTEXT_JSON", handedOn),
    variables: process.env,
    underCdktfCli: process.env.CDKTF_OUTDIR !== undefined,
  };
}

function contextOfFile(file: string): Record<string, unknown> {
  const content = parse("cdktf.json", readFileSync(file, "utf8"));
  return isRecord(content.context) ? content.context : {};
}

function parse(source: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Told below: what is wrong is the same, an object was expected.
  }
  throw new ConfigurationError(source, [notAnObject(source)]);
}

function notAnObject(source: string): Problem {
  return {
    code: "not-a-json-object",
    path: source,
    got: undefined,
    expected: "a JSON object",
    fix: `correct the JSON in ${source}`,
  };
}
