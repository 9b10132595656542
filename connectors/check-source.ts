import { checkColumnMasks } from "./check-column-masks";
import { checkPattern } from "./check-patterns";
import { checkEitherOr, checkSecret, checkShared, effectiveConverter } from "./check-shared";
import { checkSourceTransforms } from "./check-source-transforms";
import { checkTransformClasses } from "./check-transform-classes";
import { DebeziumPostgresSourceProps, debeziumPostgresSourceNames } from "./debezium-postgres-source";
import { Bound, Finding, checkBounds, checkWords, error, largestInt, warning } from "./finding";
import { PluginName } from "./plugins/sources";
import { sourceTransforms } from "./source-transforms";
import { extractNewRecordState } from "./transforms";
import { known } from "./values";
import { WorkerConfigurationProps } from "./worker-configuration";

/** What the connector's own settings don't tell. */
export interface SourceSurroundings {
  /** The worker configuration it runs with. @default MSK Connect's own: StringConverter, no config providers */
  readonly sourceWorker?: WorkerConfigurationProps;
  /** The plugin that it runs from. @default an archive of one's own, not checked */
  readonly sourcePlugin?: PluginName;
  /** Is the publication made before the connector starts? @default unknown, not checked */
  readonly publicationCreatedBeforehand?: boolean;
  /** Do the brokers create topics by themselves (`auto.create.topics.enable`)? @default unknown, not checked */
  readonly brokersCreateTopics?: boolean;
  /** MSK Connect's `kafkaconnect_version`: "2.7.1". @default unknown, not checked */
  readonly kafkaConnectVersion?: string;
}

/** Everything that can be said about the source connector alone. */
export function checkDebeziumPostgresSource(
  source: DebeziumPostgresSourceProps,
  surroundings: SourceSurroundings = {},
): Finding[] {
  const transforms = sourceTransforms(source);
  const taken = transforms.filter(({ path }) => !path.startsWith("transforms")).map(({ name }) => name);
  return [
    ...checkShared("source", source, debeziumPostgresSourceNames, surroundings.kafkaConnectVersion, taken),
    ...checkSecret("source.databasePassword", source.databasePassword),
    ...checkBounds("source", source, bounds),
    ...checkWords("source", source, words),
    ...checkEitherOr("source", source, [
      ["schemaIncludeList", "schemaExcludeList"],
      ["tableIncludeList", "tableExcludeList"],
      ["columnIncludeList", "columnExcludeList"],
    ]),
    ...checkPattern("source.schemaIncludeList", source.schemaIncludeList, "schema"),
    ...checkPattern("source.schemaExcludeList", source.schemaExcludeList, "schema"),
    ...checkPattern("source.tableIncludeList", source.tableIncludeList, "schema.table"),
    ...checkPattern("source.tableExcludeList", source.tableExcludeList, "schema.table"),
    ...checkPattern("source.columnIncludeList", source.columnIncludeList, "schema.table.column"),
    ...checkPattern("source.columnExcludeList", source.columnExcludeList, "schema.table.column"),
    ...checkColumnMasks(source),
    ...checkSourceTransforms(source),
    ...checkTransformClasses("source", transforms, surroundings.sourcePlugin),
    ...checkNames(source),
    ...checkConnection(source),
    ...checkPublication(source, surroundings.publicationCreatedBeforehand),
    ...checkQueue(source),
    ...checkHeartbeat(source),
    ...checkTopicCreation(source, surroundings.brokersCreateTopics),
    ...checkRecords(source, surroundings.sourceWorker),
    ...checkExactlyOnce(source, surroundings),
  ];
}

