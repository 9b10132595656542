import { ColumnMask, columnMaskConfiguration } from "./column-masks";
import { ConverterProps, converterConfigurations } from "./converters";
import { SourceTransformProps, sourcePredicates, sourceTransforms } from "./source-transforms";
import { predicateConfiguration, transformConfiguration } from "./transforms";
import { Configuration, renderNamed, sortedByKey } from "./values";

/** The class that MSK Connect starts; it can't be changed on a running connector. */
export const debeziumPostgresConnectorClass = "io.debezium.connector.postgresql.PostgresConnector";

/**
 * Debezium's PostgreSQL connector 2.5, in its own words: `slotName` is `slot.name`. Meanings, allowed values and defaults are
 * those of the Debezium 2.5 documentation, "PostgreSQL connector properties", and of the class PostgresConnectorConfig;
 * `tasksMax`, `topicCreation…` and `errors…` are Kafka Connect's own.
 */
export interface DebeziumPostgresSourceProps extends ConverterProps, SourceTransformProps {
  /** Address of the PostgreSQL server. */
  readonly databaseHostname: string;
  /** TCP port, 1 to 65535. @default 5432 */
  readonly databasePort?: number | string;
  /** The role that reads; it needs REPLICATION (on RDS: rds_replication) and SELECT on the captured tables. */
  readonly databaseUser: string;
  /** Its password: a reference or a config-provider placeholder, never the text itself. */
  readonly databasePassword: string;
  /** The one database whose changes are captured. */
  readonly databaseDbname: string;
  /** Encryption of the connection, as in libpq. `verify-ca` and `verify-full` need `databaseSslrootcert`. @default "prefer" */
  readonly databaseSslmode?: "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";
  /** File on the worker with the certificates that the server's is checked against. @default libpq's file, absent on MSK Connect */
  readonly databaseSslrootcert?: string;

  /** First part of every topic name, `<topic.prefix>.<schema>.<table>`: letters, digits, `.`, `_`, `-`. Changing it loses the offsets. */
  readonly topicPrefix: string;
  /** First part of the heartbeat topic's name, `<topic.heartbeat.prefix>.<topic.prefix>`. @default "__debezium-heartbeat" */
  readonly topicHeartbeatPrefix?: string;
  /** Logical decoding plugin in the server. RDS has pgoutput only. @default "decoderbufs" */
  readonly pluginName?: "pgoutput" | "decoderbufs";
  /** Replication slot: lower-case letters, digits and `_`, at most 63. Created if missing. @default "debezium" */
  readonly slotName?: string;
  /** Drop the slot when the connector stops in order: changes made meanwhile are lost. @default false */
  readonly slotDropOnStop?: boolean;
  /** Attempts to connect to the slot before the task fails, for example during a failover. @default 6 */
  readonly slotMaxRetries?: number;
  /** Milliseconds between those attempts. @default 10000 */
  readonly slotRetryDelayMs?: number;
  /** Publication from which pgoutput streams. @default "dbz_publication" */
  readonly publicationName?: string;
  /** Who makes the publication: nobody (it must exist), the connector for all tables, or for the tables of the filters. @default "all_tables" */
  readonly publicationAutocreateMode?: "disabled" | "all_tables" | "filtered";

  /** Schemas to capture, comma-separated regular expressions; not together with the exclude list. @default all but system schemas */
  readonly schemaIncludeList?: string;
  /** Schemas not to capture. @default none */
  readonly schemaExcludeList?: string;
  /** Tables to capture, `schema.table`, comma-separated regular expressions; not together with the exclude list. @default all */
  readonly tableIncludeList?: string;
  /** Tables not to capture. @default none */
  readonly tableExcludeList?: string;
  /** Columns to keep, `schema.table.column`, comma-separated regular expressions; not together with the exclude list. @default all */
  readonly columnIncludeList?: string;
  /** Columns to leave out. @default none */
  readonly columnExcludeList?: string;
  /** Columns whose values are masked, cut or hashed. @default none */
  readonly columnMasks?: readonly ColumnMask[];

  /** When the tables' present rows are read before streaming starts. @default "initial": when no offset is stored */
  readonly snapshotMode?: "always" | "initial" | "initial_only" | "never" | "custom";
  /** Rows fetched at once during a snapshot. @default 10240 */
  readonly snapshotFetchSize?: number;
  /** Follow each delete event by a record with a null value, for topics with compaction. @default true */
  readonly tombstonesOnDelete?: boolean;
  /** Operations that are left out, letters of `c`, `u`, `d`, `t`, or `none`. @default "t": truncates are left out */
  readonly skippedOperations?: string;
  /** numeric and decimal columns: exact bytes (base64 in JSON), text, or double. @default "precise" */
  readonly decimalHandlingMode?: "precise" | "string" | "double";
  /** Date and time columns: as precise as the column, as Kafka Connect's types, or in microseconds. @default "adaptive" */
  readonly timePrecisionMode?: "adaptive" | "adaptive_time_microseconds" | "connect";
  /** bytea columns. @default "bytes": base64 in JSON anyway */
  readonly binaryHandlingMode?: "bytes" | "base64" | "base64-url-safe" | "hex";

