import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildS3SinkStandIn } from "../s3-sink/build";
import { fetchPluginArchive, type FetchOptions } from "./fetch";

/** The S3 sink: Confluent's own where its archive is prepared, else the stand-in that takes the same configuration. */
export async function fetchSink(
  archive: string,
  options: FetchOptions,
): Promise<{ readonly sink: string; readonly sinkStandIn?: string }> {
  if (existsSync(archive)) {
    const checksum = createHash("sha256").update(readFileSync(archive)).digest("hex");
    return { sink: await fetchPluginArchive(`s3-sink-${checksum.slice(0, 12)}`, archive, options) };
  }
  const { pluginFolder, version } = await buildS3SinkStandIn({
    cacheFolder: join(options.cache, "s3-sink"),
    onStep: options.progress,
    environment: { ...options.env },
  });
  return { sink: pluginFolder, sinkStandIn: version };
}