const bounds: Partial<Record<keyof DebeziumPostgresSourceProps, Bound>> = {
  databasePort: { minimum: 1, maximum: 65535 },
  slotMaxRetries: { minimum: 0, maximum: largestInt },
  slotRetryDelayMs: { minimum: 0, maximum: largestInt },
  snapshotFetchSize: { minimum: 1, maximum: largestInt },
  heartbeatIntervalMs: { minimum: 0, maximum: largestInt },
  statusUpdateIntervalMs: { minimum: 1, maximum: largestInt },
  maxBatchSize: { minimum: 1, maximum: largestInt },
  maxQueueSize: { minimum: 1, maximum: largestInt },
  pollIntervalMs: { minimum: 1, maximum: largestInt },
  tasksMax: { minimum: 1, maximum: largestInt },
  topicCreationDefaultPartitions: { minimum: 1, maximum: largestInt, also: [-1] },
  topicCreationDefaultReplicationFactor: { minimum: 1, maximum: 32767, also: [-1] },
};

const words: Partial<Record<keyof DebeziumPostgresSourceProps, readonly string[]>> = {
  databaseSslmode: ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
  publicationAutocreateMode: ["disabled", "all_tables", "filtered"],
  snapshotMode: ["always", "initial", "initial_only", "never", "custom"],
  decimalHandlingMode: ["precise", "string", "double"],
  timePrecisionMode: ["adaptive", "adaptive_time_microseconds", "connect"],
  binaryHandlingMode: ["bytes", "base64", "base64-url-safe", "hex"],
  errorsTolerance: ["none", "all"],
  exactlyOnceSupport: ["requested", "required"],
};

function checkNames(source: DebeziumPostgresSourceProps): Finding[] {
  const findings: Finding[] = [];
  const topicPrefix = known(source.topicPrefix);
  if (topicPrefix !== undefined && !/^[a-zA-Z0-9_.-]+$/.test(topicPrefix)) {
    const expected = "letters, digits, ., _ and -; Debezium 2 refuses to start without";
    const fix = "choose a name that no other connector uses: postgres-cdc";
    findings.push(error({ code: "topic-prefix", path: "source.topicPrefix", got: topicPrefix, expected, fix }));
  }
  const slotName = known(source.slotName);
  if (slotName !== undefined && !/^[a-z0-9_]{1,63}$/.test(slotName)) {
    const expected = "1 to 63 lower-case letters, digits and _ (PostgreSQL's rule for replication slots)";
    findings.push(
      error({ code: "slot-name", path: "source.slotName", got: slotName, expected, fix: "rename the slot" }),
    );
  }
  const publicationName = known(source.publicationName);
  if (publicationName === undefined) return findings;
  const path = "source.publicationName";
  if (publicationName === "" || Buffer.byteLength(publicationName) > 63) {
    const expected = "1 to 63 bytes (PostgreSQL cuts longer identifiers off)";
    const fix = "rename the publication";
    findings.push(error({ code: "publication-name", path, got: publicationName, expected, fix }));
  } else if (!/^[a-z_][a-z0-9_$]*$/.test(publicationName)) {
    // START_REPLICATION folds names to lower case like SQL does, and Debezium doesn't quote them.
    const expected =
      "lower-case letters, digits, _ and $: any other name has to be quoted in SQL, and Debezium doesn't";
    const fix = "rename the publication in lower case";
    findings.push(warning({ code: "publication-name-quoted", path, got: publicationName, expected, fix }));
  }
  return findings;
}

function checkConnection({
  pluginName,
  databaseSslmode,
  databaseSslrootcert,
  extra,
}: DebeziumPostgresSourceProps): Finding[] {
  const findings: Finding[] = [];
  if (pluginName !== "pgoutput") {
    const expected = "pgoutput; decoderbufs, Debezium's default, is not installed on RDS";
    const fix = 'set pluginName to "pgoutput"';
    findings.push(error({ code: "plugin-name", path: "source.pluginName", got: pluginName, expected, fix }));
  }
  const path = "source.databaseSslmode";
  if (databaseSslmode === "disable" || databaseSslmode === "allow") {
    const expected = "require, or verify-full with databaseSslrootcert";
    const fix = "the password and all rows cross the network in clear text: set databaseSslmode to require";
    findings.push(warning({ code: "database-unencrypted", path, got: databaseSslmode, expected, fix }));
  }
  const verifies = databaseSslmode === "verify-ca" || databaseSslmode === "verify-full";
  if (verifies && databaseSslrootcert === undefined && extra?.["database.sslfactory"] === undefined) {
    const expected =
      "with databaseSslrootcert, a file on the worker: MSK Connect's workers don't have RDS's certificates";
    const fix = 'set databaseSslrootcert (the file has to come with the plugin), or databaseSslmode to "require"';
    findings.push(error({ code: "database-root-certificate", path, got: databaseSslmode, expected, fix }));
  }
  return findings;
}

