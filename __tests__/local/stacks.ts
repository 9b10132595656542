import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Machine } from "../../local/reading/pipeline";
import { type JsonObject, readStack, type SynthesizedStack } from "../../terraform/synthesized";
import { synthesize } from "../../terraform/sandbox";
import { PROJECT } from "../support/project";

/** A machine whose values are easy to find again. */
export const machine: Machine = {
  ports: {
    postgres: 1001,
    objectStore: 1004,
    sourceWorker: 1005,
    sinkWorker: 1006,
    brokers: [{ port: 1002, controllerPort: 1003 }],
  },
  user: "dbadmin",
  password: "made-up",
  randomHex: "0123456789abcdef",
};

/** The same machine with three brokers. */
export const machineWithCluster: Machine = {
  ...machine,
  ports: {
    ...machine.ports,
    brokers: [2001, 2002, 2003].map((port) => ({ port, controllerPort: port + 1000 })),
  },
};

/** Synthesizes profiles into a temporary folder. */
export class Stacks {
  private readonly folder = mkdtempSync(join(tmpdir(), "cdc-local-"));

  public async synthesize(profile: string, settings: object = {}, name = profile): Promise<SynthesizedStack> {
    const { stackFolder } = await synthesize(PROJECT, join(this.folder, name), {
      CDC_PROFILE: profile,
      CDKTF_CONTEXT_JSON: JSON.stringify({ settings }),
    });
    return readStack(stackFolder);
  }

  /** The folder of a synthesized profile, to be changed. */
  public copy(profile: string, name: string): string {
    const copy = join(this.folder, name);
    cpSync(join(this.folder, profile), copy, { recursive: true });
    return copy;
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The same stack with one resource's body changed. */
export function changed(stack: SynthesizedStack, address: string, changes: JsonObject): SynthesizedStack {
  return {
    ...stack,
    modules: stack.modules.map((module) => {
      const copy = { ...module, resources: [...module.resources] };
      copy.resources = module.resources.map((resource) => ({
        ...resource,
        module: copy,
        body: resource.address === address ? { ...resource.body, ...changes } : resource.body,
      }));
      return copy;
    }),
  };
}
