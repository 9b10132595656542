import { DebeziumPostgresSourceProps } from "../../connectors/debezium-postgres-source";
import { Finding } from "../../connectors/finding";
import { S3SinkProps, s3SinkClasses } from "../../connectors/s3-sink";
import { WorkerConfigurationProps } from "../../connectors/worker-configuration";

/** The settings that already run, to the letter. */
export const existingSource: DebeziumPostgresSourceProps = {
  databaseHostname: "${aws_db_instance.db.address}",
  databasePort: 5432,
  databaseUser: "dbadmin",
  databasePassword: "${TfToken[TOKEN.7]}",
  databaseDbname: "cdcsourcedb",
  topicPrefix: "postgres-cdc",
  pluginName: "pgoutput",
  slotName: "debezium",
  publicationName: "debezium_pub",
  tasksMax: 1,
};

export const existingSink: S3SinkProps = {
  topicsRegex: "postgres-cdc.*",
  s3BucketName: "${aws_s3_bucket.bucket.id}",
  s3Region: "us-east-1",
  formatClass: s3SinkClasses.jsonFormat,
  storageClass: s3SinkClasses.s3Storage,
  flushSize: 1000,
  rotateIntervalMs: 60000,
  tasksMax: 1,
};

/** Settings that nothing can be said against. */
export const goodSource: DebeziumPostgresSourceProps = {
  ...existingSource,
  databasePassword: "${secretsmanager:rds-secrets:password}",
  databaseSslmode: "require",
  publicationAutocreateMode: "disabled",
  keyConverter: "json",
  valueConverter: "json",
  decimalHandlingMode: "string",
  heartbeatIntervalMs: 10000,
  heartbeatActionQuery: "UPDATE cdc.heartbeat SET at = now()",
  tableExcludeList: "cdc\\.heartbeat",
  topicCreationDefaultPartitions: 1,
  topicCreationDefaultReplicationFactor: 3,
};

export const goodSink: S3SinkProps = {
  ...existingSink,
  topicsRegex: "postgres-cdc\\..*",
  rotateIntervalMs: undefined,
  rotateScheduleIntervalMs: 60000,
  timezone: "UTC",
  keyConverter: "json",
  valueConverter: "json",
  behaviorOnNullValues: "ignore",
};

export const goodWorker: WorkerConfigurationProps = {
  keyConverter: "json",
  valueConverter: "json",
  configProviders: [
    { name: "secretsmanager", class: "com.amazonaws.kafka.config.providers.SecretsManagerConfigProvider" },
  ],
};

/** `error slot-name source.slotName`, one line per finding: what the tables of the tests compare. */
export function lines(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}
