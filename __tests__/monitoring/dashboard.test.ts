import { alarmDefinitions, alarmNames, defaultThresholds } from "../../monitoring/alarm-definitions";
import { cloudWatchDashboard } from "../../monitoring/cloudwatch-dashboard";
import { headings, type Place, type Widget, widgetsOf } from "../../monitoring/dashboard";
import { type MetricName, metrics } from "../../monitoring/metrics";
import type { WatchedPipeline } from "../../monitoring/series";
import { PIPELINE } from "./pipeline";

const widgets = (pipeline: Partial<WatchedPipeline> = {}): Widget[] =>
  widgetsOf({ ...PIPELINE, ...pipeline }, defaultThresholds);
const titled = (title: string, pipeline?: Partial<WatchedPipeline>): Widget[] =>
  widgets(pipeline).filter((widget) => widget.title === title);

describe("the page", () => {
  it("fails if the pipeline isn't there from left to right, on a page 24 wide", () => {
    const heads = headings();
    expect(heads.map(({ title }) => title)).toEqual(["Database", "Source", "Brokers", "Sink", "Bucket"]);
    expect(heads.map(({ x }) => x)).toEqual([...heads].map(({ x }) => x).sort((one, other) => one - other));
    expect(heads.reduce((sum, { width }) => sum + width, 0)).toBe(24);
  });

  it("fails if two things lie over each other", () => {
    const places: Place[] = [...headings(), ...widgets({ enhancedMonitoring: "PER_BROKER" })];
    const cells = places.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it("fails if a metric is in the table that neither a graph nor an alarm looks at, or an alarm's isn't to be seen", () => {
    const shown = new Set(
      widgets({ enhancedMonitoring: "PER_BROKER" }).flatMap(({ lines }) => lines.map((line) => line.metric)),
    );
    expect((Object.keys(metrics) as MetricName[]).filter((metric) => !shown.has(metric))).toEqual([]);
    expect(alarmNames.filter((name) => !shown.has(alarmDefinitions[name].metric))).toEqual([]);
  });

  it("fails if a graph is there whose metric nobody publishes", () => {
    const ofDisks = (level: WatchedPipeline["enhancedMonitoring"]): number =>
      titled("Waiting for the disk", { enhancedMonitoring: level }).length;
    expect([ofDisks(null), ofDisks("DEFAULT"), ofDisks("PER_BROKER"), ofDisks("PER_TOPIC_PER_PARTITION")]).toEqual([
      1, 1, 2, 2,
    ]);
    expect(titled("Errors in the log")).toHaveLength(2);
    expect(titled("Errors in the log", { sinkConnector: { name: "sink", hasLog: false } })).toHaveLength(1);
  });

  it("fails if a line isn't drawn at the threshold of the one metric of a graph", () => {
    expect(titled("Disk used")[0]?.thresholds).toEqual([
      { severity: "warning", value: 75 },
      { severity: "critical", value: 85 },
    ]);
    expect(titled("Copies missing")[0]?.thresholds).toEqual([]);
  });

  it("fails if a bucket's daily metrics are asked for every five minutes", () => {
    expect(titled("Objects, daily")[0]).toMatchObject({ period: 86_400, statistic: "Average" });
    expect(titled("Disk used")[0]).toMatchObject({ period: 300 });
  });
});

describe("CloudWatch's dashboard", () => {
  const body = JSON.parse(cloudWatchDashboard(widgets(), "eu-west-1")) as {
    widgets: { type: string; properties: { title?: string; region?: string; start?: string; metrics: unknown[][] } }[];
  };
  const graph = (title: string): (typeof body.widgets)[number] | undefined =>
    body.widgets.find(({ properties }) => properties.title === title);

  it("fails if a metric isn't asked for by all of its dimensions, in the pipeline's region", () => {
    expect(graph("Disk used")?.properties.region).toBe("eu-west-1");
    expect(graph("Disk used")?.properties.metrics).toEqual(
      ["1", "2", "3"].map((broker) => [
        "AWS/Kafka",
        "KafkaDataLogsDiskUsed",
        "Cluster Name",
        "cluster",
        "Broker ID",
        broker,
        { label: `broker ${broker}` },
      ]),
    );
    expect(graph("Objects, daily")?.properties.start).toBe("-P30D");
    expect(graph("Objects, daily")?.properties.metrics).toEqual([
      [
        "AWS/S3",
        "NumberOfObjects",
        "BucketName",
        "bucket",
        "StorageType",
        "AllStorageTypes",
        { label: "NumberOfObjects" },
      ],
    ]);
  });

  it("fails if new topics aren't found by themselves", () => {
    expect(graph("Late in S3")?.properties.metrics).toEqual([
      [
        {
          expression:
            `SEARCH('{AWS/Kafka,"Cluster Name","Consumer Group","Topic"} MetricName="EstimatedMaxTimeLag" ` +
            `"Cluster Name"="cluster" "Consumer Group"="connect-sink"', 'Maximum', 300)`,
          id: "e1",
          label: "",
        },
      ],
    ]);
  });
});
