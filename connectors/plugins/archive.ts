import { gunzipSync } from "node:zlib";
import { extract } from "tar-stream";
import { fail } from "./problems";
import { largestUnpacked, readZip } from "./zip";

/** Path inside the archive → contents. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** The files of a tar.gz or a ZIP, told apart by their first bytes; every path is safe to write. `path` is for messages. */
export async function unpack(bytes: Uint8Array, path: string): Promise<Files> {
  const entries = await readEntries(bytes, path);
  const files = new Map<string, Uint8Array>();
  for (const [name, content] of entries) {
    if (!isSafe(name) || files.has(name)) {
      const expected = "relative paths without .., each once: nothing that could be written outside its folder";
      fail({ code: "plugin-path", path, got: name, expected, fix: "don't use this archive; take the connector's own" });
    }
    files.set(name, content);
  }
  return files;
}

async function readEntries(bytes: Uint8Array, path: string): Promise<[string, Uint8Array][]> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return readTarGz(bytes, path);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readZip(bytes, path);
  const beginning = Buffer.from(bytes.subarray(0, 60)).toString("latin1").trimStart();
  const page = /^<(!doctype|html|\?xml|error)/i.test(beginning);
  const kind = page
    ? `a web page (${JSON.stringify(beginning.slice(0, 30))}…)`
    : `${bytes.length} bytes of something else`;
  const fix = page ? "open the address in a browser: it most likely says why" : "give the archive as it was downloaded";
  return fail({ code: "plugin-not-an-archive", path, got: kind, expected: "a ZIP or a tar.gz", fix });
}

async function readTarGz(bytes: Uint8Array, path: string): Promise<[string, Uint8Array][]> {
  const tar = gunzip(bytes, path);
  const entries: [string, Uint8Array][] = [];
  const stream = extract();
  stream.end(tar);
  try {
    for await (const entry of stream) {
      const { name, type } = entry.header;
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry) chunks.push(chunk as Uint8Array);
      if (type === "directory") continue;
      if (type !== "file") {
        const expected = `files and folders, no ${type}`;
        fail({ code: "plugin-link", path, got: name, expected, fix: "take the connector's own archive" });
      }
      entries.push([name.replace(/^\.\//, ""), new Uint8Array(Buffer.concat(chunks))]);
    }
  } catch (error) {
    if (error instanceof Error && error.name === "ConfigurationError") throw error;
    broken(path, error);
  }
  return entries;
}

function gunzip(bytes: Uint8Array, path: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: largestUnpacked });
  } catch (error) {
    return broken(path, error);
  }
}

function broken(path: string, error: unknown): never {
  const got = error instanceof Error ? error.message : String(error);
  fail({
    code: "plugin-truncated",
    path,
    got,
    expected: "a complete tar.gz; this one breaks off",
    fix: "download it again",
  });
}

function isSafe(name: string): boolean {
  if (name === "" || name.startsWith("/") || /^[A-Za-z]:/.test(name) || /[\\\0]/.test(name)) return false;
  return name.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}
