import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { DownloadOptions, download } from "./download";
import {
  PluginLockEntry,
  connectorsDirectory,
  pluginArchiveStatus,
  readPluginLock,
  sha256,
  writeAtomically,
  writePluginLock,
} from "./lock";
import { MavenMissing, MavenOptions, fetchWithMaven } from "./maven";
import { fail } from "./problems";
import { repack } from "./repack";
import { PluginSource, isAddress, usualPlugins } from "./sources";

/** How one plugin is to be prepared. */
export interface PrepareOptions extends DownloadOptions, MavenOptions {
  /** The archive as downloaded by hand. @default it is fetched from the source's origin */
  readonly file?: string;
  /** Another address than the source's. @default the source's origin */
  readonly url?: string;
  /** Take a source that differs from the lock, and lock it anew. @default false: it is refused */
  readonly update?: boolean;
  /** Where archives and lock are. @default connectors/ */
  readonly directory?: string;
  /** Told what is being done, for people who wait. @default nobody is told */
  readonly onStep?: (step: string) => void;
}

/** What was done, and what is there now. */
export interface PreparedPlugin {
  readonly status: "up-to-date" | "written";
  readonly archive: string;
  readonly entry: PluginLockEntry;
}

/**
 * Fetches, checks and repacks one plugin, and locks what came out. Without work to do it needs no network: the archive has the
 * lock's checksum.
 */
export async function preparePlugin(source: PluginSource, options: PrepareOptions = {}): Promise<PreparedPlugin> {
  const { directory = connectorsDirectory, file, update = false, onStep } = options;
  const given = file === undefined ? undefined : readGiven(source, file);
  const status = pluginArchiveStatus(source.name, directory);
  const { locked } = status;
  const { additions = [] } = source;
  const current =
    locked?.version === source.version &&
    locked.sha256 === status.sha256 &&
    additions.join() === Object.keys(locked.additions ?? {}).join();
  if (current && !update && (given === undefined || sha256(given) === locked.sourceSha256)) {
    return { status: "up-to-date", archive: status.file, entry: locked };
  }
  if (given === undefined) onStep?.(`fetching ${originOf(source, options)}`);
  const archive = given ?? (await fetch(source, options));
  const sourceSha256 = sha256(archive);
  if (!update) checkSource(source, locked, sourceSha256);
  const jars = new Map<string, Uint8Array>();
  for (const coordinates of additions) {
    onStep?.(`fetching ${coordinates}`);
    const jar = await fetchAddition(source, coordinates, options);
    checkPinned(source, coordinates, sha256(jar));
    if (!update) checkAddition(source, coordinates, locked, sha256(jar));
    jars.set(coordinates, jar);
  }
  onStep?.(`checking and repacking ${archive.length} bytes`);
  const zip = await repack(source, archive, jars);
  const entry = {
    source: originOf(source, options),
    version: source.version,
    sourceSha256,
    ...(jars.size === 0 ? {} : { additions: Object.fromEntries([...jars].map(([name, jar]) => [name, sha256(jar)])) }),
    sha256: sha256(zip),
    size: zip.length,
  };
  if (!update) checkZip(source, locked, entry.sha256);
  writeAtomically(status.file, zip);
  // The same archive from somewhere else is the same archive: the lock stays as it is.
  const kept = !update && locked !== undefined ? locked : entry;
  writePluginLock({ ...readPluginLock(directory), [source.name]: kept }, directory);
  return { status: "written", archive: status.file, entry: kept };
}

/** What stands in the lock as the source. A given file's folder is nobody else's business. */
function originOf(source: PluginSource, { file, url }: PrepareOptions): string {
  if (file !== undefined) return `file:${basename(file)}`;
  if (url !== undefined) return url;
  return "maven" in source.origin ? source.origin.maven : source.origin.url;
}

function readGiven(source: PluginSource, file: string): Uint8Array {
  if (existsSync(file)) return new Uint8Array(readFileSync(file));
  const expected = "a file that exists";
  return fail({ code: "plugin-file", path: `--${source.name}`, got: file, expected, fix: "correct the path" });
}

