import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { ConfigurationError, Problem } from "../../lib/errors";

/** Where to, and whom to tell. */
export interface S3SinkStandInOptions {
  /** Folder that keeps what was built; it may be shared by several checkouts. */
  readonly cacheFolder: string;
  /** Told what takes time, before it starts; not called when there is nothing to do. @default nobody */
  readonly onStep?: (text: string) => void;
  /** Environment of Maven: PATH, JAVA_HOME, MAVEN_OPTS. @default this process's */
  readonly environment?: NodeJS.ProcessEnv;
}

/** The stand-in, ready for Kafka Connect. */
export interface S3SinkStandIn {
  /** Absolute path of a folder that holds just the plugin's jar: an entry for the worker's `plugin.path`. */
  readonly pluginFolder: string;
  /** What the connector says of itself: `1.0.0-stand-in`. */
  readonly version: string;
}

const sourceFolder = __dirname;
const oldestJava = 17;
const subject = "the build of the S3 sink's stand-in";

/**
 * Compiles the stand-in for Confluent's S3 sink with the user's own Maven. What was built stays in a folder named by a hash of
 * the sources, so that a second call returns at once; the folder appears all at once or not at all.
 */
export async function buildS3SinkStandIn(options: S3SinkStandInOptions): Promise<S3SinkStandIn> {
  const cacheFolder = resolve(options.cacheFolder);
  const pluginFolder = join(cacheFolder, `s3-sink-${hashOfSources()}`);
  const standIn = { pluginFolder, version: versionOfSources() };
  if (existsSync(pluginFolder)) return standIn;

  await checkTools(options.environment);
  mkdirSync(cacheFolder, { recursive: true });
  const workFolder = mkdtempSync(join(cacheFolder, ".s3-sink-"));
  try {
    options.onStep?.("Building the stand-in for the S3 sink with Maven");
    const buildFolder = join(workFolder, "target");
    const settings = [`-Dbuild.folder=${buildFolder}`, "-Dmaven.test.skip=true"];
    const words = ["-B", "-q", "-f", join(sourceFolder, "pom.xml"), ...settings, "package"];
    const { code, output } = await maven(words, options.environment);
    if (code !== 0) throw failed(output);
    publish(join(buildFolder, `s3-sink-${standIn.version}.jar`), join(workFolder, "plugin"), pluginFolder);
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
  return standIn;
}

/** Of what ends up in the jar, not of the tests. */
function hashOfSources(): string {
  const hash = createHash("sha256");
  const sources = readdirSync(join(sourceFolder, "src", "main"), { recursive: true, encoding: "utf8" })
    .map((name) => join("src", "main", name))
    .filter((name) => statSync(join(sourceFolder, name)).isFile());
  for (const name of ["pom.xml", ...sources.sort()])
    hash.update(`${name}\0`).update(readFileSync(join(sourceFolder, name)));
  return hash.digest("hex").slice(0, 16);
}

function versionOfSources(): string {
  const version = /<version>([^<]+)<\/version>/.exec(readFileSync(join(sourceFolder, "pom.xml"), "utf8"))?.[1];
  if (version === undefined) throw new Error("pom.xml has no version");
  return version;
}

/** A rename within the cache; when another process was faster, its folder is as good. */
function publish(jar: string, preparedFolder: string, pluginFolder: string): void {
  mkdirSync(preparedFolder);
  copyFileSync(jar, join(preparedFolder, "s3-sink-stand-in.jar"));
  try {
    renameSync(preparedFolder, pluginFolder);
  } catch (error) {
    if (!existsSync(pluginFolder)) throw error;
  }
}

/** Maven tells which Java it runs on, which needn't be the first in the PATH. */
async function checkTools(environment: NodeJS.ProcessEnv | undefined): Promise<void> {
  const { code, output } = await maven(["-version"], environment);
  const java = /Java version: (\d+)[^\n]*/.exec(output);
  if (code !== 0 || java === null) {
    throw problem("java-missing", "java", firstLine(output), "JAVA_HOME unset, or the folder of a JDK");
  }
  if (Number(java[1]) < oldestJava) throw problem("java-too-old", "java", java[0], `Java ${oldestJava} or newer`);
  const runtime = /runtime: ([^\n]+)/.exec(java[0])?.[1];
  if (runtime !== undefined && !existsSync(join(runtime.trim(), "bin", "javac"))) {
    throw problem(
      "javac-missing",
      "javac",
      undefined,
      `${join(runtime.trim(), "bin", "javac")}: a JDK, not only a JRE`,
    );
  }
}

function maven(words: string[], env: NodeJS.ProcessEnv | undefined): Promise<{ code: number | null; output: string }> {
  return new Promise((done, reject) => {
    const child = spawn("mvn", words, { cwd: sourceFolder, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error: NodeJS.ErrnoException) => {
      const missing = error.code === "ENOENT";
      reject(missing ? problem("maven-missing", "mvn", undefined, "Maven 3.6.3 or newer in the PATH") : error);
    });
    child.on("close", (code) => done({ code, output }));
  });
}

function problem(code: string, path: string, got: string | undefined, expected: string): ConfigurationError {
  const fix = `install Maven and a JDK of ${oldestJava} or newer, or give the archive of Confluent's S3 sink instead`;
  return new ConfigurationError(subject, [{ code, path, got, expected, fix }]);
}

function failed(output: string): ConfigurationError {
  const path = "mvn package";
  const expected = "a build without errors; the first one needs Maven's repository, later ones don't";
  const fix = "see whether `mvn -f local/s3-sink/pom.xml package` works, and what it says";
  const found: Problem = { code: "stand-in-not-built", path, got: firstLine(output), expected, fix };
  return new ConfigurationError(subject, [found]);
}

function firstLine(output: string): string | undefined {
  const lines = output.split("\n").map((line) => line.replace(/^\[ERROR\]\s*/, "").trim());
  return lines.find((line) => line !== "");
}