function checkPublication(source: DebeziumPostgresSourceProps, createdBeforehand: boolean | undefined): Finding[] {
  const mode = source.publicationAutocreateMode;
  const path = "source.publicationAutocreateMode";
  if (mode === "disabled" && createdBeforehand === false) {
    const expected = "a publication made beforehand: the connector stops with an error without one";
    const fix = 'create the publication before the connector, or set "filtered"';
    return [error({ code: "publication-missing", path, got: mode, expected, fix })];
  }
  if (mode === "disabled" && source.publicationName === undefined) {
    const expected = "the publication's name: without one Debezium looks for dbz_publication";
    const fix = "set publicationName";
    return [warning({ code: "publication-unnamed", path: "source.publicationName", got: undefined, expected, fix })];
  }
  if (mode !== "disabled" && createdBeforehand === true) {
    const expected = "disabled, as the publication is made beforehand";
    const fix =
      'set "disabled": else a missing publication is made over all tables, or fails with permission denied; "filtered" alters it';
    return [warning({ code: "publication-autocreate", path, got: mode, expected, fix })];
  }
  return [];
}

function checkQueue(source: DebeziumPostgresSourceProps): Finding[] {
  const { maxBatchSize = 2048, maxQueueSize = 8192 } = source;
  if (known(maxBatchSize) === undefined || known(maxQueueSize) === undefined || maxQueueSize > maxBatchSize) return [];
  const expected = `more than maxBatchSize (${maxBatchSize}); Debezium refuses to start otherwise`;
  const fix = `set maxQueueSize to ${4 * maxBatchSize}, or lower maxBatchSize`;
  return [error({ code: "queue-too-small", path: "source.maxQueueSize", got: maxQueueSize, expected, fix })];
}

function checkHeartbeat({ heartbeatIntervalMs = 0, heartbeatActionQuery }: DebeziumPostgresSourceProps): Finding[] {
  const query = known(heartbeatActionQuery);
  const path = "source.heartbeatActionQuery";
  if (known(heartbeatIntervalMs) === 0) {
    const used = heartbeatActionQuery === undefined ? "" : " (heartbeatActionQuery never runs)";
    const expected = `more than 0${used}: while the captured tables are quiet, the slot keeps all WAL of the others`;
    const fix = "set heartbeatIntervalMs to 10000 and a heartbeatActionQuery";
    const at = "source.heartbeatIntervalMs";
    return [warning({ code: "heartbeat-missing", path: at, got: heartbeatIntervalMs, expected, fix })];
  }
  if (query === undefined || writesSomething(query)) return [];
  const expected = "a statement that changes a row each time: only that produces WAL";
  const fix = "UPDATE the row, or INSERT … ON CONFLICT (id) DO UPDATE SET …";
  return [warning({ code: "heartbeat-writes-nothing", path, got: query, expected, fix })];
}