async function fetch(source: PluginSource, options: PrepareOptions): Promise<Uint8Array> {
  const { origin, name } = source;
  const tried = originOf(source, options);
  const byMaven = options.url === undefined && "maven" in origin;
  const byHand = byMaven ? `get ${tried} from Maven Central by hand` : `download ${tried} in a browser`;
  const option = usualPlugins.includes(name) ? `--${name} FILE` : `--only ${name} --debezium FILE`;
  const fetching = (): Promise<Uint8Array> =>
    byMaven ? fetchWithMaven(origin.maven, options) : download(tried, options);
  return attempt(name, tried, `${byHand}, then run: npm run plugins -- ${option}`, fetching, options);
}

/** A jar that is packed with the plugin. */
function fetchAddition(source: PluginSource, coordinates: string, options: PrepareOptions): Promise<Uint8Array> {
  if (isAddress(coordinates)) {
    const fix = "let this machine reach the address, then run the command again";
    return attempt(source.name, coordinates, fix, () => download(coordinates, options), options);
  }
  const fix = "let Maven reach Maven Central, or a mirror by your settings.xml, then run the command again";
  return attempt(source.name, coordinates, fix, () => fetchWithMaven(coordinates, options), options);
}

/** Tells in words why it failed, and what to do. */
async function attempt(
  name: string,
  tried: string,
  fix: string,
  fetching: () => Promise<Uint8Array>,
  options: PrepareOptions,
): Promise<Uint8Array> {
  try {
    return await fetching();
  } catch (error) {
    if (options.signal?.aborted === true) {
      const expected = "to be let finish";
      return fail({
        code: "interrupted",
        path: name,
        got: undefined,
        expected,
        fix: "run npm run plugins again: nothing was changed",
      });
    }
    const got = describe(error);
    if (error instanceof MavenMissing) {
      const expected = "Apache Maven 3.x";
      return fail({ code: "plugin-maven", path: name, got, expected, fix: `install Apache Maven 3.x; or ${fix}` });
    }
    return fail({ code: "plugin-unreachable", path: name, got, expected: `an answer for ${tried}`, fix });
  }
}

function checkSource(source: PluginSource, locked: PluginLockEntry | undefined, found: string): void {
  if (locked === undefined || locked.sourceSha256 === found) return;
  const changed =
    locked.version === source.version ? "the same version has other contents" : "sources.ts asks for another version";
  fail({
    code: "plugin-checksum",
    path: source.name,
    got: `sha256 ${found} (${source.version})`,
    expected: `sha256 ${locked.sourceSha256} (${locked.version}), as in plugins.lock.json; ${changed}`,
    fix: "if that is meant to be: npm run plugins -- --update, and commit plugins.lock.json",
  });
}

function checkAddition(
  source: PluginSource,
  coordinates: string,
  locked: PluginLockEntry | undefined,
  found: string,
): void {
  const expected = locked?.additions?.[coordinates];
  if (locked === undefined || expected === found) return;
  fail({
    code: "plugin-checksum",
    path: `${source.name}: ${coordinates}`,
    got: `sha256 ${found}`,
    expected:
      expected === undefined ? "a jar that plugins.lock.json has" : `sha256 ${expected}, as in plugins.lock.json`,
    fix: `if that is meant to be: npm run plugins -- --only ${source.name} --update, and commit plugins.lock.json`,
  });
}

/** Not even --update takes another content than sources.ts says. */
function checkPinned({ name, additionsSha256 }: PluginSource, coordinates: string, found: string): void {
  const pinned = additionsSha256?.[coordinates];
  if (pinned === undefined || pinned === found) return;
  fail({
    code: "plugin-checksum",
    path: `${name}: ${coordinates}`,
    got: `sha256 ${found}`,
    expected: `sha256 ${pinned}, as in connectors/secrets-manager.ts`,
    fix: "don't use it: a release doesn't change; for another release change address and checksum there",
  });
}

function checkZip(source: PluginSource, locked: PluginLockEntry | undefined, found: string): void {
  if (locked === undefined || locked.sha256 === found) return;
  fail({
    code: "plugin-zip-checksum",
    path: source.name,
    got: `sha256 ${found}`,
    expected: `sha256 ${locked.sha256}, as in plugins.lock.json: the same source used to give another ZIP`,
    fix: "if connectors/plugins/ was changed on purpose: npm run plugins -- --update, and commit plugins.lock.json",
  });
}

/** Node's error for several refused addresses has a code and no message. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === "" && "code" in error ? String(error.code) : error.message;
}
