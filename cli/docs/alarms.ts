import { type AlarmDefinition, alarmDefinitions, alarmNames, type Severity } from "../../monitoring/alarm-definitions";
import { metrics, type Unit } from "../../monitoring/metrics";
import { code, table } from "../../lib/markdown";

/** Every alarm, with the thresholds that it has unless a setting says otherwise. */
export function alarmsTable(): string {
  return table(
    ["`monitoring.alarms.…`", "Metric", "Warning", "Critical", "What is wrong"],
    alarmNames.map((name) => {
      const definition: AlarmDefinition = alarmDefinitions[name];
      const { namespace, name: metric, dimensions } = metrics[definition.metric];
      return [
        code(name),
        [code(`${namespace} ${metric ?? "<connector>"}`), dimensions.length > 0 ? `by ${dimensions.join(", ")}` : ""]
          .filter(Boolean)
          .join(" "),
        threshold(definition, "warning"),
        threshold(definition, "critical"),
        `${definition.description} [What to do](#${definition.runbook})`,
      ];
    }),
  );
}

function threshold({ thresholds, fires, metric, statistic }: AlarmDefinition, severity: Severity): string {
  if (thresholds === null) return "off";
  const value = thresholds[severity];
  return value === null ? "" : `${statistic} ${fires} ${amount(value, metrics[metric].unit)}`;
}

function amount(value: number, unit: Unit): string {
  if (unit === "Bytes") return `${value / 1_000_000_000} GB`;
  if (unit === "Percent") return `${value} %`;
  return `${value.toLocaleString("en-US")}${unit === "Seconds" ? " s" : ""}`;
}
