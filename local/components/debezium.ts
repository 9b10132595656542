import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readPluginLock, sha256, writePluginLock } from "../../connectors/plugins/lock";
import { preparePlugin } from "../../connectors/plugins/prepare";
import { pluginOfArchive, pluginSources, withoutSecrets } from "../../connectors/plugins/sources";
import { ConfigurationError } from "../../lib/errors";
import { cached } from "../cache";
import { type FetchOptions, fetchPluginArchive, unpackInto } from "./fetch";

/** A folder with Debezium: the archive that is deployed, or one prepared in the cache with the checksums of the same lock. */
export async function fetchDebezium(archive: string, options: FetchOptions): Promise<string> {
  const [connectors, deployed] = [dirname(archive), pluginOfArchive(basename(archive))];
  if (existsSync(archive)) {
    return fetchPluginArchive(folderName(sha256(readFileSync(archive))), archive, options);
  }
  if (deployed === undefined) throw archiveMissing(archive);
  // Nothing here reads Secrets Manager, so the config provider isn't fetched.
  const plugin = withoutSecrets(deployed);
  const lock = readPluginLock(connectors);
  const fill = async (folder: string): Promise<void> => {
    const preparing = join(folder, "preparing");
    writePluginLock(lock, preparing);
    const { progress: onStep, env: environment, signal } = options;
    const prepared = await preparePlugin(pluginSources[plugin], { directory: preparing, onStep, environment, signal });
    await unpackInto(new Uint8Array(readFileSync(prepared.archive)), prepared.archive, folder);
    rmSync(preparing, { recursive: true });
  };
  const name = folderName(lock[plugin]?.sha256 ?? pluginSources[plugin].version);
  return cached(options.cache, name, fill, () => options.progress(`fetching ${pluginSources[plugin].title}`));
}

function folderName(checksum: string): string {
  return `debezium-${checksum.slice(0, 12)}`;
}

function archiveMissing(archive: string): ConfigurationError {
  return new ConfigurationError("the plugin archives", [
    {
      code: "local-archive-missing",
      path: `connectors/${basename(archive)}`,
      got: undefined,
      expected: "the archive that plugins.debezium.fileKey names",
      fix: "put it there, or use one that npm run plugins prepares",
    },
  ]);
}