  /** Milliseconds between heartbeats, which let the slot advance while the captured tables are quiet. @default 0: none */
  readonly heartbeatIntervalMs?: number;
  /** Statement run at each heartbeat, so that a quiet database produces WAL of its own. It has to change a row. @default none */
  readonly heartbeatActionQuery?: string;
  /** Milliseconds between reports of the processed position to the server. @default 10000 */
  readonly statusUpdateIntervalMs?: number;

  /** Events handed to Kafka Connect at once. @default 2048 */
  readonly maxBatchSize?: number;
  /** Events held in memory; larger than `maxBatchSize`. @default 8192 */
  readonly maxQueueSize?: number;
  /** Milliseconds to wait for new events before an incomplete batch is handed on. @default 500 */
  readonly pollIntervalMs?: number;

  /** Tasks; this connector never starts more than one. @default 1 */
  readonly tasksMax?: number;
  /** `required` refuses to start where the worker doesn't write in transactions. @default "requested": at least once without */
  readonly exactlyOnceSupport?: "requested" | "required";
  /** Partitions of a topic that Connect creates; -1 is the broker's default. Together with the replication factor. @default topics are left to the broker */
  readonly topicCreationDefaultPartitions?: number;
  /** Copies of a topic that Connect creates; -1 is the broker's default. @default topics are left to the broker */
  readonly topicCreationDefaultReplicationFactor?: number;
  /** `all` drops records that fail in a converter or transform. @default "none": the task fails */
  readonly errorsTolerance?: "none" | "all";
  /** Log each failed operation. @default false */
  readonly errorsLogEnable?: boolean;

  /** Anything else, in Debezium's or Kafka Connect's names. A property that stands above is refused here. @default none */
  readonly extra?: Readonly<Record<string, string>>;
}

/** The properties that are one setting each. */
type NamedProperty = Exclude<
  keyof DebeziumPostgresSourceProps,
  keyof ConverterProps | keyof SourceTransformProps | "columnMasks" | "extra"
>;

/** Property → Debezium's name. */
export const debeziumPostgresSourceNames: Readonly<Record<NamedProperty, string>> = {
  databaseHostname: "database.hostname",
  databasePort: "database.port",
  databaseUser: "database.user",
  databasePassword: "database.password",
  databaseDbname: "database.dbname",
  databaseSslmode: "database.sslmode",
  databaseSslrootcert: "database.sslrootcert",
  topicPrefix: "topic.prefix",
  topicHeartbeatPrefix: "topic.heartbeat.prefix",
  pluginName: "plugin.name",
  slotName: "slot.name",
  slotDropOnStop: "slot.drop.on.stop",
  slotMaxRetries: "slot.max.retries",
  slotRetryDelayMs: "slot.retry.delay.ms",
  publicationName: "publication.name",
  publicationAutocreateMode: "publication.autocreate.mode",
  schemaIncludeList: "schema.include.list",
  schemaExcludeList: "schema.exclude.list",
  tableIncludeList: "table.include.list",
  tableExcludeList: "table.exclude.list",
  columnIncludeList: "column.include.list",
  columnExcludeList: "column.exclude.list",
  snapshotMode: "snapshot.mode",
  snapshotFetchSize: "snapshot.fetch.size",
  tombstonesOnDelete: "tombstones.on.delete",
  skippedOperations: "skipped.operations",
  decimalHandlingMode: "decimal.handling.mode",
  timePrecisionMode: "time.precision.mode",
  binaryHandlingMode: "binary.handling.mode",
  heartbeatIntervalMs: "heartbeat.interval.ms",
  heartbeatActionQuery: "heartbeat.action.query",
  statusUpdateIntervalMs: "status.update.interval.ms",
  maxBatchSize: "max.batch.size",
  maxQueueSize: "max.queue.size",
  pollIntervalMs: "poll.interval.ms",
  tasksMax: "tasks.max",
  exactlyOnceSupport: "exactly.once.support",
  topicCreationDefaultPartitions: "topic.creation.default.partitions",
  topicCreationDefaultReplicationFactor: "topic.creation.default.replication.factor",
  errorsTolerance: "errors.tolerance",
  errorsLogEnable: "errors.log.enable",
};

/** The connector's configuration: exactly the settings that were given, sorted. */
export function debeziumPostgresSource(props: DebeziumPostgresSourceProps): Configuration {
  return sortedByKey({
    ...props.extra,
    ...columnMaskConfiguration(props.columnMasks),
    ...predicateConfiguration(sourcePredicates(props), props.extra),
    ...transformConfiguration(sourceTransforms(props)),
    ...converterConfigurations(props),
    ...renderNamed(debeziumPostgresSourceNames, props),
    "connector.class": debeziumPostgresConnectorClass,
  });
}
