import { checkEitherOr, checkShared, effectiveConverter } from "./check-shared";
import { checkTransformClasses } from "./check-transform-classes";
import { Bound, Finding, checkBounds, checkWords, error, largestInt, warning } from "./finding";
import { PluginName } from "./plugins/sources";
import { S3SinkProps, s3SinkClasses, s3SinkNames } from "./s3-sink";
import { parseJavaRegex } from "./topics";
import { isUnknown, known } from "./values";
import { WorkerConfigurationProps } from "./worker-configuration";

/** What the connector's own settings don't tell. */
export interface SinkSurroundings {
  /** The worker configuration it runs with. @default MSK Connect's own: StringConverter, no config providers */
  readonly sinkWorker?: WorkerConfigurationProps;
  /** The plugin that it runs from. @default an archive of one's own, not checked */
  readonly sinkPlugin?: PluginName;
  /** MSK Connect's `kafkaconnect_version`: "2.7.1". @default unknown, not checked */
  readonly kafkaConnectVersion?: string;
}

/** Everything that can be said about the sink connector alone. */
export function checkS3Sink(sink: S3SinkProps, surroundings: SinkSurroundings = {}): Finding[] {
  return [
    ...checkShared("sink", sink, s3SinkNames, surroundings.kafkaConnectVersion),
    ...checkBounds("sink", sink, bounds),
    ...checkWords("sink", sink, words),
    ...checkTopics(sink),
    ...checkRotation(sink),
    ...checkPartitioner(sink),
    ...checkFormat(sink, surroundings.sinkWorker),
    ...checkNullValues(sink),
    ...checkErrors(sink),
    ...checkTransformClasses(
      "sink",
      (sink.transforms ?? []).map((transform, index) => ({ ...transform, path: `transforms[${index}]` })),
      surroundings.sinkPlugin,
    ),
  ];
}

const bounds: Partial<Record<keyof S3SinkProps, Bound>> = {
  flushSize: { minimum: 1, maximum: largestInt },
  rotateIntervalMs: { minimum: 1, maximum: Number.MAX_SAFE_INTEGER, also: [-1] },
  rotateScheduleIntervalMs: { minimum: 1, maximum: Number.MAX_SAFE_INTEGER, also: [-1] },
  partitionDurationMs: { minimum: 1, maximum: Number.MAX_SAFE_INTEGER, also: [-1] },
  // Amazon S3's smallest part of a multipart upload, and the connector's own lower bound.
  s3PartSize: { minimum: 5242880, maximum: largestInt },
  tasksMax: { minimum: 1, maximum: largestInt },
  errorsDeadletterqueueTopicReplicationFactor: { minimum: 1, maximum: 32767, also: [-1] },
};

const words: Partial<Record<keyof S3SinkProps, readonly string[]>> = {
  s3CompressionType: ["none", "gzip"],
  behaviorOnNullValues: ["fail", "ignore", "write"],
  errorsTolerance: ["none", "all"],
  consumerOverrideIsolationLevel: ["read_committed", "read_uncommitted"],
};

const timeBasedPartitioners: readonly string[] = [
  s3SinkClasses.timeBasedPartitioner,
  s3SinkClasses.dailyPartitioner,
  s3SinkClasses.hourlyPartitioner,
];

const otherPartitioners: readonly string[] = [s3SinkClasses.defaultPartitioner, s3SinkClasses.fieldPartitioner];

function checkTopics(sink: S3SinkProps): Finding[] {
  if (sink.topics === undefined && sink.topicsRegex === undefined) {
    const expected = "topics or topicsRegex; Kafka Connect refuses a sink without";
    const fix = "set topicsRegex to the source's topic prefix: postgres-cdc\\..*";
    return [error({ code: "topics-missing", path: "sink.topicsRegex", got: undefined, expected, fix })];
  }
  return checkEitherOr("sink", sink, [["topics", "topicsRegex"]]);
}

