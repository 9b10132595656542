import { renderProblem } from "../../lib/errors";
import { ConnectorsToCheck, checkConnectors, errorsOf } from "../../connectors/checks";
import { DebeziumPostgresSourceProps } from "../../connectors/debezium-postgres-source";
import { S3SinkProps, s3SinkClasses } from "../../connectors/s3-sink";
import { extractNewRecordState } from "../../connectors/transforms";
import { existingSink, existingSource, goodSink, goodSource, goodWorker, lines } from "./examples";

const insertField = "org.apache.kafka.connect.transforms.InsertField$Value";

const token = "${TfToken[TOKEN.1]}";

function check(
  source: Partial<DebeziumPostgresSourceProps>,
  sink: Partial<S3SinkProps> = {},
  around: ConnectorsToCheck = {},
): string[] {
  return lines(
    checkConnectors({
      source: { ...goodSource, ...source },
      sink: { ...goodSink, ...sink },
      sourceWorker: goodWorker,
      publicationCreatedBeforehand: true,
      brokersCreateTopics: false,
      kafkaConnectVersion: "3.7.x",
      sourcePlugin: "debezium-scripting",
      sinkPlugin: "s3-sink",
      ...around,
    }),
  );
}

test("nothing is said about good settings", () => {
  expect(check({})).toEqual([]);
});

test("the settings that already run have these defects, and no error", () => {
  const findings = checkConnectors({
    source: existingSource,
    sink: existingSink,
    publicationCreatedBeforehand: true,
    brokersCreateTopics: true,
    kafkaConnectVersion: "2.7.1",
  });
  expect(lines(findings)).toEqual([
    "warning publication-autocreate source.publicationAutocreateMode",
    "warning heartbeat-missing source.heartbeatIntervalMs",
    "warning converters-missing source.valueConverter",
    "warning rotation-ignored sink.rotateIntervalMs",
    "warning converters-missing sink.valueConverter",
    "warning topics-regex-too-wide sink.topicsRegex",
    "warning first-delete-stops-sink sink.behaviorOnNullValues",
  ]);
});

const unwrap = (settings: Record<string, string>): Partial<DebeziumPostgresSourceProps> => ({
  transforms: [{ name: "unwrap", type: extractNewRecordState, settings }],
});

