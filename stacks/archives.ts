import { pluginArchiveStatus } from "../connectors/plugins/lock";
import { type PluginName, pluginOfArchive } from "../connectors/plugins/sources";
import type { Problem } from "../lib";
import type { PipelineSettings } from "../profiles/schema";
import type { PluginArchiveHashes } from "./plugins";

/** The archives' hashes, and what is still to be done about the archives. */
export interface Archives extends PluginArchiveHashes {
  readonly warnings: readonly Problem[];
}

/**
 * The archives as the lock has them. The archive itself may be missing: whoever only plans, or synthesizes in CI, doesn't need it.
 */
export function archiveHashes({ plugins }: PipelineSettings, connectorsFolder: string): Archives {
  const debeziumPlugin = pluginOfArchive(plugins.debezium.fileKey) ?? "debezium";
  const debezium = pluginArchiveStatus(debeziumPlugin, connectorsFolder);
  const s3Sink = pluginArchiveStatus("s3-sink", connectorsFolder);
  return {
    debezium: debezium.locked?.sha256 ?? null,
    s3Sink: s3Sink.locked?.sha256 ?? null,
    warnings: [
      ...warning(debeziumPlugin, plugins.debezium.fileKey, debezium.status),
      ...warning("s3-sink", plugins.s3Sink.fileKey, s3Sink.status),
    ],
  };
}

function warning(
  plugin: PluginName,
  fileKey: string,
  status: ReturnType<typeof pluginArchiveStatus>["status"],
): Problem[] {
  if (status === "present") return [];
  const missing = status === "missing";
  return [
    {
      code: missing ? "archive-missing" : "archive-not-locked",
      path: `connectors/${fileKey}`,
      got: missing ? undefined : "another archive than connectors/plugins.lock.json records",
      expected: missing ? "the plugin archive: a plan works without it, an apply doesn't" : "the recorded archive",
      fix: `run npm run plugins -- --only ${plugin}`,
    },
  ];
}
