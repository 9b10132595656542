import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { Header, pack } from "tar-stream";
import { PluginName, pluginSources } from "../../connectors/plugins/sources";

/** Path → contents; made up, but with the shape of the real archive. */
export function pluginFiles(name: PluginName): Record<string, Uint8Array> {
  const { folder, connectorClass } = pluginSources[name];
  const classFile = `${connectorClass.replaceAll(".", "/")}.class`;
  return {
    [`${folder}/LICENSE.txt`]: Buffer.from("a licence"),
    [`${folder}/other.jar`]: jar("x/Y.class"),
    [`${folder}/connector.jar`]: jar(classFile),
  };
}

/** A jar with one class of no contents. */
export function jar(classFile: string): Uint8Array {
  return zip({
    "META-INF/MANIFEST.MF": Buffer.from("Manifest-Version: 1.0\n"),
    [classFile]: Buffer.from([0xca, 0xfe]),
  });
}

export function zip(files: Record<string, Uint8Array>, time = "2024-01-02T03:04:06"): Uint8Array {
  return zipSync(files, { mtime: time });
}

export async function tarGz(
  files: Record<string, Uint8Array>,
  ...more: Pick<Header, "name" | "type">[]
): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, Buffer.from(content));
  for (const { name, type } of more) tar.entry({ name, type, linkname: "elsewhere" });
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return gzipSync(Buffer.concat(chunks));
}
