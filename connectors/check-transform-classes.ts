import { Finding, error } from "./finding";
import { PluginName, pluginSources } from "./plugins/sources";
import { PlacedTransform, scriptingTransforms } from "./source-transforms";
import { isUnknown } from "./values";

/**
 * A worker only finds the classes of Kafka Connect and of the connector's own plugin; for another one it refuses the connector.
 * An archive of one's own may have anything, so nothing is said about it.
 */
export function checkTransformClasses(
  owner: "source" | "sink",
  transforms: readonly PlacedTransform[],
  plugin: PluginName | undefined,
): Finding[] {
  if (plugin === undefined) return [];
  return transforms
    .filter(({ type }) => !isUnknown(type) && !has(plugin, type))
    .map(({ path, type }) =>
      error({
        code: "transform-not-in-plugin",
        path: `${owner}.${path}`,
        got: type,
        expected: `a class of Kafka Connect's, or of the plugin's archive ${pluginSources[plugin].archive}`,
        fix: fixFor(owner, type, plugin),
      }),
    );
}

function has(plugin: PluginName, type: string): boolean {
  // A name without its package has an error of its own.
  if (!type.includes(".") || type.startsWith("org.apache.kafka.connect.transforms.")) return true;
  if (plugin === "s3-sink" || !type.startsWith("io.debezium.transforms.")) return false;
  return plugin.includes("-scripting") || !evaluates(type);
}

function evaluates(type: string): boolean {
  return Object.values<string>(scriptingTransforms).includes(type);
}

function fixFor(owner: "source" | "sink", type: string, plugin: PluginName): string {
  const { name, archive } =
    pluginSources[plugin === "debezium-secrets" ? "debezium-scripting-secrets" : "debezium-scripting"];
  if (owner === "sink" && type.startsWith("io.debezium.")) return "move the transform to the source";
  if (owner === "source" && evaluates(type)) {
    return (
      `set plugins.debezium to { "name": "debezium-postgres-plugin-scripting", "fileKey": "${archive}" }, ` +
      `and run npm run plugins -- --only ${name}`
    );
  }
  const setting = owner === "sink" ? "plugins.s3Sink" : "plugins.debezium";
  return `put the class into an archive of your own in connectors/, and name that in ${setting}.fileKey`;
}
