import { createWriteStream, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Aws, allPages } from "../aws";
import { type TeardownContext, TeardownFailure } from "./context";

export interface StoredObject {
  readonly key: string;
  readonly size: number;
}

/** More than one at a time, since most are small and take a round trip. */
const AT_A_TIME = 8;

export async function listObjects(aws: Aws, bucket: string, prefix = ""): Promise<StoredObject[]> {
  const s3 = await aws.s3();
  return allPages(async (token) => {
    const page = await s3.listObjectsV2({ Bucket: bucket, Prefix: prefix, ContinuationToken: token });
    const items = (page.Contents ?? []).map(({ Key: key = "", Size: size = 0 }) => ({ key, size }));
    return { items, next: page.NextContinuationToken };
  });
}

/** Copies what isn't there yet, then compares: every object, with its size. */
export async function copyObjects(context: TeardownContext): Promise<string> {
  const { aws, outputs, copyTo } = context;
  const [, bucket, prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(copyTo) ?? [];
  const target = bucket === undefined ? new Folder(copyTo) : new OtherBucket(aws, bucket, prefix);
  const objects = await listObjects(aws, outputs.destinationBucket);
  const there = await target.sizes(objects);
  const missing = objects.filter(({ key, size }) => there.get(key) !== size);
  let copied = 0;
  const next = missing[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const { key } of next) {
      context.signal?.throwIfAborted();
      await target.copy(aws, outputs.destinationBucket, key);
      copied += 1;
      if (copied % 100 === 0) context.progress(`${copied} of ${missing.length} objects`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  const after = await target.sizes(objects);
  const wrong = objects.filter(({ key, size }) => after.get(key) !== size);
  if (wrong.length > 0)
    throw new TeardownFailure(`${wrong.length} objects aren't in ${copyTo} as they were, the first: ${wrong[0]?.key}`);
  return `${objects.length} objects in ${copyTo}`;
}

interface Target {
  /** Key → size, of those that are there. */
  sizes(objects: readonly StoredObject[]): Promise<ReadonlyMap<string, number>>;
  copy(aws: Aws, bucket: string, key: string): Promise<void>;
}

class Folder implements Target {
  public constructor(private readonly folder: string) {}

  public sizes(objects: readonly StoredObject[]): Promise<Map<string, number>> {
    const sizes = new Map<string, number>();
    for (const { key } of objects) {
      const found = statSync(this.path(key), { throwIfNoEntry: false });
      if (found?.isFile()) sizes.set(key, found.size);
    }
    return Promise.resolve(sizes);
  }

  public async copy(aws: Aws, bucket: string, key: string): Promise<void> {
    const path = this.path(key);
    mkdirSync(dirname(path), { recursive: true });
    const { Body: body } = await (await aws.s3()).getObject({ Bucket: bucket, Key: key });
    // Under its name it is whole.
    await pipeline(body as Readable, createWriteStream(`${path}.part`));
    renameSync(`${path}.part`, path);
  }

  /** A key may have any characters; a file of its name has to be inside of the folder. */
  private path(key: string): string {
    const path = resolve(join(this.folder, key));
    if (!path.startsWith(resolve(this.folder) + sep) || key.endsWith("/"))
      throw new TeardownFailure(
        `the object "${key}" can't be a file: copy the bucket to another one (--copy-to s3://…)`,
      );
    return path;
  }
}

class OtherBucket implements Target {
  public constructor(
    private readonly aws: Aws,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {}

  public async sizes(): Promise<Map<string, number>> {
    const found = await listObjects(this.aws, this.bucket, this.prefix);
    const start = this.path("").length;
    return new Map(found.map(({ key, size }) => [key.slice(start), size]));
  }

  public async copy(aws: Aws, bucket: string, key: string): Promise<void> {
    const CopySource = `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
    await (await aws.s3()).copyObject({ Bucket: this.bucket, Key: this.path(key), CopySource });
  }

  private path(key: string): string {
    return this.prefix === "" ? key : `${this.prefix.replace(/\/$/, "")}/${key}`;
  }
}