describe("source", () => {
  test.each<[string, Partial<DebeziumPostgresSourceProps>]>([
    ["a slot name of 63 characters", { slotName: "a".repeat(63) }],
    ["a publication name of 63 bytes", { publicationName: "a".repeat(63) }],
    ["names that only Terraform knows", { slotName: token, publicationName: token, topicPrefix: token }],
    ["a password that is a reference", { databasePassword: token }],
    ["a port in text", { databasePort: "5432" }],
    ["a port that only Terraform knows", { databasePort: -8.1e298 }],
    [
      "partitions left to the broker",
      { topicCreationDefaultPartitions: -1, topicCreationDefaultReplicationFactor: -1 },
    ],
    ["a queue one larger than the batch", { maxBatchSize: 8191 }],
    ["a root certificate", { databaseSslmode: "verify-full", databaseSslrootcert: "/tmp/rds.pem" }],
    [
      "a heartbeat that upserts",
      { heartbeatActionQuery: "INSERT INTO cdc.heartbeat VALUES (1) ON CONFLICT (id) DO UPDATE SET at = now()" },
    ],
    ["a heartbeat without a table", { heartbeatActionQuery: "SELECT pg_logical_emit_message(false, 'heartbeat', '')" }],
    ["deletes rewritten", unwrap({ "delete.handling.mode": "rewrite", "drop.tombstones": "true" })],
    ["deletes rewritten, the newer way", unwrap({ "delete.tombstone.handling.mode": "rewrite" })],
  ])("passes %s", (_name, change) => {
    expect(check(change)).toEqual([]);
  });

  test.each<[string, Partial<DebeziumPostgresSourceProps>, string]>([
    ["the slot has upper case", { slotName: "Debezium" }, "slot-name source.slotName"],
    ["the slot has 64 characters", { slotName: "a".repeat(64) }, "slot-name source.slotName"],
    ["the slot has no name", { slotName: "" }, "slot-name source.slotName"],
    ["the publication has 64 bytes", { publicationName: "ä".repeat(32) }, "publication-name source.publicationName"],
    ["the publication has no name", { publicationName: "" }, "publication-name source.publicationName"],
    ["plugin.name is left to Debezium", { pluginName: undefined }, "plugin-name source.pluginName"],
    ["the plugin isn't on RDS", { pluginName: "decoderbufs" }, "plugin-name source.pluginName"],
    ["the password is a literal", { databasePassword: "hunter2" }, "secret-in-clear-text source.databasePassword"],
    [
      "extra has a secret",
      { extra: { "database.sslpassword": "hunter2" } },
      'secret-in-clear-text source.extra["database.sslpassword"]',
    ],
    ["the port is 0", { databasePort: 0 }, "number-out-of-bounds source.databasePort"],
    ["the port is 65536", { databasePort: 65536 }, "number-out-of-bounds source.databasePort"],
    ["the port is a word", { databasePort: "postgres" }, "number-out-of-bounds source.databasePort"],
    ["a word is unknown", { snapshotMode: "once" as "initial" }, "word-not-allowed source.snapshotMode"],
    ["a batch is half a record", { maxBatchSize: 0.5 }, "number-out-of-bounds source.maxBatchSize"],
    [
      "there are no partitions",
      { topicCreationDefaultPartitions: 0 },
      "number-out-of-bounds source.topicCreationDefaultPartitions",
    ],
    ["tables are included and excluded", { tableIncludeList: "public.a" }, "either-or source.tableExcludeList"],
    ["the queue is as large as the batch", { maxBatchSize: 8192 }, "queue-too-small source.maxQueueSize"],
    [
      "only the partitions are given",
      { topicCreationDefaultReplicationFactor: undefined },
      "topic-creation-half source.topicCreationDefaultReplicationFactor",
    ],
    [
      "nobody creates topics",
      { topicCreationDefaultReplicationFactor: undefined, topicCreationDefaultPartitions: undefined },
      "topic-creation-missing source.topicCreationDefaultPartitions",
    ],
    [
      "a certificate is verified against nothing",
      { databaseSslmode: "verify-full" },
      "database-root-certificate source.databaseSslmode",
    ],
    ["extra repeats a property", { extra: { "slot.name": "x" } }, 'extra-repeats-property source.extra["slot.name"]'],
    [
      "extra has the class",
      { extra: { "connector.class": "x" } },
      'extra-repeats-property source.extra["connector.class"]',
    ],
    [
      "extra has a transform",
      { extra: { "transforms.a.type": "x" } },
      'extra-repeats-property source.extra["transforms.a.type"]',
    ],
    [
      "extra has a config provider",
      { extra: { "config.providers": "x" } },
      'config-providers-in-connector source.extra["config.providers"]',
    ],
    [
      "the config provider is unknown",
      { databasePassword: "${vault:rds:password}" },
      "config-provider-missing source.databasePassword",
    ],
    [
      "a transform's name has a comma",
      { transforms: [{ name: "a,b", type: insertField }] },
      "transform-name source.transforms[0].name",
    ],
    [
      "two transforms share a name",
      {
        transforms: [
          { name: "a", type: insertField },
          { name: "a", type: insertField },
        ],
      },
      "transform-twice source.transforms[1].name",
    ],
    [
      "a transform's class has no package",
      { transforms: [{ name: "a", type: "Unwrap" }] },
      "transform-type source.transforms[0].type",
    ],
    [
      "a transform has two types",
      { transforms: [{ name: "a", type: insertField, settings: { type: "x.Z" } }] },
      "transform-type-twice source.transforms[0].settings.type",
    ],
    [
      "a predicate isn't there",
      { transforms: [{ name: "a", type: insertField, settings: { predicate: "p" } }] },
      "predicate-missing source.transforms[0].settings.predicate",
    ],
  ])("fails if %s", (_name, change, expected) => {
    expect(check(change)).toEqual([`error ${expected}`]);
  });

  test.each<[string, Partial<DebeziumPostgresSourceProps>, string]>([
    [
      "the publication has upper case",
      { publicationName: "Debezium" },
      "publication-name-quoted source.publicationName",
    ],
    [
      "the publication is made twice",
      { publicationAutocreateMode: "filtered" },
      "publication-autocreate source.publicationAutocreateMode",
    ],
    ["the publication isn't named", { publicationName: undefined }, "publication-unnamed source.publicationName"],
    [
      "the database is read in clear text",
      { databaseSslmode: "disable" },
      "database-unencrypted source.databaseSslmode",
    ],
    ["there is no heartbeat", { heartbeatIntervalMs: undefined }, "heartbeat-missing source.heartbeatIntervalMs"],
    [
      "the heartbeat does nothing on conflict",
      { heartbeatActionQuery: "INSERT INTO cdc.heartbeat VALUES (1)\nON CONFLICT DO NOTHING" },
      "heartbeat-writes-nothing source.heartbeatActionQuery",
    ],
    [
      "the heartbeat reads",
      { heartbeatActionQuery: "SELECT 1" },
      "heartbeat-writes-nothing source.heartbeatActionQuery",
    ],
    ["errors are tolerated", { errorsTolerance: "all" }, "errors-lose-records source.errorsTolerance"],
    ["decimals are bytes", { decimalHandlingMode: undefined }, "decimals-as-bytes source.decimalHandlingMode"],
    ["there are two tasks", { tasksMax: 2 }, "tasks-unused source.tasksMax"],
    ["a transform drops deletes", unwrap({}), 'deletes-dropped source.transforms[0].settings["delete.handling.mode"]'],
    ["heartbeats reach S3", { tableExcludeList: undefined }, "heartbeat-in-sink source.heartbeatActionQuery"],
  ])("warns if %s", (_name, change, expected) => {
    expect(check(change)).toEqual([`warning ${expected}`]);
  });

  test.each([
    ["topic prefix", { topicPrefix: "postgres cdc" }],
    ["empty topic prefix", { topicPrefix: "" }],
  ])("fails if the %s has other characters", (_name, change) => {
    expect(check(change)).toContain("error topic-prefix source.topicPrefix");
  });

  test("fails if the publication is disabled and nobody makes it", () => {
    const findings = check({}, {}, { publicationCreatedBeforehand: false });
    expect(findings).toEqual(["error publication-missing source.publicationAutocreateMode"]);
  });

  test("a secret is never told", () => {
    const findings = checkConnectors({
      source: { ...goodSource, databasePassword: "hunter2", extra: { "database.sslpassword": "hunter2" } },
      sink: { ...goodSink, extra: { "s3.proxy.password": "hunter2" } },
    });
    expect(errorsOf(findings)).toHaveLength(3);
    expect(findings.map(renderProblem).join("\n")).not.toContain("hunter2");
  });

  test.each([
    ["2.7.1", ['warning override-policy source.extra["producer.override.acks"]']],
    ["3.7.x", []],
  ])("on Kafka Connect %s an override gives %j", (kafkaConnectVersion, expected) => {
    expect(check({ extra: { "producer.override.acks": "all" } }, {}, { kafkaConnectVersion })).toEqual(expected);
  });
});

