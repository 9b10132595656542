import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unpack } from "../../connectors/plugins/archive";
import { ConfigurationError } from "../../lib/errors";
import { cached } from "../cache";
import type { Environment, Progress } from "../environment";
import { MAVEN_DEPENDENCY_PLUGIN, type MavenSet } from "../versions";
import { runCommand } from "./command";

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
    // --strict-checksums: without it a wrong checksum is only a warning.
    const words = ["-B", "-q", "--strict-checksums", "-f", pom, goal, "-DincludeScope=runtime"];
    const run = await runCommand("mvn", [...words, `-DoutputDirectory=${folder}`], options);
    if (run.exitCode !== 0) throw failed(set.name, "mvn", firstError(run.stdout + run.stderr));
  };
  return cached(options.cache, set.name, fill, () => options.progress(`fetching ${set.name} with Maven`));
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
