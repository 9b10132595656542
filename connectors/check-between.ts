import { effectiveConverter } from "./check-shared";
import { DebeziumPostgresSourceProps } from "./debezium-postgres-source";
import { Finding, error, warning } from "./finding";
import { S3SinkProps } from "./s3-sink";
import { sourceTransforms } from "./source-transforms";
import { parseJavaRegex, plainTables, tableWrittenBy, topicOf, topicPattern } from "./topics";
import { extractNewRecordState } from "./transforms";
import { known } from "./values";
import { WorkerConfigurationProps } from "./worker-configuration";

/** The worker configurations of both connectors. */
export interface Workers {
  readonly sourceWorker?: WorkerConfigurationProps;
  readonly sinkWorker?: WorkerConfigurationProps;
}

/** What only shows when the sink reads what this source writes. */
export function checkBetween(source: DebeziumPostgresSourceProps, sink: S3SinkProps, workers: Workers = {}): Finding[] {
  return [
    ...checkTopics(source, sink),
    ...checkConverters(source, sink, workers),
    ...checkNullValues(source, sink),
    ...checkExactlyOnce(source, sink),
  ];
}

function checkTopics(source: DebeziumPostgresSourceProps, sink: S3SinkProps): Finding[] {
  const topicPrefix = known(source.topicPrefix);
  if (topicPrefix === undefined) return [];
  const topicsRegex = known(sink.topicsRegex);
  if (topicsRegex === undefined) {
    const topics = known(sink.topics)
      ?.split(",")
      .map((name) => name.trim());
    if (topics === undefined) return [];
    return [
      ...checkTopicList(topicPrefix, topics),
      ...checkRoutes(source, "sink.topics", (topic) => topics.includes(topic)),
    ];
  }
  const regex = parseJavaRegex(topicsRegex);
  const path = "sink.topicsRegex";
  const fix = `set topicsRegex to ${topicPrefix.replaceAll(".", "\\.")}\\..*`;
  if (regex === undefined) {
    const expected = "an expression that Java and JavaScript read alike; this one can't be checked here";
    return [
      warning({ code: "topics-regex-unchecked", path, got: topicsRegex, expected, fix: `${fix}, or check it by hand` }),
    ];
  }
  return [
    ...checkTables(source, topicPrefix, topicsRegex, regex, fix),
    ...checkRoutes(source, "sink.topicsRegex", (topic) => regex.test(topic)),
    ...checkTooWide(source, topicPrefix, topicsRegex, regex, fix),
  ];
}

/** A routed topic that nobody reads. */
function checkRoutes(
  { routes = [] }: DebeziumPostgresSourceProps,
  by: string,
  reads: (topic: string) => boolean,
): Finding[] {
  return routes.flatMap(({ topic }, index) => {
    if (reads(topic)) return [];
    const path = `source.routes[${index}].topic`;
    const expected = `a topic that ${by} has: its rows never arrive in S3 otherwise`;
    return [error({ code: "route-not-read", path, got: topic, expected, fix: `rename the topic, or extend ${by}` })];
  });
}

function checkTopicList(topicPrefix: string, names: readonly string[]): Finding[] {
  const foreign = names.filter((name) => known(name) !== undefined && !name.startsWith(`${topicPrefix}.`));
  if (foreign.length === 0) return [];
  const code = "topics-not-of-source";
  const expected = `names that begin with ${topicPrefix}., the source's topic prefix`;
  const problem = {
    code,
    path: "sink.topics",
    got: foreign.join(","),
    expected,
    fix: "correct the names, or remove them",
  };
  return [foreign.length === names.length ? error(problem) : warning(problem)];
}

/** Does the sink read the source's tables? */
function checkTables(
  source: DebeziumPostgresSourceProps,
  topicPrefix: string,
  topicsRegex: string,
  regex: RegExp,
  fix: string,
): Finding[] {
  const tables = plainTables(known(source.tableIncludeList) ?? "");
  const topics = (tables.length > 0 ? tables : ["public.any_table"])
    .map((table) => topicOf(topicPrefix, table))
    .filter((topic) => !isRoutedAway(topic, source));
  const unread = topics.filter((topic) => !regex.test(topic));
  if (unread.length === 0) return [];
  const problem = {
    code: "topics-not-read",
    path: "sink.topicsRegex",
    got: topicsRegex,
    expected: `an expression that matches ${unread.join(", ")}`,
    fix,
  };
  // Without a list of tables an expression for some of them is fine, as long as it can be one for this prefix at all.
  const mentionsPrefix = topicsRegex.replaceAll("\\", "").includes(topicPrefix);
  const somethingIsRead = tables.length > 0 ? unread.length < topics.length : mentionsPrefix;
  return [somethingIsRead ? warning(problem) : error(problem)];
}

/** Does no row stay in the table's own topic? */
function isRoutedAway(topic: string, { topicPrefix, routes = [] }: DebeziumPostgresSourceProps): boolean {
  return routes.some(
    ({ tables, condition }) =>
      condition === undefined && parseJavaRegex(topicPattern(topicPrefix, tables))?.test(topic),
  );
}

