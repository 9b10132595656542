/** The plugins that the pipeline needs. */
export const pluginNames = ["debezium", "s3-sink"] as const;
export type PluginName = (typeof pluginNames)[number];

/** Where a plugin comes from and what it has to hold: the one place with versions. */
export interface PluginSource {
  readonly name: PluginName;
  /** For people. */
  readonly title: string;
  readonly version: string;
  /** Coordinates for Maven, or an address for a download. */
  readonly origin: { readonly maven: string } | { readonly url: string };
  /** The ZIP's name in connectors/: what the plugins bucket takes. */
  readonly archive: string;
  /** The folder at the ZIP's root, where MSK Connect looks for jars. */
  readonly folder: string;
  /** The class that one of the jars has to hold. */
  readonly connectorClass: string;
  readonly licence: string;
}

const s3SinkVersion = "10.5.0";

export const pluginSources: Readonly<Record<PluginName, PluginSource>> = {
  debezium: {
    name: "debezium",
    title: "Debezium PostgreSQL connector",
    version: "2.5.0.Final",
    origin: { maven: "io.debezium:debezium-connector-postgres:2.5.0.Final:tar.gz:plugin" },
    archive: "debezium-postgres-connector.zip",
    folder: "debezium-connector-postgres",
    connectorClass: "io.debezium.connector.postgresql.PostgresConnector",
    licence: "Apache License 2.0",
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
