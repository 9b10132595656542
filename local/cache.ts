import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "./environment";

/** Where downloads and runs live: outside of the project, so that every checkout shares them. */
export function cacheFolder(env: Environment): string {
  // An empty or relative XDG_CACHE_HOME counts as unset: XDG Base Directory Specification.
  const root = env.XDG_CACHE_HOME?.startsWith("/") ? env.XDG_CACHE_HOME : join(env.HOME ?? homedir(), ".cache");
  return join(root, "postgres-cdc-pipeline");
}

/**
 * A folder of the cache, filled once. It appears under its name when it is complete, so neither ctrl-C nor a second command at
 * the same time can leave half of one.
 */
export async function cached(
  cache: string,
  name: string,
  fill: (folder: string) => Promise<void>,
  onFill: () => void,
): Promise<string> {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  onFill();
  mkdirSync(cache, { recursive: true });
  sweep(cache, name);
  const unfinished = mkdtempSync(join(cache, `.${name}-`));
  try {
    await fill(unfinished);
    try {
      renameSync(unfinished, folder);
    } catch (error) {
      // Another command was quicker, and its folder is as good.
      if (!existsSync(folder)) throw error;
    }
    return folder;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

const DAY = 24 * 60 * 60 * 1000;

/** What a command that was killed left of this folder; a younger one may still be at work. */
function sweep(cache: string, name: string): void {
  for (const entry of readdirSync(cache)) {
    const path = join(cache, entry);
    if (entry.startsWith(`.${name}-`) && Date.now() - statSync(path).mtimeMs > DAY) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
