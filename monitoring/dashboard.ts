import {
  type AlarmDefinition,
  alarmDefinitions,
  alarmNames,
  type AlarmThresholds,
  severities,
  type Severity,
  type Statistic,
} from "./alarm-definitions";
import { PERIOD } from "./alarms";
import { DAY, type MetricName, metrics, type Unit } from "./metrics";
import { type Series, seriesOf, type WatchedPipeline } from "./series";

/** Parts of the pipeline, from left to right. */
export const parts = ["database", "source", "brokers", "sink", "bucket"] as const;
export type Part = (typeof parts)[number];

interface WidgetDefinition {
  readonly title: string;
  readonly statistic: Statistic;
  readonly metrics: readonly [MetricName, ...MetricName[]];
}

/** Where something stands. Both CloudWatch's and Grafana's pages are 24 wide. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Heading extends Place {
  readonly title: string;
}

/** A graph, wherever it is drawn. */
export interface Widget extends Place {
  readonly title: string;
  readonly statistic: Statistic;
  /** Seconds. */
  readonly period: number;
  readonly unit: Unit;
  readonly lines: readonly Line[];
  readonly thresholds: readonly { readonly severity: Severity; readonly value: number }[];
}

export interface Line extends Series {
  readonly label: string;
}

const workers: readonly WidgetDefinition[] = [
  { title: "Tasks", statistic: "Maximum", metrics: ["runningTaskCount", "erroredTaskCount"] },
  { title: "Errors in the log", statistic: "Sum", metrics: ["connectorErrors"] },
  {
    title: "CPU and memory",
    statistic: "Average",
    metrics: ["connectorCpuUtilization", "connectorMemoryUtilization"],
  },
  { title: "Workers", statistic: "Maximum", metrics: ["workerCount"] },
];

const widgetsByPart: Readonly<Record<Part, readonly WidgetDefinition[]>> = {
  database: [
    { title: "WAL written", statistic: "Average", metrics: ["transactionLogsGeneration"] },
    { title: "Kept by slots", statistic: "Maximum", metrics: ["replicationSlotDiskUsage"] },
    {
      title: "WAL on disk, slots' lag",
      statistic: "Maximum",
      metrics: ["transactionLogsDiskUsage", "oldestReplicationSlotLag"],
    },
    { title: "Free storage", statistic: "Minimum", metrics: ["freeStorageSpace"] },
    { title: "CPU", statistic: "Average", metrics: ["cpuUtilization"] },
    { title: "Connections", statistic: "Maximum", metrics: ["databaseConnections"] },
    { title: "Free memory", statistic: "Average", metrics: ["freeableMemory"] },
    { title: "Waiting for the disk", statistic: "Average", metrics: ["diskQueueDepth"] },
    { title: "Unvacuumed transactions", statistic: "Maximum", metrics: ["maximumUsedTransactionIds"] },
  ],
  source: [
    {
      title: "Rows read and written",
      statistic: "Average",
      metrics: ["sourceRecordPollRate", "sourceRecordWriteRate"],
    },
    ...workers,
  ],
  brokers: [
    { title: "Messages in", statistic: "Average", metrics: ["messagesInPerSec"] },
    { title: "Bytes in and out", statistic: "Average", metrics: ["bytesInPerSec", "bytesOutPerSec"] },
    { title: "Disk used", statistic: "Maximum", metrics: ["kafkaDataLogsDiskUsed"] },
    { title: "CPU idle", statistic: "Average", metrics: ["cpuIdle"] },
    { title: "Heap after collection", statistic: "Maximum", metrics: ["heapMemoryAfterGc"] },
    {
      title: "Copies missing",
      statistic: "Maximum",
      metrics: ["underReplicatedPartitions", "underMinIsrPartitionCount"],
    },
    {
      title: "Controller, offline partitions",
      statistic: "Maximum",
      metrics: ["activeControllerCount", "offlinePartitionsCount"],
    },
    { title: "Waiting for the disk", statistic: "Average", metrics: ["volumeQueueLength"] },
  ],
  sink: [
    { title: "Rows read and sent", statistic: "Average", metrics: ["sinkRecordReadRate", "sinkRecordSendRate"] },
    { title: "Late in S3", statistic: "Maximum", metrics: ["estimatedMaxTimeLag"] },
    { title: "Records not in S3", statistic: "Maximum", metrics: ["sumOffsetLag"] },
    ...workers,
  ],
  bucket: [
    { title: "Size, daily", statistic: "Average", metrics: ["bucketSizeBytes"] },
    { title: "Objects, daily", statistic: "Average", metrics: ["numberOfObjects"] },
  ],
};

const widths: Readonly<Record<Part, number>> = { database: 5, source: 5, brokers: 5, sink: 5, bucket: 4 };
const HEADING_HEIGHT = 1;
const HEIGHT = 5;

/** The names of the parts, above what is drawn of them. */
export function headings(): Heading[] {
  return parts.map((part) => ({
    title: `${part[0]?.toUpperCase()}${part.slice(1)}`,
    x: left(part),
    y: 0,
    width: widths[part],
    height: HEADING_HEIGHT,
  }));
}

/** Every graph with its place; those of metrics that nobody publishes are left out. */
export function widgetsOf(pipeline: WatchedPipeline, thresholds: AlarmThresholds): Widget[] {
  return parts.flatMap((part) =>
    widgetsByPart[part]
      .map((widget) => ({ ...widget, lines: linesOf(pipeline, widget, part) }))
      .filter(({ lines }) => lines.length > 0)
      .map((widget, index) => ({
        title: widget.title,
        statistic: widget.statistic,
        lines: widget.lines,
        period: isDaily(widget) ? DAY : PERIOD,
        unit: metrics[widget.metrics[0]].unit,
        thresholds: thresholdsOf(widget, thresholds),
        x: left(part),
        y: HEADING_HEIGHT + index * HEIGHT,
        width: widths[part],
        height: HEIGHT,
      })),
  );
}

function linesOf(pipeline: WatchedPipeline, widget: WidgetDefinition, part: Part): Line[] {
  return widget.metrics
    .flatMap((metric) => seriesOf(pipeline, metric))
    .filter(({ owner }) => !["source", "sink"].includes(owner) || owner === part)
    .map((series) => {
      const broker = "Broker ID" in series.dimensions ? `broker ${series.owner}` : "";
      const names = widget.metrics.length > 1 || broker === "" ? [series.metricName, broker] : [broker];
      return { ...series, label: names.filter(Boolean).join(", ") };
    });
}

/** Where several metrics share a graph, it would be unclear whose threshold a line is. */
function thresholdsOf(
  { metrics: [metric, ...others] }: WidgetDefinition,
  thresholds: AlarmThresholds,
): Widget["thresholds"] {
  const name = alarmNames.find((candidate) => (alarmDefinitions[candidate] as AlarmDefinition).metric === metric);
  if (name === undefined || others.length > 0) return [];
  return severities.flatMap((severity) => {
    const value = thresholds[name]?.[severity] ?? null;
    return value === null ? [] : [{ severity, value }];
  });
}

function isDaily({ metrics: names }: WidgetDefinition): boolean {
  return names.some((name) => metrics[name].namespace === "AWS/S3");
}

function left(part: Part): number {
  return parts.slice(0, parts.indexOf(part)).reduce((sum, before) => sum + widths[before], 0);
}
