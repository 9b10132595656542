import type { Problem } from "../lib/errors";
import {
  type AlarmDefinition,
  alarmDefinitions,
  type AlarmName,
  alarmNames,
  severities,
} from "../monitoring/alarm-definitions";
import { type Metric, metrics } from "../monitoring/metrics";
import { isAtLeast } from "../monitoring/series";
import type { PipelineSettings } from "./schema";

const BYTES_PER_GIB = 1024 ** 3;

/** An alarm that is set and can't fire is worse than none, and one that always fires is soon read by nobody. */
export function checkMonitoring(settings: PipelineSettings): Problem[] {
  if (!settings.monitoring.enabled) return checkThresholds(settings);
  return [
    ...checkThresholds(settings),
    ...checkPublished(settings),
    ...checkDatabaseThresholds(settings),
    ...checkRotation(settings),
  ];
}

function checkThresholds({ monitoring }: PipelineSettings): Problem[] {
  return alarmNames.flatMap((name): Problem[] => {
    const thresholds = monitoring.alarms[name];
    if (thresholds === null) return [];
    const { warning, critical } = thresholds;
    const { fires }: AlarmDefinition = alarmDefinitions[name];
    if (warning === null && critical === null) {
      return [
        {
          code: "alarm-without-threshold",
          path: pathOf(name),
          got: thresholds,
          expected: "a value for warning, critical or both",
          fix: `set one, or ${pathOf(name)} to null`,
        },
      ];
    }
    if (warning === null || critical === null) return [];
    if (fires === "above" ? warning < critical : warning > critical) return [];
    const side = fires === "above" ? "less" : "more";
    return [
      {
        code: "thresholds-order",
        path: `${pathOf(name)}.warning`,
        got: warning,
        expected: `${side} than critical (${critical}): the alarm fires ${fires} its threshold, and a warning comes first`,
        fix: "swap the two, or set one to null",
      },
    ];
  });
}

function checkPublished({ monitoring, cluster, ...settings }: PipelineSettings): Problem[] {
  const problems = alarmNames.flatMap((name): Problem[] => {
    const { level }: Metric = metrics[alarmDefinitions[name].metric];
    if (monitoring.alarms[name] === null || isAtLeast(cluster.enhancedMonitoring, level)) return [];
    return [
      {
        code: "metric-not-published",
        path: pathOf(name),
        got: monitoring.alarms[name],
        expected: `null, as long as cluster.enhancedMonitoring is ${cluster.enhancedMonitoring ?? "DEFAULT"}: MSK publishes the metric from ${level} on`,
        fix: `set cluster.enhancedMonitoring to ${level}, or ${pathOf(name)} to null`,
      },
    ];
  });
  const silent = (["sourceConnector", "sinkConnector"] as const).filter(
    (connector) => settings[connector].logRetentionInDays === null,
  );
  if (monitoring.alarms.connectorErrors === null || silent.length === 0) return problems;
  const retentions = silent.map((connector) => `${connector}.logRetentionInDays`).join(" and ");
  return [
    ...problems,
    {
      code: "log-not-delivered",
      path: pathOf("connectorErrors"),
      got: monitoring.alarms.connectorErrors,
      expected: `null, as long as ${retentions} is null: there is no log whose errors could be counted`,
      fix: `set ${retentions} to 30 (this replaces the connector), or ${pathOf("connectorErrors")} to null`,
    },
  ];
}

function checkDatabaseThresholds({ monitoring, database }: PipelineSettings): Problem[] {
  const largest = Math.max(database.allocatedStorage, database.maxAllocatedStorage) * BYTES_PER_GIB;
  const smallest = database.allocatedStorage * BYTES_PER_GIB;
  const onDisk = ["replicationSlotDiskUsage", "oldestReplicationSlotLag", "transactionLogsDiskUsage"] as const;
  const connections = Number(database.parameters.max_connections?.value);
  return [
    ...onDisk.flatMap((name) =>
      beyond(monitoring, name, largest, `less than the database's disk can ever hold (${largest} bytes)`),
    ),
    ...beyond(
      monitoring,
      "freeStorageSpace",
      smallest,
      `less than database.allocatedStorage (${smallest} bytes): even an empty disk hasn't more free`,
    ),
    // Anything but a number, such as RDS's own formula, is NaN, and no threshold is beyond that.
    ...beyond(
      monitoring,
      "databaseConnections",
      connections,
      `less than database.parameters.max_connections (${connections}): there are never more`,
    ),
  ];
}

function beyond(
  { alarms }: PipelineSettings["monitoring"],
  name: AlarmName,
  limit: number,
  expected: string,
): Problem[] {
  return severities.flatMap((severity): Problem[] => {
    const value = alarms[name]?.[severity] ?? null;
    if (value === null || !(value >= limit)) return [];
    const path = `${pathOf(name)}.${severity}`;
    return [{ code: "threshold-out-of-reach", path, got: value, expected, fix: "lower it, or set it to null" }];
  });
}

/** The sink commits what it has uploaded, so that even a healthy one is behind by what it collects for an object. */
function checkRotation({ monitoring, sink }: PipelineSettings): Problem[] {
  const interval = Number(sink.rotateScheduleIntervalMs ?? 0) / 1000;
  return severities.flatMap((severity): Problem[] => {
    const value = monitoring.alarms.sinkTimeLag?.[severity] ?? null;
    if (value === null || value > interval) return [];
    return [
      {
        code: "lag-within-rotation",
        path: `${pathOf("sinkTimeLag")}.${severity}`,
        got: value,
        expected: `more than the ${interval} seconds of sink.rotateScheduleIntervalMs, for which the sink collects rows`,
        fix: `set it to ${2 * interval} or more, or rotate more often`,
      },
    ];
  });
}

function pathOf(name: AlarmName): string {
  return `monitoring.alarms.${name}`;
}