function checkRotation(sink: S3SinkProps): Finding[] {
  const rotates = isOn(sink.rotateIntervalMs);
  const schedules = isOn(sink.rotateScheduleIntervalMs);
  const path = "sink.rotateIntervalMs";
  const got = sink.rotateIntervalMs;
  const fix = 'set rotateScheduleIntervalMs and timezone "UTC"';
  const findings: Finding[] = [];
  if (schedules && !isSet(sink.timezone)) {
    const expected = "a time zone, as rotateScheduleIntervalMs is set: the task fails while it starts otherwise";
    const mend = 'set timezone to "UTC"';
    findings.push(error({ code: "timezone-missing", path: "sink.timezone", got: sink.timezone, expected, fix: mend }));
  }
  if (rotates && (sink.partitionerClass === undefined || otherPartitioners.includes(sink.partitionerClass))) {
    const expected = "nothing: the connector ignores rotate.interval.ms unless the partitioner is a time-based one";
    const mend = `remove it; ${fix}, which works with every partitioner, or partitionerClass TimeBasedPartitioner`;
    findings.push(warning({ code: "rotation-ignored", path, got, expected, fix: mend }));
  } else if (rotates && !schedules) {
    const expected =
      "together with rotateScheduleIntervalMs: alone it waits for a newer record, the last file of a quiet table stays open";
    findings.push(warning({ code: "rotation-waits", path, got, expected, fix }));
  }
  if (!rotates && !schedules && known(sink.flushSize) !== 1) {
    const expected = `set: else a file is only finished after ${sink.flushSize} records, the last ones of a quiet table never are`;
    const at = "sink.rotateScheduleIntervalMs";
    findings.push(warning({ code: "rotation-missing", path: at, got: sink.rotateScheduleIntervalMs, expected, fix }));
  }
  return findings;
}

/** Unknown numbers count as on: whoever sets them wants them. */
function isOn(milliseconds: number | undefined): boolean {
  return milliseconds !== undefined && (isUnknown(milliseconds) || milliseconds > 0);
}

function isSet(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== "";
}

function checkPartitioner(sink: S3SinkProps): Finding[] {
  const partitionerClass = sink.partitionerClass ?? s3SinkClasses.defaultPartitioner;
  if (!timeBasedPartitioners.includes(partitionerClass)) return [];
  const texts = ["locale", "timezone"] as const;
  const missing: string[] = texts.filter((property) => !isSet(sink[property]));
  // The daily and hourly partitioners bring their own.
  if (partitionerClass === s3SinkClasses.timeBasedPartitioner) {
    if (!isSet(sink.pathFormat)) missing.push("pathFormat");
    if (!isOn(sink.partitionDurationMs)) missing.push("partitionDurationMs");
  }
  const examples: Readonly<Record<string, string>> = {
    locale: "en",
    timezone: "UTC",
    pathFormat: "'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH",
    partitionDurationMs: "3600000",
  };
  return missing.map((property) =>
    error({
      code: "partitioner-incomplete",
      path: `sink.${property}`,
      got: sink[property as keyof S3SinkProps],
      expected: `set: ${partitionerClass.slice(partitionerClass.lastIndexOf(".") + 1)} doesn't start without`,
      fix: `set ${property} to ${examples[property]}`,
    }),
  );
}

