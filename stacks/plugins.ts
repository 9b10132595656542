import { MskconnectCustomPlugin } from "@cdktf/provider-aws/lib/mskconnect-custom-plugin";
import { Construct } from "constructs";
import { Bucket, type BucketObject, type BucketProps } from "../modules/bucket";
import type { MskConnectorProps } from "../modules/msk-connector";
import type { PipelineSettings } from "../profiles/schema";

/** Content hashes of the two plugin archives, as `npm run plugins` recorded them; `null` where one isn't there yet. */
export interface PluginArchiveHashes {
  readonly debezium: string | null;
  readonly s3Sink: string | null;
}

export interface ConnectorPluginsProps {
  readonly plugins: PipelineSettings["plugins"];
  readonly archives: PluginArchiveHashes;
  /** The bucket that the archives lie in. */
  readonly bucket: BucketProps;
}

type Plugin = MskConnectorProps["plugin"];

/** The plugins bucket with the archives in it, and the custom plugins that MSK Connect makes of them. */
export function connectorPlugins(
  scope: Construct,
  { plugins, archives, bucket }: ConnectorPluginsProps,
): { debezium: Plugin; s3Sink: Plugin } {
  const pluginsBucket = new Bucket(scope, "plugins_bucket", {
    ...bucket,
    objects: [
      archive(plugins.debezium.fileKey, plugins.detectChanges ? archives.debezium : null),
      archive(plugins.s3Sink.fileKey, plugins.detectChanges ? archives.s3Sink : null),
    ],
  });
  const plugin = (id: string, { name, fileKey }: { name: string; fileKey: string }, hash: string | null): Plugin => {
    // MSK Connect copies an archive once, so another archive needs another plugin, and that another name.
    const content = plugins.nameByContent ? hash : null;
    const { arn, latestRevision } = new MskconnectCustomPlugin(scope, id, {
      name: content === null ? name : `${name}-${content.slice(0, 8)}`,
      contentType: "ZIP",
      location: { s3: { bucketArn: pluginsBucket.arn, fileKey } },
      dependsOn: [pluginsBucket],
      ...(content === null ? {} : { lifecycle: { createBeforeDestroy: true } }),
    });
    return { arn, revision: latestRevision };
  };
  return {
    debezium: plugin("debezium_postgres_plugin", plugins.debezium, archives.debezium),
    s3Sink: plugin("s3_sink_plugin", plugins.s3Sink, archives.s3Sink),
  };
}

/**
 * An archive in connectors/, as Terraform sees it from the stack's folder: the state has this very path, and beside the stacks
 * the archives travel with Terraform Cloud's uploads.
 */
function archive(fileKey: string, sourceHash: string | null): BucketObject {
  return { key: fileKey, source: `../connectors/${fileKey}`, sourceHash };
}
