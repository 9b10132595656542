import { type Heading, headings, type Line, type Place, type Widget } from "./dashboard";
import { DAY } from "./metrics";
import { ANY } from "./series";

const COLORS = { warning: "#ff7f0e", critical: "#d62728" } as const;

/** The body of a CloudWatch dashboard (CloudWatch API reference, "Dashboard body structure and syntax"). */
export function cloudWatchDashboard(widgets: readonly Widget[], region: string): string {
  return JSON.stringify({ widgets: [...headings().map(text), ...widgets.map((widget) => graph(widget, region))] });
}

function text({ title, ...place }: Heading): object {
  return { type: "text", ...position(place), properties: { markdown: `**${title}**`, background: "transparent" } };
}

function graph(widget: Widget, region: string): object {
  return {
    type: "metric",
    ...position(widget),
    properties: {
      title: widget.title,
      region,
      view: "timeSeries",
      stat: widget.statistic,
      period: widget.period,
      // What is published once a day is no graph within some hours.
      ...(widget.period === DAY ? { start: "-P30D" } : {}),
      metrics: widget.lines.map((line, index) => metric(line, widget, index)),
      yAxis: { left: { min: 0, label: widget.unit, showUnits: false } },
      annotations: {
        horizontal: widget.thresholds.map(({ severity, value }) => ({
          label: severity,
          value,
          color: COLORS[severity],
        })),
      },
    },
  };
}

function metric(line: Line, { statistic, period }: Widget, index: number): unknown[] {
  const dimensions = Object.entries(line.dimensions);
  if (!dimensions.some(([, value]) => value === ANY)) {
    return [line.namespace, line.metricName, ...dimensions.flat(), { label: line.label }];
  }
  const names = dimensions.map(([name]) => quoted(name)).join(",");
  const values = dimensions.filter(([, value]) => value !== ANY).map(([name, value]) => `${quoted(name)}="${value}"`);
  const search = `{${line.namespace},${names}} MetricName="${line.metricName}" ${values.join(" ")}`;
  return [{ expression: `SEARCH('${search}', '${statistic}', ${period})`, id: `e${index + 1}`, label: "" }];
}

function position({ x, y, width, height }: Place): Place {
  return { x, y, width, height };
}

function quoted(name: string): string {
  return `"${name}"`;
}