function checkFormat(sink: S3SinkProps, worker: WorkerConfigurationProps | undefined): Finding[] {
  const findings: Finding[] = [];
  const converter = effectiveConverter("valueConverter", sink, worker);
  const path = "sink.valueConverter";
  const got = sink.valueConverter;
  if (sink.formatClass === s3SinkClasses.jsonFormat && converter === "string") {
    const expected =
      '"json" here or in the worker configuration; with StringConverter each line is a quoted text, not an object';
    const fix = 'set keyConverter and valueConverter to "json"';
    findings.push(warning({ code: "converters-missing", path, got, expected, fix }));
  }
  if (sink.formatClass === s3SinkClasses.parquetFormat && (converter === "json" || converter === "string")) {
    const expected = "a converter with schemas: Parquet files need one";
    const fix = 'set valueConverter to "json-with-schemas" here and at the source, or to an Avro converter';
    findings.push(error({ code: "format-needs-schema", path, got, expected, fix }));
  }
  if (sink.formatClass === s3SinkClasses.byteArrayFormat && typeof converter === "string" && converter !== "bytes") {
    const expected = '"bytes": ByteArrayFormat writes nothing else';
    findings.push(error({ code: "format-needs-bytes", path, got, expected, fix: 'set valueConverter to "bytes"' }));
  }
  const compresses = [s3SinkClasses.jsonFormat, s3SinkClasses.byteArrayFormat].some(
    (name) => name === sink.formatClass,
  );
  if (sink.s3CompressionType === "gzip" && !compresses && known(sink.formatClass) !== undefined) {
    const expected = "none: only JsonFormat and ByteArrayFormat use it";
    const fix = "remove s3CompressionType, or set the format's own codec in extra";
    findings.push(warning({ code: "compression-ignored", path: "sink.s3CompressionType", got: "gzip", expected, fix }));
  }
  return findings;
}

function checkNullValues(sink: S3SinkProps): Finding[] {
  if (sink.behaviorOnNullValues !== "write" || sink.extra?.["store.kafka.keys"] === "true") return [];
  const expected = "fail or ignore; write needs store.kafka.keys=true, the connector doesn't start without";
  const fix = 'set "ignore", or store.kafka.keys=true and keys.format.class in extra';
  return [error({ code: "null-values-need-keys", path: "sink.behaviorOnNullValues", got: "write", expected, fix })];
}

function checkErrors(sink: S3SinkProps): Finding[] {
  const topic = sink.errorsDeadletterqueueTopicName;
  const path = "sink.errorsDeadletterqueueTopicName";
  if (topic === undefined || topic.trim() === "") {
    if (sink.errorsTolerance !== "all") return [];
    const expected = "a topic, as errorsTolerance is all: records that fail are skipped without a trace otherwise";
    const fix = "set errorsDeadletterqueueTopicName, or errorsTolerance to none";
    return [warning({ code: "errors-lose-records", path, got: topic, expected, fix })];
  }
  const findings: Finding[] = [];
  if (sink.errorsTolerance !== "all") {
    const expected = "all: with none the task writes the dead letter and stops, again at each restart";
    const at = "sink.errorsTolerance";
    const fix = "set errorsTolerance to all";
    findings.push(warning({ code: "dead-letters-stop-sink", path: at, got: sink.errorsTolerance, expected, fix }));
  }
  if (sink.errorsDeadletterqueueContextHeadersEnable !== true) {
    const expected = "true: nothing else tells where a dead letter came from and what was wrong with it";
    const at = "sink.errorsDeadletterqueueContextHeadersEnable";
    const got = sink.errorsDeadletterqueueContextHeadersEnable;
    findings.push(warning({ code: "dead-letters-unexplained", path: at, got, expected, fix: "set it to true" }));
  }
  if (isUnknown(topic)) return findings;
  if (!/^[a-zA-Z0-9._-]{1,249}$/.test(topic)) {
    const expected = "1 to 249 letters, digits, ., _ and -: Kafka's rule for topics";
    findings.push(error({ code: "dead-letter-topic", path, got: topic, expected, fix: "name it dlq-postgres-cdc" }));
  }
  const listed =
    known(sink.topics)
      ?.split(",")
      .some((name) => name.trim() === topic) ?? false;
  const matched = parseJavaRegex(known(sink.topicsRegex))?.test(topic) ?? false;
  if (listed || matched) {
    const expected = "a topic that the sink doesn't read itself; Kafka Connect refuses that";
    findings.push(error({ code: "dead-letters-read-again", path, got: topic, expected, fix: `name it dlq.${topic}` }));
  }
  return findings;
}