/** Does the sink read more than the source's tables? */
function checkTooWide(
  source: DebeziumPostgresSourceProps,
  topicPrefix: string,
  topicsRegex: string,
  regex: RegExp,
  fix: string,
): Finding[] {
  const path = "sink.topicsRegex";
  const findings: Finding[] = [];
  const heartbeats = `${known(source.topicHeartbeatPrefix) ?? "__debezium-heartbeat"}.${topicPrefix}`;
  const internal = [heartbeats, "__amazon_msk_connect_status_example", "__consumer_offsets"];
  const matched = internal.filter((topic) => regex.test(topic));
  if (matched.length > 0) {
    const expected = `an expression that doesn't match ${matched.join(", ")}`;
    findings.push(warning({ code: "topics-internal", path, got: topicsRegex, expected, fix }));
  }
  const neighbour = `${topicPrefix}-other.public.any_table`;
  if (regex.test(neighbour)) {
    const expected = `an expression that stops at the prefix's dot: this one also reads another pipeline's ${neighbour}`;
    findings.push(warning({ code: "topics-regex-too-wide", path, got: topicsRegex, expected, fix }));
  }
  const table = tableWrittenBy(known(source.heartbeatActionQuery) ?? "");
  const captured = source.tableIncludeList === undefined || plainTables(source.tableIncludeList).includes(table ?? "");
  const excluded = plainTables(source.tableExcludeList ?? "").includes(table ?? "");
  if (table !== undefined && captured && !excluded && regex.test(topicOf(topicPrefix, table))) {
    const expected = `without the heartbeat's own table ${table}: each heartbeat becomes a line in S3`;
    const mend = `set the source's tableExcludeList to ${table.replaceAll(".", "\\.")}, or tableIncludeList without it`;
    const at = "source.heartbeatActionQuery";
    findings.push(
      warning({ code: "heartbeat-in-sink", path: at, got: source.heartbeatActionQuery, expected, fix: mend }),
    );
  }
  return findings;
}

function checkConverters(source: DebeziumPostgresSourceProps, sink: S3SinkProps, workers: Workers): Finding[] {
  const written = effectiveConverter("valueConverter", source, workers.sourceWorker);
  const read = effectiveConverter("valueConverter", sink, workers.sinkWorker);
  const path = "sink.valueConverter";
  const problem = {
    path,
    got: sink.valueConverter,
    expected: `the source's converter, ${typeof written === "string" ? `"${written}"` : written.class}`,
    fix: "set the same valueConverter at the source and at the sink",
  };
  if (written === "json-with-schemas" && read === "json") {
    return [
      warning({
        ...problem,
        code: "converters-differ",
        expected: `${problem.expected}: else each line repeats the schema`,
      }),
    ];
  }
  const fails =
    (read === "json" && written === "string") || (read === "json-with-schemas" && typeof written === "string");
  if (!fails || written === read) return [];
  return [
    error({
      ...problem,
      code: "converters-differ",
      expected: `${problem.expected}: the sink fails at the first record`,
    }),
  ];
}

function checkNullValues(source: DebeziumPostgresSourceProps, sink: S3SinkProps): Finding[] {
  if ((sink.behaviorOnNullValues ?? "fail") !== "fail" || !writesNullValues(source)) return [];
  const expected =
    "ignore, or tombstonesOnDelete false at the source: the first DELETE's record with a null value fails the sink";
  const fix = 'set behaviorOnNullValues to "ignore"';
  const got = sink.behaviorOnNullValues;
  return [warning({ code: "first-delete-stops-sink", path: "sink.behaviorOnNullValues", got, expected, fix })];
}

/** A delete's event is followed by a record with a null value, unless that is switched off or a transform takes it out. */
function writesNullValues(source: DebeziumPostgresSourceProps): boolean {
  const unwrap = sourceTransforms(source).find(({ type }) => type === extractNewRecordState);
  if (unwrap === undefined) return source.tombstonesOnDelete ?? true;
  const { settings = {} } = unwrap;
  const combined = settings["delete.tombstone.handling.mode"];
  if (combined !== undefined) return combined === "tombstone" || combined === "rewrite-with-tombstone";
  // Debezium 2.5: "none" turns the delete event itself into a null value; drop.tombstones is true unless set.
  if (settings["delete.handling.mode"] === "none") return true;
  return settings["drop.tombstones"] === "false" && (source.tombstonesOnDelete ?? true);
}

/** A source that writes exactly once is of no use to a sink that reads or cuts otherwise. */
function checkExactlyOnce({ exactlyOnceSupport }: DebeziumPostgresSourceProps, sink: S3SinkProps): Finding[] {
  if (exactlyOnceSupport !== "required") return [];
  const findings: Finding[] = [];
  if (sink.consumerOverrideIsolationLevel !== "read_committed") {
    const path = "sink.consumerOverrideIsolationLevel";
    const got = sink.consumerOverrideIsolationLevel;
    const expected = "read_committed: else rows that the source took back after a crash reach S3 as well";
    findings.push(
      warning({ code: "exactly-once-uncommitted", path, got, expected, fix: 'set it to "read_committed"' }),
    );
  }
  if (known(sink.rotateScheduleIntervalMs) !== undefined && Number(sink.rotateScheduleIntervalMs) > 0) {
    const path = "sink.rotateScheduleIntervalMs";
    const expected = "nothing: files that are cut by the clock hold some rows twice after a crash of the sink";
    const fix = 'remove it; set rotateIntervalMs with a time-based partitionerClass and timestampExtractor "Record"';
    findings.push(warning({ code: "exactly-once-schedule", path, got: sink.rotateScheduleIntervalMs, expected, fix }));
  }
  return findings;
}
