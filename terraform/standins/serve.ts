import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { providerOf } from "./bindings";
import type { VaultSecrets } from "./data-sources";
import { serveProvider } from "./provider";
import { cliConfiguration, serveRegistry } from "./registry";
import { EPHEMERAL_TYPES } from "./resource-types";
import { buildProviderSchema } from "./schema";

/** What to serve: the first line of this process's standard input, in JSON. */
export interface ServeOptions {
  readonly resources: readonly string[];
  readonly dataSources: readonly string[];
  readonly vaultSecrets: VaultSecrets;
  readonly accountId: string;
}

/** The one line that this process prints when it is ready: the environment with which Terraform finds it. */
export interface ServeReport {
  readonly env: Record<string, string>;
}

const PROVIDERS = ["aws", "null", "random", "vault"];

async function serve(options: ServeOptions): Promise<ServeReport> {
  const foreign = [...options.resources, ...options.dataSources].filter(
    (type) => !PROVIDERS.includes(providerOf(type)),
  );
  if (foreign.length > 0) throw new Error(`no stand-in for ${foreign.join(", ")}; there are ${PROVIDERS.join(", ")}`);
  const folder = mkdtempSync(join(tmpdir(), "terraform-standins-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const reattach: Record<string, unknown> = {};
  for (const provider of PROVIDERS) {
    const own = (types: readonly string[]): string[] => types.filter((type) => providerOf(type) === provider);
    const schema = buildProviderSchema(
      provider,
      own(options.resources),
      own(options.dataSources),
      own(EPHEMERAL_TYPES),
    );
    const { port } = await serveProvider(schema, options);
    reattach[`registry.terraform.io/hashicorp/${provider}`] = {
      Protocol: "grpc",
      ProtocolVersion: 6,
      Pid: process.pid,
      Test: true,
      Addr: { Network: "tcp", String: `127.0.0.1:${port}` },
    };
  }
  const configuration = join(folder, "terraform.rc");
  writeFileSync(configuration, cliConfiguration(await serveRegistry()));
  return {
    env: {
      TF_REATTACH_PROVIDERS: JSON.stringify(reattach),
      TF_CLI_CONFIG_FILE: configuration,
      CHECKPOINT_DISABLE: "1",
    },
  };
}

// The parent holds the other end of stdin: when it ends, for whatever reason, so does this process.
process.stdin.on("close", () => process.exit(0));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));

createInterface(process.stdin).once("line", (line) => {
  serve(JSON.parse(line) as ServeOptions).then(
    (report) => process.stdout.write(`${JSON.stringify(report)}\n`),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
});
