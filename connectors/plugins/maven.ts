import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Pinned, so that two machines run the same plugin; any of the 3.x line has the goal. */
const copyGoal = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy";

/** What Maven runs with. */
export interface MavenOptions {
  /** Its environment: PATH, JAVA_HOME, MAVEN_OPTS. @default this process's */
  readonly environment?: NodeJS.ProcessEnv;
  /** Ends it when aborted. @default never */
  readonly signal?: AbortSignal;
}

/** Maven isn't installed. */
export class MavenMissing extends Error {
  constructor() {
    super("mvn is not installed, or not in the PATH");
    this.name = "MavenMissing";
  }
}

/**
 * An artifact by its coordinates (`group:artifact:version:type:classifier`), through the user's own Maven with its mirrors,
 * proxies and cache; Maven compares it with the repository's checksum.
 */
export async function fetchWithMaven(coordinates: string, options: MavenOptions = {}): Promise<Uint8Array> {
  const directory = mkdtempSync(join(tmpdir(), "cdc-plugins-"));
  try {
    // --strict-checksums: without it a wrong checksum is only a warning.
    const settings = [`-Dartifact=${coordinates}`, `-DoutputDirectory=${directory}`];
    await run(["-B", "-q", "--strict-checksums", copyGoal, ...settings], directory, options);
    const [file] = readdirSync(directory);
    if (file === undefined) throw new Error("mvn reported success, but there is no file");
    return new Uint8Array(readFileSync(join(directory, file)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function run(words: string[], cwd: string, { environment, signal }: MavenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("mvn", words, { cwd, env: environment, signal, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error: NodeJS.ErrnoException) => reject(error.code === "ENOENT" ? new MavenMissing() : error));
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(firstError(output) ?? `mvn ended with ${code}`)),
    );
  });
}

/** Maven's first error says what happened; the others how to get more output. */
function firstError(output: string): string | undefined {
  return /^\[ERROR\]\s*(.+)$/m.exec(output)?.[1];
}
