import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Blob, Blobs } from "./blobs";
import { Bucket, type Version, type Versioning } from "./bucket";
import { Journal } from "./journal";

/** What happened; all of it, from the first on, makes the state. */
export type Entry =
  | { readonly event: "bucket"; readonly bucket: string; readonly at: string }
  | { readonly event: "versioning"; readonly bucket: string; readonly status: Versioning }
  | { readonly event: "upload"; readonly uploadId: string; readonly upload: Omit<Upload, "parts"> }
  | { readonly event: "part"; readonly uploadId: string; readonly part: number; readonly blob: Blob }
  | { readonly event: "abort"; readonly uploadId: string }
  | { readonly event: "version"; readonly bucket: string; readonly version: Version }
  | { readonly event: "removal"; readonly bucket: string; readonly key: string; readonly id: string };

/** A multipart upload that is neither complete nor aborted. S3 keeps one forever, so it is still there after a restart. */
export interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly parts: Map<number, Blob>;
}

/**
 * Buckets in a folder: the bytes in files, each written before the journal names it, and everything else in the journal. So a
 * kill at any moment leaves an object as a whole or not at all.
 */
export class Store {
  public readonly blobs: Blobs;
  public readonly buckets = new Map<string, Bucket>();
  public readonly uploads = new Map<string, Upload>();
  private readonly journal: Journal<Entry>;

  public constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.blobs = new Blobs(join(folder, "blobs"));
    this.journal = new Journal<Entry>(join(folder, "journal.jsonl"), (entry) => this.apply(entry));
    this.blobs.removeAllBut(this.knownFiles());
  }

  /** Makes it so, also for the next start. */
  public record(entry: Entry): void {
    this.journal.append(entry);
    this.blobs.remove(this.apply(entry));
  }

  /** The answer is what nothing names any more. */
  private apply(entry: Entry): readonly Blob[] {
    switch (entry.event) {
      case "bucket":
        this.buckets.set(entry.bucket, new Bucket(entry.at));
        return [];
      case "versioning":
        this.bucket(entry.bucket).versioning = entry.status;
        return [];
      case "upload":
        this.uploads.set(entry.uploadId, { ...entry.upload, parts: new Map() });
        return [];
      case "part":
        return this.putPart(entry.uploadId, entry.part, entry.blob);
      case "abort":
        return this.endUpload(entry.uploadId, []);
      case "version": {
        const replaced = this.bucket(entry.bucket).put(entry.version);
        const unused = this.endUpload(entry.version.uploadId, entry.version.blobs);
        return [...replaced.flatMap(({ blobs }) => blobs), ...unused];
      }
      case "removal":
        return this.bucket(entry.bucket)
          .remove(entry.key, entry.id)
          .flatMap(({ blobs }) => blobs);
    }
  }

  /** A part that comes again takes the first one's place. */
  private putPart(uploadId: string, part: number, blob: Blob): readonly Blob[] {
    const parts = this.uploads.get(uploadId)?.parts;
    const replaced = parts?.get(part);
    parts?.set(part, blob);
    return replaced ? [replaced] : [];
  }

  private endUpload(uploadId: string | undefined, used: readonly Blob[]): readonly Blob[] {
    if (uploadId === undefined) return [];
    const parts = [...(this.uploads.get(uploadId)?.parts.values() ?? [])];
    this.uploads.delete(uploadId);
    return parts.filter(({ file }) => !used.some((blob) => blob.file === file));
  }

  private bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw new Error(`the journal has no bucket ${name} so far`);
    return bucket;
  }

  private knownFiles(): ReadonlySet<string> {
    const ofVersions = [...this.buckets.values()].flatMap((bucket) => [...bucket.allVersions()]);
    const ofUploads = [...this.uploads.values()].flatMap(({ parts }) => [...parts.values()]);
    return new Set([...ofVersions.flatMap(({ blobs }) => blobs), ...ofUploads].map(({ file }) => file));
  }
}
