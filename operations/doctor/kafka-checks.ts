import { expectBrokers } from "../../local/smoke/brokers";
import { type Check, Failing, NotCheckable } from "./check";
import { latestMetric } from "./metrics";
import type { Pipeline } from "./pipeline";
import { remedies } from "./remedies";

/** The cluster, and how far the sink is behind in reading it. */
export function kafkaChecks(pipeline: Pipeline): Check[] {
  return [
    {
      id: "cluster-state",
      name: "MSK cluster is ACTIVE",
      remedy: remedies.clusterRefuses,
      run: async () => {
        const { State: state = "unknown", ClusterName: name = "" } = await pipeline.cluster();
        if (state !== "ACTIVE") throw new Failing(`${name} is ${state}`);
        return `${name} ACTIVE`;
      },
    },
    {
      id: "brokers-answer",
      name: "brokers answer on this machine",
      remedy: remedies.clusterRefuses,
      run: () => brokersAnswer(pipeline.outputs.bootstrapBrokers),
    },
    {
      id: "sink-lag",
      name: `sink is less than ${pipeline.limits.sinkSeconds} seconds behind`,
      remedy: remedies.noFiles,
      run: () => sinkLag(pipeline),
    },
  ];
}

/** Brokers that don't answer here may well answer the connectors: only those inside of the VPC can tell. */
async function brokersAnswer(brokers: string): Promise<string> {
  try {
    return await expectBrokers(brokers);
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new NotCheckable(`${reason}; only a machine in the VPC reaches them`);
  }
}

/** CloudWatch has the lag of each topic that the sink's group reads. */
async function sinkLag(pipeline: Pipeline): Promise<string> {
  const { aws, limits, sink } = pipeline;
  const { ClusterName: cluster = "" } = await pipeline.cluster();
  const group = `connect-${sink.settings.name}`;
  const dimensions = { "Cluster Name": cluster, "Consumer Group": group };
  const { Metrics: metrics = [] } = await (
    await aws.cloudWatch()
  ).listMetrics({
    Namespace: "AWS/Kafka",
    MetricName: "MaxOffsetLag",
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  });
  const topics = metrics
    .flatMap(({ Dimensions: found = [] }) => found.filter(({ Name }) => Name === "Topic"))
    .map(({ Value = "" }) => Value);
  const of = (metric: string, Topic: string): Promise<number | undefined> =>
    latestMetric(aws, {
      ...{ namespace: "AWS/Kafka", metric, statistic: "Maximum" },
      dimensions: { ...dimensions, Topic },
    });
  const lags = await Promise.all(
    [...new Set(topics)].map(async (topic) => ({
      topic,
      records: await of("MaxOffsetLag", topic),
      seconds: await of("EstimatedMaxTimeLag", topic),
    })),
  );
  const known = lags.filter(({ records, seconds }) => (records ?? seconds) !== undefined);
  if (known.length === 0) throw new NotCheckable(`CloudWatch has no MaxOffsetLag of the group ${group}`);
  // So many are in one file; with more than that, files are overdue. It counts only where MSK doesn't tell seconds.
  const fileSize = Number(sink.settings.configuration["flush.size"] ?? Number.POSITIVE_INFINITY);
  const behind = known.filter(({ records = 0, seconds }) =>
    seconds === undefined ? records > fileSize : seconds > limits.sinkSeconds,
  );
  const text = (of: typeof known): string =>
    of
      .map(({ topic, records, seconds }) => {
        const parts = [records === undefined ? "" : `${records} records`, seconds === undefined ? "" : `${seconds} s`];
        return `${topic} ${parts.filter(Boolean).join(", ")}`;
      })
      .join("; ");
  if (behind.length > 0) throw new Failing(text(behind));
  return `${known.length} topics, at most ${Math.max(...known.map(({ records = 0 }) => records))} records`;
}
