/** The plugins that can be prepared. */
export const pluginNames = ["debezium", "debezium-scripting", "s3-sink"] as const;
export type PluginName = (typeof pluginNames)[number];

/** Those that every pipeline needs; `debezium-scripting` takes Debezium's place where rows are filtered or routed by a condition. */
export const usualPlugins: readonly PluginName[] = ["debezium", "s3-sink"];

/** Where a plugin comes from and what it has to hold: the one place with versions. */
export interface PluginSource {
  readonly name: PluginName;
  /** For people. */
  readonly title: string;
  readonly version: string;
  /** Coordinates for Maven, or an address for a download. */
  readonly origin: { readonly maven: string } | { readonly url: string };
  /** Jars that are packed with it, as coordinates for Maven. @default none */
  readonly additions?: readonly string[];
  /** The ZIP's name in connectors/: what the plugins bucket takes. */
  readonly archive: string;
  /** The folder at the ZIP's root, where MSK Connect looks for jars. */
  readonly folder: string;
  /** The class that one of the jars has to hold. */
  readonly connectorClass: string;
  readonly licence: string;
}

const debeziumVersion = "2.5.0.Final";
const groovyVersion = "4.0.29";
const s3SinkVersion = "10.5.0";

const debezium: PluginSource = {
  name: "debezium",
  title: "Debezium PostgreSQL connector",
  version: debeziumVersion,
  origin: { maven: `io.debezium:debezium-connector-postgres:${debeziumVersion}:tar.gz:plugin` },
  archive: "debezium-postgres-connector.zip",
  folder: "debezium-connector-postgres",
  connectorClass: "io.debezium.connector.postgresql.PostgresConnector",
  licence: "Apache License 2.0",
};

export const pluginSources: Readonly<Record<PluginName, PluginSource>> = {
  debezium,
  // Debezium's own archive has neither the transforms that evaluate expressions nor a language for them (Debezium 2.5
  // documentation, "Message filtering", set up).
  "debezium-scripting": {
    ...debezium,
    name: "debezium-scripting",
    title: "Debezium PostgreSQL connector with scripting (Groovy)",
    additions: [
      `io.debezium:debezium-scripting:${debeziumVersion}`,
      `org.apache.groovy:groovy:${groovyVersion}`,
      `org.apache.groovy:groovy-jsr223:${groovyVersion}`,
    ],
    archive: "debezium-postgres-connector-scripting.zip",
  },
  "s3-sink": {
    name: "s3-sink",
    title: "Confluent S3 sink connector",
    version: s3SinkVersion,
    origin: {
      url: `https://d1i4a15mxbxib1.cloudfront.net/api/plugins/confluentinc/kafka-connect-s3/versions/${s3SinkVersion}/confluentinc-kafka-connect-s3-${s3SinkVersion}.zip`,
    },
    archive: "s3-sink.zip",
    folder: `confluentinc-kafka-connect-s3-${s3SinkVersion}`,
    connectorClass: "io.confluent.connect.s3.S3SinkConnector",
    licence: "Confluent Community License 1.0 (free to use; may not be offered as a competing service)",
  },
};

/** The plugin that an archive of this name is; undefined for an archive of one's own. */
export function pluginOfArchive(archive: string): PluginName | undefined {
  return pluginNames.find((name) => pluginSources[name].archive === archive);
}