const deadLetters: Partial<S3SinkProps> = {
  errorsTolerance: "all",
  errorsDeadletterqueueTopicName: "dlq",
  errorsDeadletterqueueContextHeadersEnable: true,
};

const timeBased: Partial<S3SinkProps> = {
  partitionerClass: s3SinkClasses.timeBasedPartitioner,
  partitionDurationMs: 3600000,
  pathFormat: "YYYY",
  locale: "en",
};

describe("exactly once", () => {
  const source: Partial<DebeziumPostgresSourceProps> = { exactlyOnceSupport: "required" };
  const sourceWorker = { ...goodWorker, exactlyOnceSourceSupport: "enabled" } as const;
  const committed: Partial<S3SinkProps> = {
    ...timeBased,
    consumerOverrideIsolationLevel: "read_committed",
    rotateScheduleIntervalMs: undefined,
    rotateIntervalMs: 1000,
  };

  test.each<[string, Partial<S3SinkProps>, string[]]>([
    ["nothing but the wait", {}, ["warning rotation-waits sink.rotateIntervalMs"]],
    [
      "rows that were taken back",
      { consumerOverrideIsolationLevel: undefined },
      [
        "warning rotation-waits sink.rotateIntervalMs",
        "warning exactly-once-uncommitted sink.consumerOverrideIsolationLevel",
      ],
    ],
    [
      "files cut by the clock",
      { rotateScheduleIntervalMs: 1000 },
      ["warning exactly-once-schedule sink.rotateScheduleIntervalMs"],
    ],
  ])("fails unless it warns of %s", (_name, change, expected) => {
    expect(check(source, { ...committed, ...change }, { sourceWorker })).toEqual(expected);
  });

  test("fails if the worker doesn't write in transactions", () => {
    expect(check(source, committed)).toContain("error exactly-once-worker sourceWorker.exactlyOnceSourceSupport");
  });

  test("fails if Kafka Connect is too old for it", () => {
    expect(check({}, {}, { sourceWorker, kafkaConnectVersion: "2.7.1" })).toEqual([
      "error exactly-once-version sourceWorker.exactlyOnceSourceSupport",
    ]);
  });
});

