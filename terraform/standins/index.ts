import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { VaultSecrets } from "./data-sources";
import { ACCOUNT_ID } from "./recipes";
import { DATA_SOURCE_TYPES, RESOURCE_TYPES } from "./resource-types";
import type { ServeOptions, ServeReport } from "./serve";

export type { VaultSecrets } from "./data-sources";

/** Resource and data source types, by their Terraform names. */
export interface StandInTypes {
  readonly resources: readonly string[];
  readonly dataSources: readonly string[];
}

/** What the stand-in providers serve. */
export interface StandInOptions {
  /**
   * Types to serve beside the known ones; `collectTypes` finds those of a stack.
   *
   * @default - the types of `resource-types.ts` only
   */
  readonly types?: StandInTypes;
  /**
   * The secrets of the stand-in Vault: path → key → value.
   *
   * @default - made-up credentials at `secret/rds`
   */
  readonly vaultSecrets?: VaultSecrets;
  /**
   * The account that `aws_caller_identity` tells.
   *
   * @default "123456789012"
   */
  readonly accountId?: string;
}

/** Running stand-in providers. */
export interface StandIns {
  /** What to add to the environment of `terraform`. */
  readonly env: Record<string, string>;
  /** Ends them and removes what they wrote. */
  stop(): Promise<void>;
}

/** The credentials that the stand-in Vault holds unless told otherwise. */
export const DEFAULT_VAULT_SECRETS: VaultSecrets = {
  "secret/rds": { username: "dbadmin", password: "Sup3rSecret!" },
  "secret/debezium": { password: "Als0Secret!" },
};

/**
 * Starts providers with the real schemas and made-up behaviour, and a registry with the modules the pipeline uses.
 * With `env`, the real `terraform` runs `init`, `plan`, `apply` and the rest offline and without an account. They run
 * in a process of their own, so that a caller may block while it waits for `terraform`; it ends with its parent.
 */
export async function startStandIns(options: StandInOptions = {}): Promise<StandIns> {
  const serve: ServeOptions = {
    resources: unique(Object.keys(RESOURCE_TYPES), options.types?.resources),
    dataSources: unique(DATA_SOURCE_TYPES, options.types?.dataSources),
    vaultSecrets: options.vaultSecrets ?? DEFAULT_VAULT_SECRETS,
    accountId: options.accountId ?? ACCOUNT_ID,
  };
  const child = spawn(process.execPath, ["-r", require.resolve("tsx/cjs"), join(__dirname, "serve.ts")], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  // By its standard input: an argument could be read by every user of the machine, and there are secrets among the options.
  child.stdin.write(`${JSON.stringify(serve)}\n`);
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const { env } = await new Promise<ServeReport>((resolve, reject) => {
    let [output, errors] = ["", ""];
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.endsWith("\n")) resolve(JSON.parse(output) as ServeReport);
    });
    child.once("error", reject);
    child.once("close", () => reject(new Error(`the stand-in providers didn't start: ${errors.trim()}`)));
  });
  return {
    env,
    stop: () => {
      child.stdin.end();
      return exited;
    },
  };
}

/** The types that a synthesized stack uses, in its root and in the modules beside it. */
export function collectTypes(stackDirectory: string): StandInTypes {
  const modules = join(stackDirectory, "modules");
  const folders = existsSync(modules) ? readdirSync(modules).map((name) => join(modules, name)) : [];
  const files = [stackDirectory, ...folders].map((folder) => join(folder, "cdk.tf.json")).filter(existsSync);
  const blocks = files.map((file) => JSON.parse(readFileSync(file, "utf8")) as { resource?: object; data?: object });
  return {
    resources: unique(blocks.flatMap(({ resource }) => Object.keys(resource ?? {}))).filter(isProviderType),
    dataSources: unique(blocks.flatMap(({ data }) => Object.keys(data ?? {}))).filter(isProviderType),
  };
}

/** Terraform itself brings `terraform_data` and `terraform_remote_state`. */
function isProviderType(type: string): boolean {
  return !type.startsWith("terraform_");
}

function unique(known: readonly string[], more: readonly string[] = []): string[] {
  return [...new Set([...known, ...more])].sort();
}
