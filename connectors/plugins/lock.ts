import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { fail } from "./problems";
import { PluginName, pluginNames, pluginSources } from "./sources";

/** connectors/: where the archives and the lock stand. */
export const connectorsDirectory = join(__dirname, "..");

/** The lock's file name; commit it. */
const lockFile = "plugins.lock.json";

const sha256Text = z.string().regex(/^[0-9a-f]{64}$/);
const entry = z.strictObject({
  /** Maven coordinates, an address, or `file:` and a name. */
  source: z.string(),
  version: z.string(),
  /** Of what was downloaded. */
  sourceSha256: sha256Text,
  /** Of the jars that were packed with it: coordinates → checksum. */
  additions: z.record(z.string(), sha256Text).optional(),
  /** Of the ZIP that was made of it. */
  sha256: sha256Text,
  size: z.int().positive(),
});
const lock = z.strictObject(
  Object.fromEntries(pluginNames.map((name) => [name, entry.optional()])) as Record<
    PluginName,
    z.ZodOptional<typeof entry>
  >,
);

/** What a plugin was, when it was prepared last. */
export type PluginLockEntry = z.infer<typeof entry>;
/** The lock of all plugins; those never prepared aren't in it. */
export type PluginLock = Partial<Record<PluginName, PluginLockEntry>>;

/** An archive in connectors/, compared with the lock. */
export interface PluginArchiveStatus {
  /** `present` also without a lock entry: there is nothing that it could differ from. */
  readonly status: "missing" | "present" | "differs";
  /** The archive's path. */
  readonly file: string;
  /** The checksum that was found. @default the archive is missing */
  readonly sha256?: string;
  /** The lock's entry. @default the plugin isn't locked */
  readonly locked?: PluginLockEntry;
}

/** The lock; empty where there is none. Fails if it can't be understood. */
export function readPluginLock(directory: string = connectorsDirectory): PluginLock {
  const file = join(directory, lockFile);
  if (!existsSync(file)) return {};
  const result = lock.safeParse(parse(readFileSync(file, "utf8")));
  if (result.success) return result.data;
  const expected = "the lock as npm run plugins writes it";
  const got = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  return fail({
    code: "plugin-lock",
    path: lockFile,
    got,
    expected,
    fix: "restore it from git, or delete it and run again",
  });
}

/** Writes the lock: always the same text for the same entries. */
export function writePluginLock(entries: PluginLock, directory: string = connectorsDirectory): void {
  // Through the schema once more: it brings the keys into one order and leaves out what is unset.
  const text = JSON.stringify(lock.parse(entries), undefined, 2);
  writeAtomically(join(directory, lockFile), Buffer.from(`${text}\n`));
}

/** Is the archive there, and is it the one of the lock? */
export function pluginArchiveStatus(name: PluginName, directory: string = connectorsDirectory): PluginArchiveStatus {
  const file = join(directory, pluginSources[name].archive);
  const locked = readPluginLock(directory)[name];
  if (!existsSync(file)) return { status: "missing", file, locked };
  const found = sha256(readFileSync(file));
  const status = locked === undefined || locked.sha256 === found ? "present" : "differs";
  return { status, file, sha256: found, locked };
}

/** The checksum that the lock holds. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Beside the file first, then renamed: whoever looks finds the old file or the new one, never a half. */
export function writeAtomically(file: string, bytes: Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  // Ends like the file, so that git ignores a leftover as it ignores the file.
  const temporary = join(dirname(file), `.${randomUUID()}.${basename(file)}`);
  try {
    const descriptor = openSync(temporary, "wx", mode);
    try {
      writeFileSync(descriptor, bytes);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 100);
  }
}