describe("sink", () => {
  test.each<[string, Partial<S3SinkProps>]>([
    ["one record per file", { flushSize: 1, rotateScheduleIntervalMs: undefined }],
    ["parts of 5242880 bytes", { s3PartSize: 5242880 }],
    ["a complete time-based partitioner", timeBased],
    ["rotation by record time beside scheduled rotation", { ...timeBased, rotateIntervalMs: 60000 }],
    ["a daily partitioner", { partitionerClass: s3SinkClasses.dailyPartitioner, locale: "en" }],
    ["a partitioner of one's own", { partitionerClass: "x.Y", rotateIntervalMs: 1 }],
    ["null values with keys", { behaviorOnNullValues: "write", extra: { "store.kafka.keys": "true" } }],
    ["a dead letter queue", deadLetters],
    ["a dead letter queue whose name only Terraform knows", { ...deadLetters, errorsDeadletterqueueTopicName: token }],
    ["no dead letter queue", { errorsDeadletterqueueTopicName: "" }],
    ["a transform of Kafka's", { transforms: [{ name: "a", type: insertField }] }],
    ["a list of topics", { topicsRegex: undefined, topics: "postgres-cdc.public.a, postgres-cdc.public.b" }],
    ["an expression that only Terraform knows", { topicsRegex: token }],
    ["an expression for one table, as none are listed", { topicsRegex: "postgres-cdc\\.public\\..*" }],
  ])("passes %s", (_name, change) => {
    expect(check({}, change)).toEqual([]);
  });

  test.each<[string, Partial<S3SinkProps>, string[]]>([
    ["no topics are given", { topicsRegex: undefined }, ["topics-missing sink.topicsRegex"]],
    ["topics are given twice", { topics: "postgres-cdc.public.a" }, ["either-or sink.topicsRegex"]],
    ["a word is unknown", { s3CompressionType: "zip" as "gzip" }, ["word-not-allowed sink.s3CompressionType"]],
    ["files have no records", { flushSize: 0 }, ["number-out-of-bounds sink.flushSize"]],
    ["parts are too small", { s3PartSize: 5242879 }, ["number-out-of-bounds sink.s3PartSize"]],
    ["a schedule has no time zone", { timezone: undefined }, ["timezone-missing sink.timezone"]],
    [
      "a time-based partitioner has nothing",
      { partitionerClass: s3SinkClasses.timeBasedPartitioner },
      [
        "partitioner-incomplete sink.locale",
        "partitioner-incomplete sink.pathFormat",
        "partitioner-incomplete sink.partitionDurationMs",
      ],
    ],
    [
      "an hourly partitioner has no locale",
      { partitionerClass: s3SinkClasses.hourlyPartitioner },
      ["partitioner-incomplete sink.locale"],
    ],
    [
      "null values are written without keys",
      { behaviorOnNullValues: "write" },
      ["null-values-need-keys sink.behaviorOnNullValues"],
    ],
    [
      "Parquet has no schema",
      { formatClass: s3SinkClasses.parquetFormat },
      ["format-needs-schema sink.valueConverter"],
    ],
    ["bytes are JSON", { formatClass: s3SinkClasses.byteArrayFormat }, ["format-needs-bytes sink.valueConverter"]],
    [
      "dead letters are read again",
      { ...deadLetters, errorsDeadletterqueueTopicName: "postgres-cdc.dlq" },
      ["dead-letters-read-again sink.errorsDeadletterqueueTopicName"],
    ],
    [
      "dead letters go to a topic that Kafka refuses",
      { ...deadLetters, errorsDeadletterqueueTopicName: "dead letters" },
      ["dead-letter-topic sink.errorsDeadletterqueueTopicName"],
    ],
    [
      "a transform is Debezium's",
      { transforms: [{ name: "a", type: extractNewRecordState }] },
      ["transform-not-in-plugin sink.transforms[0]"],
    ],
    ["extra repeats a property", { extra: { "flush.size": "1" } }, ['extra-repeats-property sink.extra["flush.size"]']],
    ["a placeholder has no worker", { s3BucketName: "${env:BUCKET}" }, ["config-provider-missing sink.s3BucketName"]],
    ["the prefix is another one", { topicsRegex: "mysql-cdc\\..*" }, ["topics-not-read sink.topicsRegex"]],
    [
      "all topics are of another prefix",
      { topicsRegex: undefined, topics: "x.public.a" },
      ["topics-not-of-source sink.topics"],
    ],
    [
      "it expects schemas that nobody writes",
      { valueConverter: "json-with-schemas" },
      ["converters-differ sink.valueConverter"],
    ],
  ])("fails if %s", (_name, change, expected) => {
    expect(check({}, change)).toEqual(expected.map((line) => `error ${line}`));
  });

  test.each<[string, Partial<S3SinkProps>, string[]]>([
    ["rotation is ignored", { rotateIntervalMs: 60000 }, ["rotation-ignored sink.rotateIntervalMs"]],
    [
      "rotation waits for a record",
      { ...timeBased, rotateIntervalMs: 60000, rotateScheduleIntervalMs: undefined },
      ["rotation-waits sink.rotateIntervalMs"],
    ],
    [
      "nothing rotates by time",
      { rotateScheduleIntervalMs: undefined },
      ["rotation-missing sink.rotateScheduleIntervalMs"],
    ],
    ["lines are texts", { valueConverter: "worker" }, ["converters-missing sink.valueConverter"]],
    [
      "compression is ignored",
      { formatClass: s3SinkClasses.avroFormat, s3CompressionType: "gzip" },
      ["compression-ignored sink.s3CompressionType"],
    ],
    ["errors vanish", { errorsTolerance: "all" }, ["errors-lose-records sink.errorsDeadletterqueueTopicName"]],
    [
      "dead letters stop it",
      { ...deadLetters, errorsTolerance: undefined },
      ["dead-letters-stop-sink sink.errorsTolerance"],
    ],
    [
      "dead letters don't tell why",
      { ...deadLetters, errorsDeadletterqueueContextHeadersEnable: undefined },
      ["dead-letters-unexplained sink.errorsDeadletterqueueContextHeadersEnable"],
    ],
    ["tombstones stop it", { behaviorOnNullValues: undefined }, ["first-delete-stops-sink sink.behaviorOnNullValues"]],
    ["neighbours are read", { topicsRegex: "postgres-cdc.*" }, ["topics-regex-too-wide sink.topicsRegex"]],
    [
      "everything is read",
      { topicsRegex: ".*" },
      ["topics-internal sink.topicsRegex", "topics-regex-too-wide sink.topicsRegex"],
    ],
    [
      "the expression is Java's own",
      { topicsRegex: "\\Qpostgres-cdc.\\E.*" },
      ["topics-regex-unchecked sink.topicsRegex"],
    ],
    ["the expression is broken", { topicsRegex: "postgres-cdc(" }, ["topics-regex-unchecked sink.topicsRegex"]],
    [
      "one topic is of another prefix",
      { topicsRegex: undefined, topics: "postgres-cdc.public.a,x.public.a" },
      ["topics-not-of-source sink.topics"],
    ],
  ])("warns if %s", (_name, change, expected) => {
    expect(check({}, change)).toEqual(expected.map((line) => `warning ${line}`));
  });

  test("fails if none of the listed tables is read, warns if one isn't", () => {
    const tables = { tableIncludeList: "public.a,public\\.b", tableExcludeList: undefined };
    expect(check(tables, { topicsRegex: "postgres-cdc\\.public\\.[ab]" })).toEqual([]);
    expect(check(tables, { topicsRegex: "postgres-cdc\\.public\\.a" })).toEqual([
      "warning topics-not-read sink.topicsRegex",
    ]);
    expect(check(tables, { topicsRegex: "postgres-cdc\\.public\\.c" })).toEqual([
      "error topics-not-read sink.topicsRegex",
    ]);
  });
});

