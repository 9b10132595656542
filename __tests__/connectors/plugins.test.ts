import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, RequestListener } from "node:http";
import { AddressInfo, createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { runPlugins } from "../../cli/plugins";
import { download } from "../../connectors/plugins/download";
import {
  pluginArchiveStatus,
  readPluginLock,
  sha256,
  writeAtomically,
  writePluginLock,
} from "../../connectors/plugins/lock";
import { preparePlugin } from "../../connectors/plugins/prepare";
import { PluginName, pluginSources } from "../../connectors/plugins/sources";
import { listZip, readZip } from "../../connectors/plugins/zip";
import { Problem } from "../../lib/errors";
import { jar, pluginFiles, tarGz, zip } from "./plugin-archives";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plugins-test-"));
  mkdirSync(join(directory, "connectors"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const connectors = (): string => join(directory, "connectors");

function write(name: string, bytes: Uint8Array | string): string {
  const file = join(directory, name);
  writeFileSync(file, bytes);
  return file;
}

/** Runs the command on a directory of its own. */
async function run(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return runUntil(undefined, ...words);
}

async function runUntil(
  signal: AbortSignal | undefined,
  ...words: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = "";
  let stderr = "";
  const code = await runPlugins(
    [...words, "--directory", connectors()],
    {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
    },
    signal,
  );
  return { code, stdout, stderr };
}

/** The code of the one problem that an archive gives. */
async function problemOf(name: PluginName, archive: Uint8Array | string): Promise<string> {
  const { code, stdout } = await run("--only", name, `--${name}`, write("given", archive), "--json");
  const [outcome] = JSON.parse(stdout) as { status: string; problems: Problem[] }[];
  expect(code).toBe(1);
  expect(outcome?.status).toBe("failed");
  expect(readdirSync(connectors())).toEqual([]);
  return outcome?.problems.map((problem) => problem.code).join() ?? "";
}

describe("a good archive", () => {
  test.each(["debezium", "s3-sink"] as const)("of %s is repacked and locked", async (name) => {
    const source = pluginSources[name];
    const bytes = name === "debezium" ? await tarGz(pluginFiles(name)) : zip(pluginFiles(name));
    const { code, stdout } = await run("--only", name, `--${name}`, write("given", bytes));
    expect(code).toBe(0);
    expect(stdout).toContain("written");
    expect(stdout).toContain(source.licence);
    const archive = readFileSync(join(connectors(), source.archive));
    expect(readZip(archive, name).map(([file]) => file)).toEqual(Object.keys(pluginFiles(name)).sort());
    expect(readPluginLock(connectors())[name]).toEqual({
      source: "file:given",
      version: source.version,
      sourceSha256: sha256(bytes),
      sha256: sha256(archive),
      size: archive.length,
    });
    expect(pluginArchiveStatus(name, connectors())).toMatchObject({ status: "present", sha256: sha256(archive) });
  });

  test("gives the same bytes in any order, at any time, from either kind of archive", async () => {
    const files = pluginFiles("debezium");
    const reversed = Object.fromEntries(Object.entries(files).reverse());
    const given = [zip(files), zip(reversed, "2020-02-02T02:02:02"), await tarGz(files), await tarGz(reversed)];
    const archives: string[] = [];
    for (const bytes of given) {
      await run("--only", "debezium", "--debezium", write("given", bytes), "--update");
      archives.push(sha256(readFileSync(join(connectors(), pluginSources.debezium.archive))));
    }
    expect(new Set(archives).size).toBe(1);
  });

  test("has one time and one mode", async () => {
    await run("--only", "s3-sink", "--s3-sink", write("given", zip(pluginFiles("s3-sink"))));
    const entries = listZip(readFileSync(join(connectors(), "s3-sink.zip")), "s3-sink");
    expect(entries.map(({ mode, method }) => [mode, method])).toEqual(entries.map(() => [0o100644, 0]));
  });

  test("is up to date the second time, without its source", async () => {
    const bytes = zip(pluginFiles("s3-sink"));
    await run("--only", "s3-sink", "--s3-sink", write("given", bytes));
    const before = statSync(join(connectors(), "s3-sink.zip")).mtimeMs;
    rmSync(join(directory, "given"));
    const { code, stdout, stderr } = await run("--only", "s3-sink", "--s3-sink-url", "https://127.0.0.1:1/x.zip");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("up to date");
    expect(statSync(join(connectors(), "s3-sink.zip")).mtimeMs).toBe(before);
  });

  test("is made again if it differs from the lock, and the lock stays", async () => {
    const file = write("given.zip", zip(pluginFiles("s3-sink")));
    await run("--only", "s3-sink", "--s3-sink", file);
    const lock = readFileSync(join(connectors(), "plugins.lock.json"), "utf8");
    writeFileSync(join(connectors(), "s3-sink.zip"), "damaged");
    expect(pluginArchiveStatus("s3-sink", connectors()).status).toBe("differs");
    expect((await run("--only", "s3-sink", "--s3-sink", file)).code).toBe(0);
    expect(pluginArchiveStatus("s3-sink", connectors()).status).toBe("present");
    expect(readFileSync(join(connectors(), "plugins.lock.json"), "utf8")).toBe(lock);
  });
});

describe("fails if the archive", () => {
  const good = (): Record<string, Uint8Array> => pluginFiles("s3-sink");
  const { folder } = pluginSources["s3-sink"];

  test.each([50, 200, -1])("breaks off at byte %d", async (end) => {
    expect(await problemOf("s3-sink", zip(good()).subarray(0, end))).toBe("plugin-truncated");
  });

  test("breaks off, as a tar.gz", async () => {
    const bytes = await tarGz(pluginFiles("debezium"));
    expect(await problemOf("debezium", bytes.subarray(0, bytes.length - 20))).toBe("plugin-truncated");
  });

  test.each([0, 6] as const)("has a byte that was changed, compressed with level %d", async (level) => {
    const bytes = zipSync(good(), { level }).slice();
    const licence = listZip(bytes, "s3-sink").find(({ name }) => name.endsWith("LICENSE.txt"));
    const at = (licence?.offset ?? 0) + 30 + (licence?.name.length ?? 0) + 3;
    bytes[at] = (bytes[at] ?? 0) ^ 0x55;
    expect(await problemOf("s3-sink", bytes)).toBe("plugin-damaged");
  });

  test("is a web page", async () => {
    expect(await problemOf("s3-sink", "<!DOCTYPE html><title>403</title>")).toBe("plugin-not-an-archive");
  });

  test("is empty", async () => {
    expect(await problemOf("s3-sink", "")).toBe("plugin-not-an-archive");
  });

  test.each([
    "../evil.jar",
    "/evil.jar",
    `${folder}/../../evil.jar`,
    "C:/evil.jar",
    `${folder}\\evil.jar`,
    `${folder}//evil.jar`,
  ])("has the path %s", async (name) => {
    expect(await problemOf("s3-sink", zip({ ...good(), [name]: Buffer.from("x") }))).toBe("plugin-path");
  });

  test("has the path ../evil.jar, as a tar.gz", async () => {
    const bytes = await tarGz({ ...pluginFiles("debezium"), "../evil.jar": Buffer.from("x") });
    expect(await problemOf("debezium", bytes)).toBe("plugin-path");
  });

  test("has a link, as a tar.gz", async () => {
    const bytes = await tarGz(pluginFiles("debezium"), { name: "debezium-connector-postgres/link", type: "symlink" });
    expect(await problemOf("debezium", bytes)).toBe("plugin-link");
  });

  test("has files outside its folder", async () => {
    expect(await problemOf("s3-sink", zip({ ...good(), "other/x": Buffer.from("x") }))).toBe("plugin-folder");
  });

  test("is another version's", async () => {
    const renamed = Object.entries(good()).map(
      ([file, content]) => [file.replace("10.5.0", "10.5.25"), content] as const,
    );
    expect(await problemOf("s3-sink", zip(Object.fromEntries(renamed)))).toBe("plugin-folder");
  });

  test("has another class", async () => {
    expect(await problemOf("s3-sink", zip({ ...good(), [`${folder}/connector.jar`]: jar("x/Z.class") }))).toBe(
      "plugin-class",
    );
  });

  test("is the other plugin's", async () => {
    expect(await problemOf("s3-sink", await tarGz(pluginFiles("debezium")))).toBe("plugin-folder");
  });

  test("has no licence", async () => {
    const files = good();
    delete files[`${folder}/LICENSE.txt`];
    expect(await problemOf("s3-sink", zip(files))).toBe("plugin-licence");
  });

  test("isn't there", async () => {
    const { code, stderr } = await run("--only", "s3-sink", "--s3-sink", join(directory, "missing.zip"));
    expect(code).toBe(1);
    expect(stderr).toContain("(plugin-file)");
  });
});

describe("jars that are packed with a plugin", () => {
  const [, groovy = ""] = pluginSources["debezium-scripting"].additions ?? [];
  const path = process.env.PATH;
  afterEach(() => {
    process.env.PATH = path;
  });

  /** A Maven that makes each jar of its coordinates and of `contents`. */
  function fakeMaven(contents: string): void {
    const script = `for word; do case $word in
      -Dartifact=*) artifact=\${word#*=} ;;
      -DoutputDirectory=*) echo "$artifact ${contents}" > "\${word#*=}/jar" ;;
    esac; done`;
    chmodSync(write("mvn", `#!/bin/sh\n${script}\n`), 0o755);
    process.env.PATH = `${directory}:${path}`;
  }

  // Made once: a second one would hold another time, and so be another archive.
  const tarball = tarGz(pluginFiles("debezium"));

  async function prepare(...words: string[]): ReturnType<typeof run> {
    const debezium = write("debezium.tar.gz", await tarball);
    return run("--only", "debezium-scripting", "--debezium", debezium, ...words);
  }

  test("fails if they aren't in the archive and in the lock, or are fetched again", async () => {
    fakeMaven("1");
    expect((await prepare()).code).toBe(0);
    const { archive, folder, additions = [] } = pluginSources["debezium-scripting"];
    const files = new Map(readZip(readFileSync(join(connectors(), archive)), archive));
    expect(Buffer.from(files.get(`${folder}/groovy-4.0.29.jar`) ?? "").toString()).toBe(`${groovy} 1\n`);
    expect(files.size).toBe(Object.keys(pluginFiles("debezium")).length + additions.length);
    const locked = readPluginLock(connectors())["debezium-scripting"]?.additions;
    expect(Object.keys(locked ?? {})).toEqual(additions);
    expect(locked?.[groovy]).toBe(sha256(Buffer.from(`${groovy} 1\n`)));
    process.env.PATH = directory;
    rmSync(join(directory, "mvn"));
    expect((await prepare()).stdout).toContain("up to date");
  });

  test("fails if another jar than the locked one is taken without --update", async () => {
    fakeMaven("1");
    await prepare();
    rmSync(join(connectors(), pluginSources["debezium-scripting"].archive));
    fakeMaven("2");
    const refused = await prepare();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(sha256(Buffer.from(`${pluginSources["debezium-scripting"].additions?.[0]} 2\n`)));
    expect(refused.stderr).toContain("--only debezium-scripting --update");
    expect((await prepare("--update")).code).toBe(0);
    expect(readPluginLock(connectors())["debezium-scripting"]?.additions?.[groovy]).toBe(
      sha256(Buffer.from(`${groovy} 2\n`)),
    );
  });

  test("fails if a Maven that doesn't reach them isn't told in words", async () => {
    chmodSync(write("mvn", "#!/bin/sh\necho '[ERROR] Could not transfer artifact'\nexit 1\n"), 0o755);
    process.env.PATH = `${directory}:${path}`;
    const { code, stderr } = await prepare();
    expect(code).toBe(1);
    expect(stderr).toContain("Could not transfer artifact");
    expect(stderr).toContain("settings.xml");
  });
});

describe("a jar that only has an address", () => {
  const jarBytes = Buffer.from("the release\n");

  async function prepared(pinned: string, update = false): Promise<ReturnType<typeof preparePlugin>> {
    const server = createServer((_request, response) => response.end(jarBytes)).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/releases/provider-1.0-all.jar`;
    const source = { ...pluginSources["debezium-secrets"], additions: [url], additionsSha256: { [url]: pinned } };
    const file = write("given", await tarGz(pluginFiles("debezium")));
    try {
      return await preparePlugin(source, { file, directory: connectors(), update });
    } finally {
      server.close();
    }
  }

  test("lies beside the connector's own, under its own name", async () => {
    const { archive } = await prepared(sha256(jarBytes));
    const names = listZip(readFileSync(archive), archive).map(({ name }) => name);
    expect(names).toContain(`${pluginSources.debezium.folder}/provider-1.0-all.jar`);
  });

  test.each([false, true])(
    "fails if another content than the pinned one is taken, with --update %s",
    async (update) => {
      await expect(prepared("0".repeat(64), update)).rejects.toThrow("plugin-checksum");
      expect(readdirSync(connectors())).toEqual([]);
    },
  );
});

describe("the lock", () => {
  test("refuses another source, shows both checksums, and takes it with --update", async () => {
    const first = zip(pluginFiles("s3-sink"));
    const second = zip(pluginFiles("s3-sink"), "2025-01-01T00:00:00");
    await run("--only", "s3-sink", "--s3-sink", write("a.zip", first));
    const archive = readFileSync(join(connectors(), "s3-sink.zip"));
    const refused = await run("--only", "s3-sink", "--s3-sink", write("b.zip", second));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(sha256(first));
    expect(refused.stderr).toContain(sha256(second));
    expect(refused.stderr).toContain("--update");
    expect(readFileSync(join(connectors(), "s3-sink.zip"))).toEqual(archive);
    const updated = await run("--only", "s3-sink", "--s3-sink", join(directory, "b.zip"), "--update");
    expect(updated.code).toBe(0);
    expect(readPluginLock(connectors())["s3-sink"]?.sourceSha256).toBe(sha256(second));
  });

  test("is empty where there is none", () => {
    expect(readPluginLock(connectors())).toEqual({});
    expect(pluginArchiveStatus("debezium", connectors())).toMatchObject({ status: "missing", locked: undefined });
  });

  test("is present without an entry", () => {
    writeFileSync(join(connectors(), "s3-sink.zip"), "by hand");
    expect(pluginArchiveStatus("s3-sink", connectors()).status).toBe("present");
  });

  test.each(["{", '{"debezium": {"version": 1}}', '{"mysql": {}}'])("fails if it is %s", (text) => {
    writeFileSync(join(connectors(), "plugins.lock.json"), text);
    expect(() => readPluginLock(connectors())).toThrow("plugin-lock");
  });

  test("is written in one order", () => {
    const locked = { source: "x", version: "1", sourceSha256: "0".repeat(64), sha256: "1".repeat(64), size: 1 };
    writePluginLock({ "s3-sink": locked, debezium: locked }, connectors());
    const first = readFileSync(join(connectors(), "plugins.lock.json"), "utf8");
    writePluginLock({ debezium: locked, "s3-sink": locked }, connectors());
    expect(readFileSync(join(connectors(), "plugins.lock.json"), "utf8")).toBe(first);
  });

  test("of this project has Debezium's entry, in the pinned version", () => {
    const { debezium } = readPluginLock();
    expect(debezium).toMatchObject({
      version: pluginSources.debezium.version,
      source: expect.stringContaining("io.debezium:") as string,
    });
    const scripting = readPluginLock()["debezium-scripting"];
    expect(scripting?.sourceSha256).toBe(debezium?.sourceSha256);
    expect(Object.keys(scripting?.additions ?? {})).toEqual(pluginSources["debezium-scripting"].additions);
  });
});

test("nothing half-written stays when writing fails", () => {
  const file = join(connectors(), "s3-sink.zip");
  mkdirSync(join(file, "in-the-way"), { recursive: true });
  expect(() => writeAtomically(file, Buffer.from("x"))).toThrow();
  expect(readdirSync(connectors())).toEqual(["s3-sink.zip"]);
});

describe("out of reach", () => {
  async function closedPort(): Promise<number> {
    const socket = createSocket().listen(0, "127.0.0.1");
    await new Promise((resolve) => socket.once("listening", resolve));
    const { port } = socket.address() as AddressInfo;
    await new Promise((resolve) => socket.close(resolve));
    return port;
  }

  test("the sink says what was tried and what to do by hand, and Debezium is done", async () => {
    const url = `https://127.0.0.1:${await closedPort()}/s3.zip`;
    const debezium = write("debezium.tar.gz", await tarGz(pluginFiles("debezium")));
    const { code, stdout, stderr } = await run("--debezium", debezium, "--s3-sink-url", url);
    expect(code).toBe(1);
    expect(stdout).toContain("debezium-postgres-connector.zip");
    expect(stderr).toContain(url);
    expect(stderr).toContain("ECONNREFUSED");
    expect(stderr).toContain("npm run plugins -- --s3-sink FILE");
    expect(readdirSync(connectors()).sort()).toEqual(["debezium-postgres-connector.zip", "plugins.lock.json"]);
  });

  test("without Maven it says so", async () => {
    const path = process.env.PATH;
    process.env.PATH = directory;
    try {
      const { code, stderr } = await run("--only", "debezium");
      expect(code).toBe(1);
      expect(stderr).toContain("(plugin-maven)");
      expect(stderr).toContain("npm run plugins -- --debezium FILE");
    } finally {
      process.env.PATH = path;
    }
  });

  test("Maven's first error is told", async () => {
    const path = process.env.PATH;
    const fake = write("mvn", "#!/bin/sh\necho '[ERROR] Checksum validation failed'\necho '[ERROR] more'\nexit 1\n");
    chmodSync(fake, 0o755);
    process.env.PATH = `${directory}:${path}`;
    try {
      const { code, stderr } = await run("--only", "debezium");
      expect(code).toBe(1);
      expect(stderr).toContain("Checksum validation failed");
    } finally {
      process.env.PATH = path;
    }
  });
});

describe("download", () => {
  async function serve<Result>(listener: RequestListener, use: (url: string) => Promise<Result>): Promise<Result> {
    const server = createServer(listener).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    try {
      return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/plugin.zip`);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  test("follows a redirect, tells progress, and the plugin is made of it", async () => {
    const bytes = zip(pluginFiles("s3-sink"));
    const { code } = await serve(
      (request, response) =>
        request.url === "/plugin.zip" ? response.writeHead(302, { location: "/moved" }).end() : response.end(bytes),
      (url) => run("--only", "s3-sink", "--s3-sink-url", url),
    );
    expect(code).toBe(0);
    expect(readPluginLock(connectors())["s3-sink"]?.sourceSha256).toBe(sha256(bytes));
  });

  test("tells how much has arrived", async () => {
    const told: [number, number | undefined][] = [];
    await serve(
      (_request, response) => response.writeHead(200, { "content-length": 5 }).end("12345"),
      (url) => download(url, { onProgress: (received, total) => told.push([received, total]) }),
    );
    expect(told.at(-1)).toEqual([5, 5]);
  });

  test.each<[string, RequestListener, RegExp]>([
    ["the server answers 403", (_request, response) => response.writeHead(403).end("<html>"), /403 Forbidden/],
    [
      "the answer breaks off",
      (_request, response) => {
        response.writeHead(200, { "content-length": 10 });
        response.write("123", () => response.destroy());
      },
      /aborted/,
    ],
    [
      "it is sent in circles",
      (_request, response) => response.writeHead(302, { location: "/plugin.zip" }).end(),
      /redirects/,
    ],
    ["nothing comes", () => undefined, /no answer within 0.2 s/],
  ])("fails if %s", async (_name, listener, message) => {
    await serve(listener, (url) => expect(download(url, { timeoutMs: 200 })).rejects.toThrow(message));
  });

  test("fails if the address isn't HTTPS", async () => {
    await expect(download("http://example.com/plugin.zip")).rejects.toThrow("isn't safe");
  });

  test("gives up when it is told to", async () => {
    const interrupt = new AbortController();
    await serve(
      () => interrupt.abort(),
      (url) => expect(download(url, { signal: interrupt.signal })).rejects.toThrow("abort"),
    );
  });
});

test("an interrupt leaves nothing behind, and starts nothing more", async () => {
  const path = process.env.PATH;
  chmodSync(write("mvn", "#!/bin/sh\nexec /bin/sleep 30\n"), 0o755);
  process.env.PATH = directory;
  try {
    const { code, stderr } = await runUntil(AbortSignal.timeout(200));
    expect(code).toBe(1);
    expect(stderr).toContain("(interrupted)");
    expect(stderr).not.toContain("s3-sink");
    expect(readdirSync(connectors())).toEqual([]);
  } finally {
    process.env.PATH = path;
  }
});

describe("usage", () => {
  test.each([
    [["--only", "mysql"]],
    [["--only", "debezium", "--s3-sink", "x.zip"]],
    [["--only", "s3-sink", "--debezium", "x.tar.gz"]],
    [["--only", "debezium-scripting", "--s3-sink", "x.zip"]],
    [["--s3-sink", "x.zip", "--s3-sink-url", "https://example.com/x.zip"]],
    [["--unknown"]],
    [["unexpected"]],
  ])("%j is wrong: exit code 2", async (words) => {
    expect((await run(...words)).code).toBe(2);
  });

  test("--help has examples and exit codes", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    expect(stdout).toContain("npm run plugins -- --s3-sink");
    expect(stdout).toContain("Exit codes");
  });

  test("without a terminal there are no colours", async () => {
    const { stdout, stderr } = await run("--only", "s3-sink", "--s3-sink", "missing");
    expect(stdout + stderr).not.toContain("\u001b");
  });
});
