import type { Aws } from "../aws";

export interface Metric {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Maximum" | "Minimum" | "Average";
}

/** CloudWatch gets most of these once a minute, a few minutes late. */
const MINUTES = 15;

/** The last value within a quarter of an hour; none where CloudWatch has none. */
export async function latestMetric(
  aws: Aws,
  { namespace, metric, dimensions, statistic }: Metric,
): Promise<number | undefined> {
  const end = new Date();
  const { MetricDataResults: [result] = [] } = await (
    await aws.cloudWatch()
  ).getMetricData({
    StartTime: new Date(end.getTime() - MINUTES * 60_000),
    EndTime: end,
    ScanBy: "TimestampDescending",
    MetricDataQueries: [
      {
        Id: "value",
        MetricStat: {
          Metric: {
            Namespace: namespace,
            MetricName: metric,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
          Period: 60,
          Stat: statistic,
        },
      },
    ],
  });
  return result?.Values?.[0];
}
