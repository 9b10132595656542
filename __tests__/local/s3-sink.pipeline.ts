import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError } from "../../lib/errors";
import { buildS3SinkStandIn } from "../../local/s3-sink/build";

const project = join(__dirname, "..", "..", "local", "s3-sink");

// Maven may have to fetch its plugins first.
jest.setTimeout(300_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "s3-sink-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the stand-in for the S3 sink", () => {
  it("fails if one of its JUnit tests fails, or none runs", () => {
    const target = join(folder, "target");
    const verify = (...more: string[]): Buffer =>
      execFileSync("mvn", ["-B", "-q", ...more, `-Dbuild.folder=${target}`, "verify"], { cwd: project, stdio: "pipe" });
    try {
      verify("-o");
    } catch {
      verify();
    }
    const reports = readdirSync(join(target, "surefire-reports")).filter((name) => name.endsWith(".xml"));
    const counts = reports.map((name) => {
      const report = readFileSync(join(target, "surefire-reports", name), "utf8");
      return Number(/<testsuite [^>]*\btests="(\d+)"/.exec(report)?.[1]);
    });
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  });

  it("fails if it is built twice, or something is left beside it", async () => {
    const cacheFolder = join(folder, "cache");
    const steps: string[] = [];
    const onStep = (text: string): number => steps.push(text);
    const built = await buildS3SinkStandIn({ cacheFolder, onStep });
    // Without a PATH there is no Maven.
    const again = await buildS3SinkStandIn({ cacheFolder, onStep, environment: { PATH: "" } });
    expect(again).toEqual(built);
    expect(built.version).toContain("stand-in");
    expect(steps).toHaveLength(1);
    expect(readdirSync(cacheFolder)).toHaveLength(1);
    expect(readdirSync(built.pluginFolder)).toEqual(["s3-sink-stand-in.jar"]);
  });
});

describe("tools that are missing", () => {
  /** A folder that holds nothing but a `mvn` that prints this. */
  function pathWithMaven(lines: string, code = 0): string {
    const path = mkdtempSync(join(folder, "bin-"));
    writeFileSync(join(path, "mvn"), `#!/bin/sh\necho '${lines}'\nexit ${code}\n`);
    chmodSync(join(path, "mvn"), 0o755);
    return path;
  }

  async function codeWith(PATH: string): Promise<string | undefined> {
    const building = buildS3SinkStandIn({ cacheFolder: join(folder, "never"), environment: { PATH } });
    const error: unknown = await building.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as ConfigurationError).problems[0]?.code;
  }

  it("fails if a missing Maven isn't told", async () => {
    expect(await codeWith(mkdtempSync(join(folder, "empty-")))).toBe("maven-missing");
  });

  it("fails if a missing Java isn't told", async () => {
    expect(await codeWith(pathWithMaven("The JAVA_HOME environment variable is not defined correctly", 1))).toBe(
      "java-missing",
    );
  });

  it("fails if an old Java isn't told", async () => {
    expect(await codeWith(pathWithMaven("Java version: 11.0.2, vendor: X, runtime: /nowhere"))).toBe("java-too-old");
    expect(await codeWith(pathWithMaven("Java version: 1.8.0_392, vendor: X, runtime: /nowhere"))).toBe("java-too-old");
  });

  it("fails if a missing compiler isn't told", async () => {
    expect(await codeWith(pathWithMaven("Java version: 17.0.1, vendor: X, runtime: /nowhere"))).toBe("javac-missing");
  });

  it("fails if Maven's own words are lost when the build fails", async () => {
    const path = pathWithMaven(
      "Java version: 17.0.1\n[ERROR] no such repository'\n[ \"$1\" = -version ] || exit 1\necho '",
    );
    expect(await codeWith(path)).toBe("stand-in-not-built");
  });
});
