import type {
  CloudWatchMetricsQuery,
  MetricEditorMode,
  MetricQueryType,
} from "@grafana/schema/dist/types/raw/composable/cloudwatch/dataquery/x/types.gen";
import type { Dashboard, Panel, VariableModel } from "@grafana/schema/dist/types/raw/dashboard/x/types.gen";
import { type Heading, headings, type Place, type Widget } from "./dashboard";
import { DAY, type Unit } from "./metrics";

/** A type of Grafana's schema as it is in JSON: enums are their values. */
export type InJson<Type> = Type extends string
  ? `${Type}`
  : Type extends number | boolean | null
    ? Type
    : Type extends readonly (infer Item)[]
      ? InJson<Item>[]
      : Type extends object
        ? { [Key in keyof Type]: InJson<Type[Key]> }
        : Type;

export type GrafanaQuery = InJson<CloudWatchMetricsQuery>;
export type GrafanaPanel = InJson<Omit<Panel, "targets">> & { targets?: GrafanaQuery[] };
export type GrafanaDashboard = InJson<Omit<Dashboard, "panels">> & { panels: GrafanaPanel[] };

/** What the dashboard finds by its variables, since Terraform names it. */
export interface GrafanaNames {
  readonly clusterName: string;
  readonly region: string;
  /** Which DB instances to choose from, as a regular expression. */
  readonly databasePattern: string;
  /** Which buckets to choose from, as a regular expression. */
  readonly bucketPattern: string;
}

/** The names that the dashboard's queries have for what only Terraform names. */
export const GRAFANA_VARIABLES = { databaseIdentifier: "$database", bucketName: "$bucket" } as const;

/** `schemaVersion` of Grafana 13, whose types these are. An older Grafana shows the dashboard too, a newer one migrates it. */
const SCHEMA_VERSION = 42;

const DATASOURCE = { type: "cloudwatch", uid: "${datasource}" } as const;
const COLORS = { warning: "orange", critical: "red" } as const;
const UNITS: Readonly<Record<Unit, string>> = {
  Bytes: "decbytes",
  "Bytes/Second": "Bps",
  Count: "short",
  "Count/Second": "cps",
  Percent: "percent",
  Seconds: "s",
};
/** The enums' values: their types are all that is imported, so that Grafana's packages aren't needed to run this. */
const SEARCH: InJson<MetricQueryType.Search> = 0;
const BUILDER: InJson<MetricEditorMode.Builder> = 0;

/** The dashboard that CloudWatch has too, for Grafana with a CloudWatch data source. */
export function grafanaDashboard(widgets: readonly Widget[], names: GrafanaNames): GrafanaDashboard {
  const panels = [...headings().map(text), ...widgets.map(graph)];
  return {
    title: `${names.clusterName} pipeline`,
    uid: `${names.clusterName}-pipeline`.slice(0, 40),
    tags: ["cdc"],
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    refresh: "1m",
    time: { from: "now-6h", to: "now" },
    templating: { list: variables(names) },
    panels: panels.map((panel, index) => ({ id: index + 1, ...panel })),
  };
}

function text({ title, ...place }: Heading): GrafanaPanel {
  return {
    type: "text",
    title: "",
    gridPos: position(place),
    transparent: true,
    options: { mode: "markdown", content: `**${title}**` },
  };
}

function graph(widget: Widget): GrafanaPanel {
  return {
    type: "timeseries",
    title: widget.title,
    gridPos: position(widget),
    datasource: DATASOURCE,
    targets: queries(widget),
    // What is published once a day is no graph within some hours.
    ...(widget.period === DAY ? { timeFrom: "now-30d" } : {}),
    fieldConfig: {
      defaults: {
        unit: UNITS[widget.unit],
        min: 0,
        custom: { thresholdsStyle: { mode: widget.thresholds.length > 0 ? "line" : "off" } },
        thresholds: {
          mode: "absolute",
          steps: [
            { color: "transparent", value: null },
            ...[...widget.thresholds]
              .sort((one, other) => one.value - other.value)
              .map(({ severity, value }) => ({ color: COLORS[severity], value })),
          ],
        },
      },
      overrides: [],
    },
  };
}

function queries({ lines, statistic, period }: Widget): GrafanaQuery[] {
  return lines.map((line, index) => ({
    refId: refId(index),
    id: "",
    datasource: DATASOURCE,
    queryMode: "Metrics",
    metricQueryType: SEARCH,
    metricEditorMode: BUILDER,
    region: "$region",
    namespace: line.namespace,
    metricName: line.metricName,
    dimensions: { ...line.dimensions },
    matchExact: true,
    statistic,
    period: `${period}`,
    label: "Topic" in line.dimensions ? "${PROP('Dim.Topic')}" : line.label,
  }));
}

function variables({ region, databasePattern, bucketPattern }: GrafanaNames): InJson<VariableModel>[] {
  return [
    { name: "datasource", label: "Data source", type: "datasource", query: "cloudwatch" },
    { name: "region", label: "Region", type: "textbox", query: region, current: { text: region, value: region } },
    found("database", "Database", databasePattern, {
      namespace: "AWS/RDS",
      metricName: "CPUUtilization",
      dimensionKey: "DBInstanceIdentifier",
    }),
    found("bucket", "Bucket", bucketPattern, {
      namespace: "AWS/S3",
      metricName: "NumberOfObjects",
      dimensionKey: "BucketName",
    }),
  ];
}

/** A variable whose values are those that a dimension has in CloudWatch. */
function found(name: string, label: string, pattern: string, dimension: Record<string, string>): InJson<VariableModel> {
  return {
    name,
    label,
    type: "query",
    datasource: DATASOURCE,
    query: {
      refId: "CloudWatchVariableQueryEditor-VariableQuery",
      queryType: "dimensionValues",
      region: "$region",
      ...dimension,
    },
    regex: `/${pattern}/`,
    // When the dashboard is opened.
    refresh: 1,
  };
}

/** A, B, …, Z, AA, AB, … */
function refId(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${refId(Math.floor(index / 26) - 1)}${letter}`;
}

function position({ x, y, width, height }: Place): { x: number; y: number; w: number; h: number } {
  return { x, y, w: width, h: height };
}
