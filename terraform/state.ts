import { readFileSync } from "node:fs";
import { z } from "zod";
import { ConfigurationError } from "../lib/errors";
import type { StandInTypes, VaultSecrets } from "./standins";

const stateSchema = z.looseObject({
  version: z.literal(4),
  resources: z.array(
    z.looseObject({
      mode: z.enum(["managed", "data"]),
      type: z.string(),
      instances: z.array(z.looseObject({ attributes: z.record(z.string(), z.unknown()).optional() })),
    }),
  ),
});

/** What the stand-ins have to know of a state so that a plan against it shows what really changes. */
export interface StateFacts {
  readonly types: StandInTypes;
  /** The secrets that Vault held when the state was written. */
  readonly vaultSecrets: VaultSecrets;
  /** The AWS account, as the ARNs tell it. */
  readonly accountId: string | undefined;
}

/** Reads a state file. @throws ConfigurationError when it can't be read or isn't a state */
export function readStateFacts(file: string): StateFacts {
  const text = readText(file);
  const parsed = stateSchema.safeParse(parseJson(text));
  if (!parsed.success) throw unreadable(file, "not a Terraform state of version 4");
  const { resources } = parsed.data;
  const types = (mode: string): string[] => [...new Set(resources.filter((r) => r.mode === mode).map((r) => r.type))];
  const secrets = resources
    .filter(({ type }) => type === "vault_generic_secret")
    .flatMap(({ instances }) => instances.map(({ attributes }) => attributes))
    .filter((attributes) => typeof attributes?.path === "string")
    .map((attributes) => [attributes?.path, attributes?.data] as [string, Record<string, string>]);
  return {
    types: { resources: types("managed"), dataSources: types("data") },
    vaultSecrets: Object.fromEntries(secrets),
    accountId: /"arn:aws[\w-]*:[\w-]*:[\w-]*:(\d{12}):/.exec(text)?.[1],
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw unreadable(file, (error as Error).message);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(file: string, got: string): ConfigurationError {
  return new ConfigurationError("the state", [
    {
      code: "state-unreadable",
      path: file,
      got,
      expected: "a Terraform state file, as `terraform state pull` prints it",
      fix: "name another file",
    },
  ]);
}
