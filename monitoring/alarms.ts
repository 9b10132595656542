import {
  type AlarmDefinition,
  alarmDefinitions,
  alarmNames,
  type AlarmThresholds,
  type Runbook,
  severities,
  type Severity,
  type Statistic,
} from "./alarm-definitions";
import type { MetricName } from "./metrics";
import { ANY, type Series, seriesOf, type WatchedPipeline } from "./series";

/** Seconds that all alarms and most of the dashboard sum up: MSK and RDS publish once a minute, so that one gap is none. */
export const PERIOD = 300;

/** What one CloudWatch alarm looks at. */
export interface Alarm {
  /** Its name in Terraform: `broker_disk_used_1_critical`. */
  readonly id: string;
  /** Its name in CloudWatch, once in an account and region. */
  readonly alarmName: string;
  readonly description: string;
  readonly series: Series;
  readonly statistic: Statistic;
  readonly comparisonOperator: "GreaterThanThreshold" | "LessThanThreshold" | "LessThanOrEqualToThreshold";
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly missingData: AlarmDefinition["missingData"];
}

/** Rows are read from the database, and the sink hands none on: an alarm when both are true. */
export interface StalledAlarm {
  readonly alarmName: string;
  readonly description: string;
  readonly conditions: readonly Alarm[];
}

/** The alarms of a pipeline, one for each severity of each broker, connector, … */
export function alarmsOf(pipeline: WatchedPipeline, thresholds: AlarmThresholds, runbookUrl: string): Alarm[] {
  return alarmNames.flatMap((name) => {
    const definition: AlarmDefinition = alarmDefinitions[name];
    return seriesOf(pipeline, definition.metric).flatMap((series) =>
      severities.flatMap((severity) => {
        const threshold = thresholds[name]?.[severity] ?? null;
        return threshold === null ? [] : [alarm(pipeline, name, series, severity, threshold, runbookUrl)];
      }),
    );
  });
}

/**
 * What is written to the database can't be told from its WAL: RDS writes some of it every few minutes by itself. So it is what
 * Debezium reads. Its heartbeats count as records too, but the sink doesn't get them.
 *
 * @param heartbeatIntervalMs Debezium's heartbeat.interval.ms; 0: there are no heartbeats
 */
export function stalledAlarm(pipeline: WatchedPipeline, heartbeatIntervalMs: number, runbookUrl: string): StalledAlarm {
  const condition = (id: string, metric: MetricName, rest: Omit<Alarm, "id" | "alarmName" | "series">): Alarm[] =>
    seriesOf(pipeline, metric).map((series) => ({ id, alarmName: nameOf(pipeline, id), series, ...rest }));
  return {
    alarmName: nameOf(pipeline, "pipeline_stalled"),
    description: withRunbook(
      "Rows are read from the database, and the sink hands none on to S3.",
      "3-s3-files-not-appearing",
      runbookUrl,
    ),
    conditions: [
      ...condition("stalled_rows_are_read", "sourceRecordPollRate", {
        description: "Tells nobody: Debezium reads rows, half of what makes a stalled pipeline.",
        statistic: "Average",
        comparisonOperator: "GreaterThanThreshold",
        threshold: heartbeatIntervalMs > 0 ? 2000 / heartbeatIntervalMs : 0,
        evaluationPeriods: 2,
        missingData: "notBreaching",
      }),
      ...condition("stalled_none_is_sent", "sinkRecordSendRate", {
        description: "Tells nobody: the sink hands no row on, half of what makes a stalled pipeline.",
        statistic: "Maximum",
        comparisonOperator: "LessThanOrEqualToThreshold",
        threshold: 0,
        evaluationPeriods: 2,
        // A sink that doesn't run publishes nothing.
        missingData: "breaching",
      }),
    ],
  };
}

/**
 * An alarm can't search for metrics, but it takes a Metrics Insights query, which finds new topics by itself (CloudWatch user
 * guide, "Create a CloudWatch alarm based on a Metrics Insights query"). `null`: the series is a single one, no query is needed.
 */
export function metricsInsightsQuery(
  { namespace, metricName, dimensions }: Series,
  statistic: Statistic,
): string | null {
  const given = Object.entries(dimensions).filter(([, value]) => value !== ANY);
  if (given.length === Object.keys(dimensions).length) return null;
  const names = Object.keys(dimensions).map(quoted);
  const values = given.map(([name, value]) => `${quoted(name)} = '${value}'`);
  const aggregate = { Average: "AVG", Maximum: "MAX", Minimum: "MIN", Sum: "SUM" }[statistic];
  return (
    `SELECT ${aggregate}(${metricName}) FROM SCHEMA(${quoted(namespace)}, ${names.join(", ")}) ` +
    `WHERE ${values.join(" AND ")}`
  );
}

function alarm(
  pipeline: WatchedPipeline,
  name: keyof typeof alarmDefinitions,
  series: Series,
  severity: Severity,
  threshold: number,
  runbookUrl: string,
): Alarm {
  const definition: AlarmDefinition = alarmDefinitions[name];
  const id = [snakeCase(name), series.owner, severity].filter(Boolean).join("_");
  return {
    id,
    alarmName: nameOf(pipeline, id),
    description: withRunbook(definition.description, definition.runbook, runbookUrl),
    series,
    statistic: definition.statistic,
    comparisonOperator: definition.fires === "above" ? "GreaterThanThreshold" : "LessThanThreshold",
    threshold,
    evaluationPeriods: definition.periods,
    missingData: definition.missingData,
  };
}

function nameOf({ clusterName }: WatchedPipeline, id: string): string {
  return `${clusterName}-${id.replaceAll("_", "-")}`;
}

function withRunbook(description: string, runbook: Runbook, runbookUrl: string): string {
  return `${description} What to do: ${runbookUrl}#${runbook}`;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function quoted(name: string): string {
  return `"${name}"`;
}
