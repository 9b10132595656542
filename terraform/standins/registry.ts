import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A module registry that is being served. */
export interface ServedRegistry {
  /** The address of its module service, as Terraform's CLI configuration wants it. */
  readonly url: string;
  /** Ends it at once. */
  stop(): void;
}

/** A registry module and the local folder that stands in for it. */
export interface StandInModule {
  readonly source: string;
  readonly version: string;
  readonly folder: string;
}

/** The modules that the pipeline takes from the public registry. */
const MODULES: readonly StandInModule[] = [
  { source: "terraform-aws-modules/vpc/aws", version: "5.21.0", folder: join(__dirname, "vpc") },
];

const SERVICE = "/v1/modules/";

/** Serves Terraform's module registry protocol: the versions of a module, and where to get one. */
export async function serveRegistry(modules: readonly StandInModule[] = MODULES): Promise<ServedRegistry> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "").replace(SERVICE, "");
    const found = modules.find(({ source }) => path.startsWith(`${source}/`));
    if (found && path === `${found.source}/versions`) {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ modules: [{ versions: [{ version: found.version }] }] }));
    } else if (found && path === `${found.source}/${found.version}/download`) {
      // A bare path would be taken as relative to this server.
      response.writeHead(204, { "x-terraform-get": pathToFileURL(found.folder).href }).end();
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${SERVICE}`, stop: () => void server.close() };
}

/** Terraform's CLI configuration that asks the stand-in, and only it, for modules of the public registry. */
export function cliConfiguration(registry: ServedRegistry): string {
  return `host "registry.terraform.io" {\n  services = {\n    "modules.v1" = "${registry.url}"\n  }\n}\n`;
}
