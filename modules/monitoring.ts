import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm";
import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import { CloudwatchMetricAlarm, CloudwatchMetricAlarmConfig } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { ChildModule } from "../lib";
import type { AlarmThresholds } from "../monitoring/alarm-definitions";
import { Alarm, alarmsOf, metricsInsightsQuery, PERIOD, StalledAlarm, stalledAlarm } from "../monitoring/alarms";
import { cloudWatchDashboard } from "../monitoring/cloudwatch-dashboard";
import { widgetsOf } from "../monitoring/dashboard";
import { CONNECTOR_ERRORS } from "../monitoring/metrics";
import type { WatchedPipeline } from "../monitoring/series";

export interface MonitoringProps {
  readonly pipeline: WatchedPipeline;
  readonly region: string;
  /** Log groups of the connectors; `null` where a connector has no log. */
  readonly logGroupNames: { readonly source: string | null; readonly sink: string | null };
  /** Debezium's heartbeat.interval.ms; 0: no heartbeats. */
  readonly heartbeatIntervalMs: number;
  /** At which values to tell; `null`: the alarm isn't there. */
  readonly alarms: AlarmThresholds;
  /** Whether to tell that rows are read, and none is handed on to S3. */
  readonly pipelineStalled: boolean;
  readonly dashboard: boolean;
  /** Who is told; each has to confirm a mail of AWS first. */
  readonly emails: readonly string[];
  /** ARN of the KMS key of the topic; `null`: it isn't encrypted. CloudWatch can't use AWS's own key, `alias/aws/sns`. */
  readonly kmsMasterKeyId: string | null;
  /** The README, whose chapter Troubleshooting every alarm points to. */
  readonly runbookUrl: string;
}

/** The alarms of the pipeline and whom they tell, and a dashboard of what they look at. */
export class Monitoring extends ChildModule {
  /** ARN of the topic that every alarm writes to. */
  readonly topicArn: string;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { pipeline, alarms, runbookUrl } = props;
    const topic = new SnsTopic(this, "alarms", {
      name: `${pipeline.clusterName}-alarms`,
      ...(props.kmsMasterKeyId ? { kmsMasterKeyId: props.kmsMasterKeyId } : {}),
    });
    for (const address of props.emails) {
      new SnsTopicSubscription(this, subscriptionId(address), {
        topicArn: topic.arn,
        protocol: "email",
        endpoint: address,
      });
    }
    countErrors(this, pipeline.sourceConnector.name, "source", props.logGroupNames.source);
    countErrors(this, pipeline.sinkConnector.name, "sink", props.logGroupNames.sink);
    for (const alarm of alarmsOf(pipeline, alarms, runbookUrl)) metricAlarm(this, alarm, topic);
    if (props.pipelineStalled) {
      compositeAlarm(this, stalledAlarm(pipeline, props.heartbeatIntervalMs, runbookUrl), topic);
    }
    if (props.dashboard) {
      new CloudwatchDashboard(this, "dashboard", {
        dashboardName: `${pipeline.clusterName}-pipeline`,
        dashboardBody: cloudWatchDashboard(widgetsOf(pipeline, alarms), props.region),
      });
    }
    this.topicArn = topic.arn;
  }
}

/** Of the address and not of its place in the list: who is told already need not confirm again when somebody else goes. */
export function subscriptionId(address: string): string {
  return `email_${address.toLowerCase().replaceAll(/[^a-z0-9]/g, "_")}`;
}

function countErrors(scope: Construct, connectorName: string, owner: string, logGroupName: string | null): void {
  if (logGroupName === null) return;
  new CloudwatchLogMetricFilter(scope, `${owner}_errors`, {
    name: `${connectorName}-errors`,
    logGroupName,
    // Kafka Connect's log4j writes the level in capitals; the words of its own configuration are in small letters.
    pattern: "?ERROR ?FATAL",
    metricTransformation: { namespace: CONNECTOR_ERRORS, name: connectorName, value: "1", defaultValue: "0" },
  });
}

function metricAlarm(scope: Construct, alarm: Alarm, topic: SnsTopic | null): CloudwatchMetricAlarm {
  return new CloudwatchMetricAlarm(scope, alarm.id, {
    alarmName: alarm.alarmName,
    alarmDescription: alarm.description,
    comparisonOperator: alarm.comparisonOperator,
    threshold: alarm.threshold,
    evaluationPeriods: alarm.evaluationPeriods,
    treatMissingData: alarm.missingData,
    ...(topic ? { alarmActions: [topic.arn], okActions: [topic.arn] } : {}),
    ...watched(alarm),
  });
}

function watched({ series, statistic }: Alarm): Partial<CloudwatchMetricAlarmConfig> {
  const expression = metricsInsightsQuery(series, statistic);
  if (expression !== null) return { metricQuery: [{ id: "query", expression, period: PERIOD, returnData: true }] };
  return {
    namespace: series.namespace,
    metricName: series.metricName,
    dimensions: { ...series.dimensions },
    statistic,
    period: PERIOD,
  };
}

function compositeAlarm(scope: Construct, stalled: StalledAlarm, topic: SnsTopic): void {
  const conditions = stalled.conditions.map((condition) => metricAlarm(scope, condition, null));
  new CloudwatchCompositeAlarm(scope, "pipeline_stalled", {
    alarmName: stalled.alarmName,
    alarmDescription: stalled.description,
    alarmRule: conditions.map(({ alarmName }) => `ALARM("${alarmName}")`).join(" AND "),
    alarmActions: [topic.arn],
    okActions: [topic.arn],
  });
}
