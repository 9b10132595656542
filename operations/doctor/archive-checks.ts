import { createHash } from "node:crypto";
import type { HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import { type PluginLockEntry, readPluginLock } from "../../connectors/plugins/lock";
import { pluginOfArchive } from "../../connectors/plugins/sources";
import { isNotFound } from "../aws";
import { type Check, Failing, NotCheckable } from "./check";
import type { Connector, Pipeline } from "./pipeline";
import { remedies } from "./remedies";

/** A connector's plugin: the archive in the bucket is the locked one, and MSK Connect took that one. */
export function archiveChecks(pipeline: Pipeline, connector: Connector): Check[] {
  const { role, settings } = connector;
  return [
    {
      id: `${role}-archive`,
      name: `archive of ${settings.name} is the one of plugins.lock.json`,
      remedy: remedies.plugins,
      run: () => archive(pipeline, connector),
      // It may have to be fetched.
      seconds: 300,
    },
    {
      id: `${role}-plugin`,
      name: `plugin of ${settings.name} is ACTIVE and of that archive`,
      remedy: remedies.plugins,
      run: () => plugin(pipeline, connector),
    },
  ];
}

async function archive(pipeline: Pipeline, connector: Connector): Promise<string> {
  const { bucket, key } = await location(connector);
  const s3 = await pipeline.aws.s3();
  let head: HeadObjectCommandOutput;
  try {
    head = await s3.headObject({ Bucket: bucket, Key: key, ChecksumMode: "ENABLED" });
  } catch (error) {
    if (isNotFound(error)) throw new Failing(`${key} isn't in ${bucket}: npm run plugins, then apply`);
    throw error;
  }
  const locked = lockOf(pipeline, key);
  if (head.ContentLength !== locked.size)
    throw new Failing(`${key} has ${head.ContentLength} bytes, locked are ${locked.size}`);
  const found = sha256Of(head) ?? (await fetchSha256(pipeline, bucket, key));
  if (found === locked.sha256) return `${key} ${found.slice(0, 12)}…`;
  throw new Failing(`${key} has the sha256 ${found.slice(0, 12)}…, locked is ${locked.sha256.slice(0, 12)}…`);
}

/** S3 knows the checksum when it was uploaded with one; that of an upload in parts is of something else. */
function sha256Of({ ChecksumSHA256: checksum }: HeadObjectCommandOutput): string | undefined {
  if (checksum === undefined || checksum.includes("-")) return undefined;
  return Buffer.from(checksum, "base64").toString("hex");
}

async function fetchSha256({ aws }: Pipeline, bucket: string, key: string): Promise<string> {
  const { Body: body } = await (await aws.s3()).getObject({ Bucket: bucket, Key: key });
  const hash = createHash("sha256");
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest("hex");
}

/** MSK Connect copied the archive when the plugin was made, and doesn't look again. It tells the size of its copy. */
async function plugin(pipeline: Pipeline, connector: Connector): Promise<string> {
  const { name, customPluginState: state, stateDescription, latestRevision } = await connector.plugin();
  if (state !== "ACTIVE")
    throw new Failing(
      [`${name} is ${state}`, stateDescription?.code, stateDescription?.message].filter(Boolean).join(": "),
    );
  const { key } = await location(connector);
  const size = latestRevision?.fileDescription?.fileSize;
  const locked = lockOf(pipeline, key);
  if (size !== undefined && size !== locked.size)
    throw new Failing(`${name} was made of ${size} bytes, ${key} has ${locked.size}: it takes a new plugin name`);
  return `${name} ACTIVE`;
}

function lockOf({ connectorsFolder }: Pipeline, key: string): PluginLockEntry {
  const name = pluginOfArchive(key);
  const locked = name && readPluginLock(connectorsFolder)[name];
  if (locked === undefined) throw new NotCheckable(`plugins.lock.json has no entry for ${key}: npm run plugins`);
  return locked;
}

async function location({ plugin: describe }: Connector): Promise<{ bucket: string; key: string }> {
  const { bucketArn, fileKey } = (await describe()).latestRevision?.location?.s3Location ?? {};
  if (bucketArn === undefined || fileKey === undefined)
    throw new NotCheckable("MSK Connect doesn't tell where the plugin's archive is");
  return { bucket: bucketArn.split(":::")[1] ?? "", key: fileKey };
}
