import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tellError } from "../../cli/output";
import { pluginSources } from "../../connectors/plugins/sources";
import { cached } from "../../local/cache";
import { fetchDebezium } from "../../local/components/debezium";
import { fetchJars, type FetchOptions } from "../../local/components/fetch";
import { findPrerequisites } from "../../local/components/prerequisites";
import { fetchSink } from "../../local/components/sink";
import { identify } from "../../local/running/identity";
import { startObjectStore } from "../../local/running/object-store";
import { startProcess, waitFor } from "../../local/running/processes";
import { stopRun } from "../../local/running/runs";
import { createRun, type Run } from "../../local/running/state";
import { pluginFiles, zip } from "../connectors/plugin-archives";

/** What a machine can do to a start, each with what is told to the person in front of it. */

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cdc-trouble-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A folder for PATH with programs made of shell scripts. */
function pathWith(scripts: Readonly<Record<string, string>>): string {
  const folder = join(directory, "bin");
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return folder;
}

function fetching(env: FetchOptions["env"], steps: string[] = []): FetchOptions {
  return { cache: join(directory, "cache"), env, progress: (step) => steps.push(step) };
}

function run(): Run {
  const self = identify(process.pid) ?? { pid: process.pid, startedAt: "" };
  const state = {
    id: "trouble",
    startedAt: "",
    mode: "starting",
    supervisor: self,
    processes: [],
    folders: [],
  } as const;
  return createRun(directory, state);
}

/** What a command would print for what this rejects with, and its exit code. */
async function told(work: Promise<unknown>): Promise<string> {
  let text = "";
  const output = { stdout: { write: () => undefined }, stderr: { write: (words: string) => (text += words) } };
  const error: unknown = await work.then(
    () => new Error("nothing went wrong"),
    (reason: unknown) => reason,
  );
  expect(tellError(error, output)).toBe(1);
  return text;
}

describe("Java", () => {
  it("fails unless one that is too old is told with its number, its mending, and all else that is missing", async () => {
    const java = 'echo "    java.specification.version = 11" >&2';
    const message = await told(findPrerequisites({ PATH: pathWith({ java, mvn: "exit 0" }) }));
    expect(message).toMatch(/java: got 11\n.*Java 17 or later.*\n.*JAVA_HOME/);
    expect(message).toContain("psql-missing");
    expect(message).not.toContain("maven-missing");
  });

  it("fails unless JAVA_HOME goes before the PATH", async () => {
    pathWith({ java: 'echo "    java.specification.version = 8" >&2' });
    const env = { ...process.env, JAVA_HOME: directory };
    expect(await told(findPrerequisites(env, ["java-missing"]))).toContain("java: got 8");
  });
});

describe("a port that another program took in between", () => {
  it("fails unless it is told as that, with what to do", async () => {
    const other = createServer((socket) => socket.destroy());
    const port = await new Promise<number>((resolve) => {
      other.listen(0, "127.0.0.1", () => {
        const address = other.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
    const owner = run();
    try {
      const starting = startObjectStore(owner, { name: "bucket" }, { port, env: process.env });
      const message = await told(starting);
      expect(message).toContain("objectStore ended by itself");
      expect(message).toContain("Run the command again: it takes others.");
    } finally {
      await stopRun(owner, false);
      other.close();
    }
  });
});

describe("a disk that is full", () => {
  it("fails if a download that doesn't fit leaves half of a folder, or isn't told in words", async () => {
    const cache = join(directory, "cache");
    // Linux's device for this very purpose: full(4).
    const fill = (): Promise<void> => writeFile("/dev/full", "x");
    const message = await told(cached(cache, "kafka", fill, () => undefined));
    expect(message).toContain("room on that disk");
    expect(message).toContain("XDG_CACHE_HOME");
    expect(readdirSync(cache)).toEqual([]);
  });

  it("fails unless a server that ends for it is told with what to do", async () => {
    const owner = run();
    const words = { program: "/bin/sh", args: ["-c", "sleep 0.2; echo x | cat > /dev/full"], cwd: directory };
    const server = await startProcess(owner, { name: "broker", ...words, env: process.env });
    const waiting = waitFor("never", () => Promise.resolve(undefined), { process: server, seconds: 10 });
    expect(await told(waiting)).toContain("The disk is full. Make room");
    await stopRun(owner, false);
  });
});

describe("a download", () => {
  const set = { name: "kafka", artifacts: ["org.example:kafka:1"], exclusions: [] };
  const archive = (): string => join(directory, "whole.jar");
  beforeEach(() => writeFileSync(archive(), zip({ "a.class": Buffer.from("x".repeat(1000)) })));

  /** A Maven that "downloads" this file, twice. */
  function maven(file: string, pause = 0): FetchOptions["env"] {
    const copy = `for word; do case $word in -DoutputDirectory=*) /bin/cp '${file}' "\${word#*=}/kafka.jar" ;; esac; done`;
    const line = "[INFO] Downloaded from central: https://example.org/kafka.jar (1.5 MB at 3.0 MB/s)";
    return { PATH: pathWith({ mvn: `echo "${line}"; /bin/sleep ${pause}; echo "${line}"; ${copy}` }) };
  }

  it("fails unless one that takes long tells how far it is", async () => {
    const steps: string[] = [];
    const folder = await fetchJars(set, fetching(maven(archive(), 3.2), steps));
    expect(readdirSync(folder)).toEqual(["kafka.jar", "pom.xml"]);
    expect(steps).toEqual(["fetching kafka with Maven", "fetching kafka with Maven: 2 files, 3.0 MB"]);
  });

  it("fails if a jar of which half is there is taken, or stands in the way of a whole one", async () => {
    const half = join(directory, "half.jar");
    copyFileSync(archive(), half);
    truncateSync(half, 60);
    const message = await told(fetchJars(set, fetching(maven(half))));
    expect(message).toMatch(/kafka\.jar: got "60 bytes that break off"/);
    expect(message).toContain("delete kafka.jar in Maven's own cache");
    expect(existsSync(await fetchJars(set, fetching(maven(archive()))))).toBe(true);
  });
});

describe("a plugin archive", () => {
  it.each([
    ["Debezium's", pluginSources.debezium.archive, fetchDebezium],
    ["the sink's", pluginSources["s3-sink"].archive, fetchSink],
  ])("fails if %s is taken although it breaks off", async (_name, name, fetch) => {
    const file = join(directory, name);
    writeFileSync(file, zip(pluginFiles("debezium")));
    truncateSync(file, 200);
    const message = await told(fetch(file, fetching({})));
    expect(message).toMatch(/plugin-|truncated|breaks off/);
    expect(message).toContain(name);
  });
});
