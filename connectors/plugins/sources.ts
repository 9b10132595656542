import { secretsManagerJar, secretsManagerJarSha256 } from "../secrets-manager";

/** The plugins that can be prepared. */
export const pluginNames = [
  "debezium",
  "debezium-scripting",
  "debezium-secrets",
  "debezium-scripting-secrets",
  "s3-sink",
] as const;
export type PluginName = (typeof pluginNames)[number];

/**
 * Those that every pipeline needs. Another one takes Debezium's place where rows are filtered or routed by a condition
 * (`scripting`), and where the password comes from Secrets Manager (`secrets`).
 */
export const usualPlugins: readonly PluginName[] = ["debezium", "s3-sink"];

/** Where a plugin comes from and what it has to hold: the one place with versions. */
export interface PluginSource {
  readonly name: PluginName;
  /** For people. */
  readonly title: string;
  readonly version: string;
  /** Coordinates for Maven, or an address for a download. */
  readonly origin: { readonly maven: string } | { readonly url: string };
  /** Jars that are packed with it: coordinates for Maven, or an address. @default none */
  readonly additions?: readonly string[];
  /** Checksums of those that have an address: nothing else vouches for them. @default none */
  readonly additionsSha256?: Readonly<Record<string, string>>;
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

// Debezium's own archive has neither the transforms that evaluate expressions nor a language for them (Debezium 2.5
// documentation, "Message filtering", set up).
const scripting = [
  `io.debezium:debezium-scripting:${debeziumVersion}`,
  `org.apache.groovy:groovy:${groovyVersion}`,
  `org.apache.groovy:groovy-jsr223:${groovyVersion}`,
];
const secrets = [secretsManagerJar];
const additionsSha256 = { [secretsManagerJar]: secretsManagerJarSha256 };

export const pluginSources: Readonly<Record<PluginName, PluginSource>> = {
  debezium,
  "debezium-scripting": {
    ...debezium,
    name: "debezium-scripting",
    title: "Debezium PostgreSQL connector with scripting (Groovy)",
    additions: scripting,
    archive: "debezium-postgres-connector-scripting.zip",
  },
  "debezium-secrets": {
    ...debezium,
    name: "debezium-secrets",
    title: "Debezium PostgreSQL connector with AWS's config provider for Secrets Manager",
    additions: secrets,
    additionsSha256,
    archive: "debezium-postgres-connector-secrets.zip",
  },
  "debezium-scripting-secrets": {
    ...debezium,
    name: "debezium-scripting-secrets",
    title: "Debezium PostgreSQL connector with scripting (Groovy) and AWS's config provider for Secrets Manager",
    additions: [...scripting, ...secrets],
    additionsSha256,
    archive: "debezium-postgres-connector-scripting-secrets.zip",
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

/** Is an addition's name an address, not Maven coordinates? */
export function isAddress(addition: string): boolean {
  return addition.includes("://");
}

/** The same plugin without the config provider. */
export function withoutSecrets(plugin: PluginName): PluginName {
  const twins: Partial<Record<PluginName, PluginName>> = {
    "debezium-secrets": "debezium",
    "debezium-scripting-secrets": "debezium-scripting",
  };
  return twins[plugin] ?? plugin;
}
