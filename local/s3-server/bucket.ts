import type { Blob } from "./blobs";

/** An object as it was written once, or the marker that a DELETE left in a versioned bucket. */
export interface Version {
  readonly key: string;
  /** `null` in a bucket that isn't versioned, as in S3. */
  readonly id: string;
  readonly modified: string;
  readonly isDeleteMarker?: boolean;
  readonly etag: string;
  readonly size: number;
  readonly blobs: readonly Blob[];
  /** content-type, content-encoding and x-amz-meta-*, as they came. */
  readonly headers: Readonly<Record<string, string>>;
  /** The multipart upload that it comes from. */
  readonly uploadId?: string;
}

export type Versioning = "Enabled" | "Suspended";

export interface ListOptions {
  readonly prefix: string;
  /** Names up to this one are left out. */
  readonly after: string;
  readonly delimiter: string;
  readonly limit: number;
}

export interface Listing {
  readonly versions: readonly Version[];
  /** With a delimiter: the folders. */
  readonly commonPrefixes: readonly string[];
  /** The last name of a listing that doesn't have all. */
  readonly next?: string;
}

/** The versions of a bucket's objects, the newest of each first. */
export class Bucket {
  public versioning?: Versioning;
  private readonly versions = new Map<string, readonly Version[]>();
  /** Sorted, so that listing the few newest of thousands takes no time. */
  private readonly keys: string[] = [];

  public constructor(public readonly createdAt: string) {}

  public find(key: string, id?: string): Version | undefined {
    const versions = this.versions.get(key) ?? [];
    return id === undefined ? versions[0] : versions.find((version) => version.id === id);
  }

  /** Takes the place of the version with the same name; the answer is what nobody can reach any more. */
  public put(version: Version): readonly Version[] {
    const versions = this.versions.get(version.key);
    if (versions === undefined) this.keys.splice(this.position(version.key), 0, version.key);
    this.versions.set(version.key, [version, ...(versions ?? []).filter(({ id }) => id !== version.id)]);
    return (versions ?? []).filter(({ id }) => id === version.id);
  }

  public remove(key: string, id: string): readonly Version[] {
    const versions = this.versions.get(key) ?? [];
    const left = versions.filter((version) => version.id !== id);
    if (left.length > 0) this.versions.set(key, left);
    else if (this.versions.delete(key)) this.keys.splice(this.position(key), 1);
    return versions.filter((version) => version.id === id);
  }

  public *allVersions(prefix = ""): Generator<Version & { readonly isLatest: boolean }> {
    for (let index = this.position(prefix); this.keys[index]?.startsWith(prefix); index++) {
      const versions = this.versions.get(this.keys[index] ?? "") ?? [];
      for (const [place, version] of versions.entries()) yield { ...version, isLatest: place === 0 };
    }
  }

  public list({ prefix, after, delimiter, limit }: ListOptions): Listing {
    const versions: Version[] = [];
    const commonPrefixes: string[] = [];
    let next = after;
    let index = this.position(after > prefix ? after : prefix);
    if (this.keys[index] === after) index++;
    while (this.keys[index]?.startsWith(prefix)) {
      const key = this.keys[index] ?? "";
      const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      const name = end < 0 ? key : key.slice(0, end + delimiter.length);
      const version = this.find(key);
      index++;
      // A folder is named once, for the first of its objects that is there.
      if (version === undefined || version.isDeleteMarker || name === next) continue;
      if (versions.length + commonPrefixes.length === limit) return { versions, commonPrefixes, next };
      if (end < 0) versions.push(version);
      else commonPrefixes.push(name);
      next = name;
    }
    return { versions, commonPrefixes };
  }

  /** Of the first key that isn't before this one: by halves. */
  private position(key: string): number {
    let [low, high] = [0, this.keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.keys[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
