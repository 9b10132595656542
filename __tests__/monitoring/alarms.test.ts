import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  alarmDefinitions,
  alarmNames,
  type AlarmThresholds,
  defaultThresholds,
} from "../../monitoring/alarm-definitions";
import { type Alarm, alarmsOf, metricsInsightsQuery, stalledAlarm } from "../../monitoring/alarms";
import type { WatchedPipeline } from "../../monitoring/series";
import { PIPELINE } from "./pipeline";

const OFF = Object.fromEntries(alarmNames.map((name) => [name, null])) as AlarmThresholds;
const BOTH = Object.fromEntries(alarmNames.map((name) => [name, { warning: 2, critical: 3 }])) as AlarmThresholds;

const alarms = (thresholds: Partial<AlarmThresholds>, pipeline: Partial<WatchedPipeline> = {}): Alarm[] =>
  alarmsOf({ ...PIPELINE, ...pipeline }, { ...OFF, ...thresholds }, "README.md");
const only = (thresholds: Partial<AlarmThresholds>): Alarm | undefined => alarms(thresholds)[0];

describe("the alarms of a pipeline", () => {
  it("fails if there is one that nobody asked for", () => {
    expect(alarms({})).toEqual([]);
  });

  it("fails unless all are there: each once for each severity of what it watches", () => {
    expect(alarms(defaultThresholds)).toHaveLength(59);
    // 9 of the database, 2 of the cluster, 6 of each broker, 5 of each connector, 2 of the sink's topics
    expect(alarms(BOTH, { enhancedMonitoring: "PER_BROKER" })).toHaveLength(2 * (9 + 2 + 6 * 3 + 5 * 2 + 2));
  });

  it("fails if a broker is left out, or is watched that isn't there", () => {
    const ids = alarms({ brokerDiskUsed: { warning: null, critical: 85 } }, { numberOfBrokerNodes: 6 }).map(
      ({ id }) => id,
    );
    expect(ids).toEqual([1, 2, 3, 4, 5, 6].map((broker) => `broker_disk_used_${broker}_critical`));
  });

  it("fails if two alarms have one name, or one that CloudWatch or Terraform refuses", () => {
    const all = alarms(BOTH, { clusterName: "c".repeat(64), enhancedMonitoring: "PER_BROKER" });
    expect(new Set(all.map(({ alarmName }) => alarmName)).size).toBe(all.length);
    expect(all.filter(({ alarmName }) => alarmName.length > 255)).toEqual([]);
    expect(all.filter(({ id }) => !/^[a-z][a-z0-9_]*$/.test(id))).toEqual([]);
  });

  it("fails if what isn't published is watched", () => {
    expect(alarms({ volumeQueueLength: { warning: 10, critical: null } })).toEqual([]);
    const hasLog = { sourceConnector: { name: "source", hasLog: false } };
    const ids = alarms({ connectorErrors: { warning: 0, critical: null } }, hasLog).map(({ id }) => id);
    expect(ids).toEqual(["connector_errors_sink_warning"]);
  });

  it("fails if a connector that is gone is no alarm, or one that logs nothing is", () => {
    expect(only({ runningTasks: { warning: null, critical: 1 } })).toMatchObject({
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      missingData: "breaching",
      series: {
        namespace: "AWS/KafkaConnect",
        metricName: "RunningTaskCount",
        dimensions: { ConnectorName: "source" },
      },
    });
    expect(only({ connectorErrors: { warning: null, critical: 100 } })).toMatchObject({
      statistic: "Sum",
      missingData: "notBreaching",
    });
  });

  it("fails if the database is looked for by anything but its identifier", () => {
    expect(only({ replicationSlotDiskUsage: { warning: 1_000_000_000, critical: null } })).toMatchObject({
      threshold: 1_000_000_000,
      comparisonOperator: "GreaterThanThreshold",
      series: { namespace: "AWS/RDS", dimensions: { DBInstanceIdentifier: "database" } },
    });
  });

  it("fails if the sink's lag isn't watched for every topic, in seconds", () => {
    const lag = only({ sinkTimeLag: { warning: 300, critical: null } });
    if (lag === undefined) throw new Error("no alarm");
    expect(metricsInsightsQuery(lag.series, lag.statistic)).toBe(
      'SELECT MAX(EstimatedMaxTimeLag) FROM SCHEMA("AWS/Kafka", "Cluster Name", "Consumer Group", "Topic") ' +
        `WHERE "Cluster Name" = 'cluster' AND "Consumer Group" = 'connect-sink'`,
    );
    expect(lag.threshold).toBe(300);
  });
});

describe("the stalled pipeline", () => {
  const conditions = (heartbeatIntervalMs: number): readonly Alarm[] =>
    stalledAlarm(PIPELINE, heartbeatIntervalMs, "README.md").conditions;

  it("fails unless it is rows read, and none sent or no word of the sink", () => {
    expect(conditions(0)).toMatchObject([
      {
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        missingData: "notBreaching",
        series: { metricName: "SourceRecordPollRate", dimensions: { ConnectorName: "source" } },
      },
      {
        comparisonOperator: "LessThanOrEqualToThreshold",
        threshold: 0,
        missingData: "breaching",
        series: { metricName: "SinkRecordSendRate", dimensions: { ConnectorName: "sink" } },
      },
    ]);
  });

  it("fails if heartbeats alone are taken for rows", () => {
    // Every ten seconds: 0.1 records a second.
    expect(conditions(10_000)[0]?.threshold).toBeGreaterThan(0.1);
  });
});

describe("the way to the README", () => {
  const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
  const troubleshooting = readme.slice(readme.indexOf("\n## Troubleshooting"), readme.indexOf("\n## Cleanup"));
  const anchors = [...troubleshooting.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );

  it.each(alarmNames)("fails if %s points to a section of Troubleshooting that isn't there", (name) => {
    expect(anchors).toContain(alarmDefinitions[name].runbook);
  });

  it("fails if an alarm doesn't say where to read on", () => {
    const runbookUrl = "https://example.com/README.md";
    const [alarm] = alarmsOf(PIPELINE, { ...OFF, databaseCpu: { warning: 80, critical: null } }, runbookUrl);
    expect(alarm?.description).toContain(`${runbookUrl}#6-database-short-of-storage-cpu-or-memory`);
    expect(stalledAlarm(PIPELINE, 0, runbookUrl).description).toContain(`${runbookUrl}#3-s3-files-not-appearing`);
  });
});
