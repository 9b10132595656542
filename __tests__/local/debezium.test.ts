import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPluginLock, sha256, writePluginLock } from "../../connectors/plugins/lock";
import { preparePlugin } from "../../connectors/plugins/prepare";
import { pluginSources } from "../../connectors/plugins/sources";
import { ConfigurationError } from "../../lib/errors";
import { fetchDebezium } from "../../local/components/debezium";
import { pluginFiles, tarGz } from "../connectors/plugin-archives";

const { archive, folder } = pluginSources.debezium;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cdc-debezium-"));
  mkdirSync(join(directory, "connectors"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function connectors(file = ""): string {
  return join(directory, "connectors", file);
}

function fetch(file: string, env: Record<string, string> = {}): Promise<string> {
  return fetchDebezium(connectors(file), { cache: join(directory, "cache"), env, progress: () => undefined });
}

/** A folder for PATH with a Maven that gives this file. */
function pathWithMaven(file: string): string {
  const script = `for word; do case $word in -DoutputDirectory=*) /bin/cp '${file}' "\${word#*=}/plugin" ;; esac; done`;
  writeFileSync(join(directory, "mvn"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return directory;
}

async function downloaded(): Promise<string> {
  const file = join(directory, "plugin.tar.gz");
  writeFileSync(file, await tarGz(pluginFiles("debezium")));
  return file;
}

it("fails unless the archive that is deployed is what runs", async () => {
  await preparePlugin(pluginSources.debezium, { file: await downloaded(), directory: connectors() });
  const fetched = await fetch(archive);
  expect(existsSync(join(fetched, folder, "connector.jar"))).toBe(true);
  // The same contents under another name are in the cache already.
  expect(fetched).toContain(readPluginLock(connectors()).debezium?.sha256.slice(0, 12));
});

it("fails unless a missing archive is prepared in the cache, and only that", async () => {
  const fetched = await fetch(archive, { PATH: pathWithMaven(await downloaded()) });
  expect(existsSync(join(fetched, folder, "connector.jar"))).toBe(true);
  expect(existsSync(join(fetched, "preparing"))).toBe(false);
  expect(existsSync(connectors(archive))).toBe(false);
});

it("fails if what Maven gives isn't compared with the lock", async () => {
  const entry = { source: "x", version: "2.5.0.Final", sha256: sha256(Buffer.from("other")), size: 1 };
  writePluginLock({ debezium: { ...entry, sourceSha256: entry.sha256 } }, connectors());
  await expect(fetch(archive, { PATH: pathWithMaven(await downloaded()) })).rejects.toThrow("plugin-checksum");
});

it("fails if another Debezium runs in the place of an archive of one's own", async () => {
  const missing: unknown = await fetch("mine.zip").catch((error: unknown) => error);
  expect(missing).toBeInstanceOf(ConfigurationError);
  expect((missing as ConfigurationError).problems[0]?.code).toBe("local-archive-missing");
});

it("fails unless the archive with the config provider, which nothing here needs, runs as the one without", async () => {
  const { archive: deployed } = pluginSources["debezium-secrets"];
  const fetched = await fetch(deployed, { PATH: pathWithMaven(await downloaded()) });
  expect(existsSync(join(fetched, folder, "connector.jar"))).toBe(true);
});