function writesSomething(query: string): boolean {
  if (/\bon\s+conflict\b[^;]*\bdo\s+nothing\b/i.test(query)) return false;
  // The one way to write WAL without a table.
  if (/\bpg_logical_emit_message\s*\(/i.test(query)) return true;
  return /\b(insert|update|delete|merge|call)\b/i.test(query);
}

function checkTopicCreation(source: DebeziumPostgresSourceProps, brokersCreateTopics: boolean | undefined): Finding[] {
  const properties = ["topicCreationDefaultPartitions", "topicCreationDefaultReplicationFactor"] as const;
  const missing = properties.filter((property) => source[property] === undefined);
  const [first] = missing;
  if (first === undefined) return [];
  const path = `source.${first}`;
  const fix = "set both topicCreationDefaultPartitions and topicCreationDefaultReplicationFactor";
  if (missing.length === 1) {
    const expected = "both topicCreation properties or none (KIP-158)";
    return [error({ code: "topic-creation-half", path, got: undefined, expected, fix })];
  }
  if (brokersCreateTopics !== false) return [];
  const expected =
    "set, as the brokers don't create topics: the connector would run, and write nothing, without an error";
  return [error({ code: "topic-creation-missing", path, got: undefined, expected, fix })];
}

function checkRecords(source: DebeziumPostgresSourceProps, worker: WorkerConfigurationProps | undefined): Finding[] {
  const findings: Finding[] = [];
  const converter = effectiveConverter("valueConverter", source, worker);
  if (converter === "string") {
    const expected =
      '"json" here or in the worker configuration; StringConverter writes Struct{…} texts that nothing can read';
    const fix = 'set keyConverter and valueConverter to "json"';
    const got = source.valueConverter;
    findings.push(warning({ code: "converters-missing", path: "source.valueConverter", got, expected, fix }));
  }
  const decimals = source.decimalHandlingMode ?? "precise";
  if ((converter === "json" || converter === "json-with-schemas") && decimals === "precise") {
    const expected = "string or double: numeric columns arrive as base64 texts in JSON otherwise";
    const fix = 'set decimalHandlingMode to "string"';
    const path = "source.decimalHandlingMode";
    findings.push(warning({ code: "decimals-as-bytes", path, got: source.decimalHandlingMode, expected, fix }));
  }
  if (source.errorsTolerance === "all") {
    const expected = "none: a source has no dead letter queue, records that fail are lost";
    const fix = "remove errorsTolerance";
    findings.push(warning({ code: "errors-lose-records", path: "source.errorsTolerance", got: "all", expected, fix }));
  }
  if ((known(source.tasksMax) ?? 1) > 1) {
    const expected = "1: the connector never starts a second task";
    const fix = "set tasksMax to 1";
    findings.push(warning({ code: "tasks-unused", path: "source.tasksMax", got: source.tasksMax, expected, fix }));
  }
  source.transforms?.forEach(({ type, settings = {} }, index) => {
    if (type !== extractNewRecordState || settings["delete.tombstone.handling.mode"] !== undefined) return;
    const mode = settings["delete.handling.mode"] ?? "drop";
    if (mode !== "drop") return;
    const path = `source.transforms[${index}].settings["delete.handling.mode"]`;
    const expected = "rewrite: with drop, its default, deletes never arrive";
    const fix = "set delete.handling.mode=rewrite, drop.tombstones=true and add.fields=op,lsn,source.ts_ms";
    findings.push(warning({ code: "deletes-dropped", path, got: settings["delete.handling.mode"], expected, fix }));
  });
  return findings;
}

/** Connect refuses the connector, or doesn't know the setting. */
function checkExactlyOnce(
  { exactlyOnceSupport }: DebeziumPostgresSourceProps,
  { sourceWorker, kafkaConnectVersion }: SourceSurroundings,
): Finding[] {
  const support = sourceWorker?.exactlyOnceSourceSupport ?? "disabled";
  const findings: Finding[] = [];
  if (exactlyOnceSupport === "required" && support !== "enabled") {
    const [path, expected] = [
      "sourceWorker.exactlyOnceSourceSupport",
      '"enabled", as source.exactlyOnceSupport is required',
    ];
    const fix = 'set it to "enabled", or remove source.exactlyOnceSupport';
    findings.push(error({ code: "exactly-once-worker", path, got: support, expected, fix }));
  }
  if (support !== "disabled" && kafkaConnectVersion !== undefined && /^[12]\./.test(kafkaConnectVersion)) {
    const path = "sourceWorker.exactlyOnceSourceSupport";
    const expected = `"disabled" with Kafka Connect ${kafkaConnectVersion}: it came with 3.3 (KIP-618)`;
    const fix = "set kafkaConnectVersion to 3.7.x, or remove it";
    findings.push(error({ code: "exactly-once-version", path, got: support, expected, fix }));
  }
  return findings;
}
