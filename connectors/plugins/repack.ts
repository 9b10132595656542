import { posix } from "node:path";
import { Files, unpack } from "./archive";
import { fail } from "./problems";
import { PluginSource, isAddress } from "./sources";
import { listZip, writeZip } from "./zip";

/**
 * The source's archive as the ZIP that MSK Connect takes, after everything that can be wrong with it was looked at. `additions`
 * are jars that go into the same folder: coordinates → contents.
 */
export async function repack(
  source: PluginSource,
  archive: Uint8Array,
  additions: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<Uint8Array> {
  const files = await unpack(archive, source.name);
  checkFolder(source, files);
  checkConnectorClass(source, files);
  checkLicence(source, files);
  return writeZip(new Map([...files, ...[...additions].map(([name, jar]) => [jarPath(source, name), jar] as const)]));
}

/** Where an addition lies in the archive: `org.apache.groovy:groovy:4.0.29` is `<folder>/groovy-4.0.29.jar`. */
export function jarPath({ folder }: PluginSource, coordinates: string): string {
  if (isAddress(coordinates)) return `${folder}/${posix.basename(coordinates)}`;
  const [, artifact, version] = coordinates.split(":");
  return `${folder}/${artifact}-${version}.jar`;
}

function checkFolder({ name, folder, version }: PluginSource, files: Files): void {
  const outside = [...files.keys()].find((file) => !file.startsWith(`${folder}/`));
  if (outside === undefined) return;
  fail({
    code: "plugin-folder",
    path: name,
    got: outside,
    expected: `everything in ${folder}/ (version ${version})`,
    fix: "give the archive as it was downloaded; for another version change connectors/plugins/sources.ts",
  });
}

/** MSK Connect finds a connector by its class; "Failed to find any class that implements Connector" is what it says otherwise. */
function checkConnectorClass({ name, connectorClass }: PluginSource, files: Files): void {
  const wanted = `${connectorClass.replaceAll(".", "/")}.class`;
  const jars = [...files].filter(([file]) => file.endsWith(".jar"));
  const found = jars.some(([file, content]) =>
    listZip(content, `${name} (${file})`).some((entry) => entry.name === wanted),
  );
  if (found) return;
  fail({
    code: "plugin-class",
    path: name,
    got: jars.length === 0 ? "no jars" : `${jars.length} jars without it`,
    expected: `a jar with ${connectorClass}`,
    fix: "give the connector's own archive, not a part of it and not another connector's",
  });
}

/** Both licences ask that their text comes along. */
function checkLicence({ name, licence }: PluginSource, files: Files): void {
  const found = [...files.keys()].some((file) => file.split("/").some((segment) => /^licen[cs]e/i.test(segment)));
  if (found) return;
  const expected = `the licence's text (${licence})`;
  fail({ code: "plugin-licence", path: name, got: undefined, expected, fix: "take the connector's own archive" });
}