describe("tombstones reach the sink", () => {
  const stops = "warning first-delete-stops-sink sink.behaviorOnNullValues";
  test.each<[string, Partial<DebeziumPostgresSourceProps>, boolean]>([
    ["by default", {}, true],
    ["not when the source leaves them out", { tombstonesOnDelete: false }, false],
    ["not when a transform drops them", unwrap({ "delete.handling.mode": "rewrite" }), false],
    ["when a transform keeps them", unwrap({ "delete.handling.mode": "rewrite", "drop.tombstones": "false" }), true],
    [
      "when a transform makes deletes null",
      unwrap({ "delete.handling.mode": "none", "drop.tombstones": "true" }),
      true,
    ],
    ["when a transform keeps them, the newer way", unwrap({ "delete.tombstone.handling.mode": "tombstone" }), true],
  ])("%s", (_name, change, reached) => {
    expect(check(change, { behaviorOnNullValues: "fail" }).includes(stops)).toBe(reached);
  });
});

describe("converters of both", () => {
  test.each([
    ["json", "json", []],
    ["json-with-schemas", "json-with-schemas", []],
    ["json-with-schemas", "json", ["warning converters-differ sink.valueConverter"]],
    ["json", "json-with-schemas", ["error converters-differ sink.valueConverter"]],
    [
      "string",
      "json",
      ["error converters-differ sink.valueConverter", "warning converters-missing source.valueConverter"],
    ],
    ["json", "string", ["warning converters-missing sink.valueConverter"]],
  ] as const)("written as %s, read as %s", (written, read, expected) => {
    expect(check({ valueConverter: written }, { valueConverter: read })).toEqual(expected);
  });

  test("the worker's converters count", () => {
    const change = { keyConverter: "worker", valueConverter: "worker" } as const;
    expect(check(change, change, { sinkWorker: goodWorker })).toEqual([]);
  });
});

test("a shared worker configuration's defects are told once", () => {
  const worker = { ...goodWorker, extra: { "group.id": "x" } };
  expect(check({}, {}, { sourceWorker: worker, sinkWorker: worker })).toEqual([
    'error worker-setting-forbidden sourceWorker.extra["group.id"]',
  ]);
});
