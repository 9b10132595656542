import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unpack } from "../../connectors/plugins/archive";
import { ConfigurationError, type Problem, throwProblems } from "../../lib/errors";
import { cached } from "../cache";
import type { Environment, Progress } from "../environment";
import { MAVEN_DEPENDENCY_PLUGIN, type MavenSet } from "../versions";
import { runCommand } from "./command";

/** How often a download tells how far it is. */
const PROGRESS_MILLISECONDS = 3000;

/** Begins a ZIP's last record: APPNOTE.TXT of the ZIP format, 4.3.16. */
const END_OF_ZIP = Buffer.from([0x50, 0x4b, 0x05, 0x06]);

/** What every download needs. */
export interface FetchOptions {
  readonly cache: string;
  readonly env: Environment;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** A folder with the jars of a set and all they need. */
export function fetchJars(set: MavenSet, options: FetchOptions): Promise<string> {
  const fill = async (folder: string): Promise<void> => {
    const pom = join(folder, "pom.xml");
    writeFileSync(pom, renderPom(set));
    const goal = `${MAVEN_DEPENDENCY_PLUGIN}:copy-dependencies`;
    // --strict-checksums: without it a wrong checksum is only a warning. Ten files at a time instead of Maven's five.
    const words = [
      "-B",
      "--strict-checksums",
      "-Dmaven.artifact.threads=10",
      "-f",
      pom,
      goal,
      "-DincludeScope=runtime",
    ];
    const onLine = tellDownloads(set.name, options.progress);
    const run = await runCommand("mvn", [...words, `-DoutputDirectory=${folder}`], { ...options, onLine });
    if (run.exitCode !== 0) throw failed(set.name, "mvn", firstError(run.stdout + run.stderr));
    throwProblems("the jars that Maven gave", damagedJars(folder));
  };
  return cached(options.cache, set.name, fill, () => options.progress(`fetching ${set.name} with Maven`));
}

const units: Readonly<Record<string, number>> = { B: 1e-6, kB: 1e-3, MB: 1, GB: 1e3 };

/** Reads Maven's `Downloaded from …/x.jar (1.2 MB at 3.4 MB/s)`, and tells the sum every few seconds. */
function tellDownloads(name: string, progress: Progress): (line: string) => void {
  let [files, megabytes, told] = [0, 0, Date.now()];
  return (line) => {
    const [, size, unit = ""] = /Downloaded from .+ \(([\d.]+) (\w+) at /.exec(line) ?? [];
    if (size === undefined) return;
    files++;
    megabytes += Number(size) * (units[unit] ?? 0);
    if (Date.now() - told < PROGRESS_MILLISECONDS) return;
    told = Date.now();
    progress(`fetching ${name} with Maven: ${files} files, ${megabytes.toFixed(1)} MB`);
  };
}

/**
 * Jars without a ZIP's end. Maven compares checksums when it downloads, but takes what lies in its own cache as it is, and a full
 * disk or a crash may have left half of a file there.
 */
function damagedJars(folder: string): Problem[] {
  const jars = readdirSync(folder).filter((name) => name.endsWith(".jar"));
  const damaged = jars.filter((name) => !readFileSync(join(folder, name)).includes(END_OF_ZIP));
  return damaged.map((name) => ({
    code: "download-damaged",
    path: name,
    got: `${statSync(join(folder, name)).size} bytes that break off`,
    expected: "a complete jar",
    fix: `delete ${name} in Maven's own cache (~/.m2/repository unless your settings.xml says otherwise), and run the command again`,
  }));
}

/** The archive of a plugin, unpacked. */
export function fetchPluginArchive(name: string, archive: string, options: FetchOptions): Promise<string> {
  const fill = (folder: string): Promise<void> => unpackInto(new Uint8Array(readFileSync(archive)), archive, folder);
  return cached(options.cache, name, fill, () => options.progress(`unpacking ${archive}`));
}

/** Writes the files of an archive; `path` is for messages. */
export async function unpackInto(bytes: Uint8Array, path: string, folder: string): Promise<void> {
  for (const [name, content] of await unpack(bytes, path)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

function renderPom({ name, artifacts, exclusions }: MavenSet): string {
  const excluded = exclusions.map((exclusion) => {
    const [groupId, artifactId] = exclusion.split(":");
    return `<exclusion><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId></exclusion>`;
  });
  const dependencies = artifacts.map((artifact) => {
    const [groupId, artifactId, version] = artifact.split(":");
    const coordinates = `<groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version>`;
    return `<dependency>${coordinates}<exclusions>${excluded.join("")}</exclusions></dependency>`;
  });
  return `<project><modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>${name}</artifactId><version>1</version>
<dependencies>
${dependencies.join("\n")}
</dependencies></project>
`;
}

/** Maven's first error says what happened; the others how to get more output. */
function firstError(output: string): string {
  return /^\[ERROR\]\s*(.+)$/m.exec(output)?.[1] ?? output.trim();
}

function failed(what: string, tool: string, output: string): ConfigurationError {
  return new ConfigurationError("downloads of the local pipeline", [
    {
      code: "download-failed",
      path: what,
      got: output.trim().split("\n").slice(-3).join("\n"),
      expected: `${tool} fetches it, with the mirrors and proxies of your own settings`,
      fix: "check the network, then run the command again: what is already fetched stays",
    },
  ]);
}
