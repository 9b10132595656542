import { inflateSync, zipSync } from "fflate";
import { fail } from "./problems";

/** One entry of a ZIP's directory. */
export interface ZipEntry {
  readonly name: string;
  readonly mode: number;
  readonly method: number;
  readonly checksum: number;
  readonly size: number;
  readonly compressedSize: number;
  readonly offset: number;
  readonly encrypted: boolean;
}

/** Unix's bits for the kind of a file, and those of a symbolic link. */
const kindBits = 0o170000;
const symbolicLink = 0o120000;

/** No connector comes near this size, and a small archive may claim any. */
export const largestUnpacked = 1024 ** 3;

/** The directory at a ZIP's end; what is cut off has none. The names are as they are written: not yet checked. */
export function listZip(bytes: Uint8Array, path: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) truncated(path, bytes.length);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) truncated(path, bytes.length);
    const nameLength = view.getUint16(at + 28, true);
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)),
      mode: view.getUint32(at + 38, true) >>> 16,
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      size: view.getUint32(at + 24, true),
      compressedSize: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** All files of a ZIP, each compared with its checksum; folders are left out. */
export function readZip(bytes: Uint8Array, path: string): [string, Uint8Array][] {
  const entries = listZip(bytes, path).filter(({ name }) => !name.endsWith("/"));
  if (entries.reduce((sum, { size }) => sum + size, 0) > largestUnpacked) {
    const expected = "at most 1 GiB unpacked";
    fail({ code: "plugin-too-large", path, got: undefined, expected, fix: "take the connector's own archive" });
  }
  return entries.map((entry) => [entry.name, readEntry(bytes, entry, path)]);
}

/**
 * A ZIP whose bytes depend on nothing but names and contents: sorted, stored (jars are compressed already, and so no
 * compressor's version matters), one time, one mode. That is what lets teams compare checksums.
 */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  // ZIP times have no zone: fflate writes the local fields, so the time is made from local fields too.
  const mtime = new Date(1980, 0, 1, 12, 0, 0);
  return zipSync(Object.fromEntries(sorted), { level: 0, mtime, os: 3, attrs: (0o100644 << 16) >>> 0 });
}

function readEntry(bytes: Uint8Array, entry: ZipEntry, path: string): Uint8Array {
  if ((entry.mode & kindBits) === symbolicLink) {
    const fix = "take the connector's own archive";
    fail({ code: "plugin-link", path, got: entry.name, expected: "files and folders, no links", fix });
  }
  if (entry.encrypted || (entry.method !== 0 && entry.method !== 8)) {
    const fix = "repack the archive with zip";
    fail({
      code: "plugin-zip-kind",
      path,
      got: entry.name,
      expected: "entries stored or deflated, not encrypted",
      fix,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (entry.offset + 30 > bytes.length) truncated(path, bytes.length);
  const start = entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
  const packed = bytes.subarray(start, start + entry.compressedSize);
  const content = entry.method === 0 ? packed.slice() : inflate(packed, entry, path);
  if (content.length !== entry.size || checksum(content) !== entry.checksum) damaged(path, entry.name);
  return content;
}

function inflate(packed: Uint8Array, entry: ZipEntry, path: string): Uint8Array {
  try {
    return inflateSync(packed, { out: new Uint8Array(entry.size) });
  } catch {
    return damaged(path, entry.name);
  }
}

/** The end record stands last, before a comment of at most 65535 bytes. */
function findEnd(view: DataView): number | undefined {
  for (let at = view.byteLength - 22; at >= 0 && at >= view.byteLength - 22 - 65535; at--) {
    if (view.getUint32(at, true) === 0x06054b50) return at;
  }
  return undefined;
}

const checksums = Uint32Array.from({ length: 256 }, (_unused, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32; node's own is only in 20.15 and later. */
function checksum(content: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of content) value = (checksums[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

function truncated(path: string, size: number): never {
  const expected = "a complete ZIP; this one breaks off";
  fail({ code: "plugin-truncated", path, got: `${size} bytes`, expected, fix: "download it again" });
}

function damaged(path: string, name: string): never {
  const expected = "contents that agree with the ZIP's checksums";
  return fail({ code: "plugin-damaged", path, got: name, expected, fix: "download it again" });
}
