import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm";
import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Testing } from "cdktf";
import { Monitoring, type MonitoringProps, subscriptionId } from "../../modules/monitoring";
import { alarmNames, type AlarmThresholds, defaultThresholds } from "../../monitoring/alarm-definitions";
import { type Metric, metrics } from "../../monitoring/metrics";
import { checkedSettings, profiles } from "../../profiles/load";
import { CdcPipelineStack } from "../../stacks/cdc-pipeline-stack";
import { moduleJson, synthesized } from "../../testing";
import { newRoot } from "../lib/roots";
import { PIPELINE } from "../monitoring/pipeline";

const TOPIC = "${aws_sns_topic.alarms.arn}";
const NO_ALARMS = Object.fromEntries(alarmNames.map((name) => [name, null])) as AlarmThresholds;

function monitoring(props: Partial<MonitoringProps> = {}): string {
  const root = newRoot();
  new Monitoring(root, "monitoring", {
    pipeline: PIPELINE,
    region: "us-east-1",
    logGroupNames: { source: "/aws/mskconnect/source", sink: null },
    heartbeatIntervalMs: 0,
    alarms: defaultThresholds,
    pipelineStalled: true,
    dashboard: true,
    emails: ["ops@example.com"],
    kmsMasterKeyId: null,
    runbookUrl: "README.md",
    ...props,
  });
  return moduleJson(root, "monitoring");
}

function count(json: string, type: string): number {
  const { resource } = JSON.parse(json) as { resource: Record<string, object | undefined> };
  return Object.keys(resource[type] ?? {}).length;
}

describe("without alarms", () => {
  const json = monitoring({ alarms: NO_ALARMS, pipelineStalled: false, dashboard: false });

  it("fails if there is any, or a dashboard", () => {
    expect(json).not.toHaveResource(CloudwatchMetricAlarm);
    expect(json).not.toHaveResource(CloudwatchCompositeAlarm);
    expect(json).not.toHaveResource(CloudwatchDashboard);
    expect(json).toHaveResource(SnsTopic);
  });
});

describe("with all alarms", () => {
  const json = monitoring();

  it("fails unless each is there, the two that make the stalled pipeline too", () => {
    expect(count(json, "aws_cloudwatch_metric_alarm")).toBe(59 + 2);
    expect(count(json, "aws_cloudwatch_composite_alarm")).toBe(1);
    expect(count(json, "aws_cloudwatch_dashboard")).toBe(1);
  });

  it("fails if an alarm lacks what makes it fire and tell", () => {
    expect(json).toHaveResourceWithProperties(CloudwatchMetricAlarm, {
      alarm_name: "cluster-broker-disk-used-2-critical",
      namespace: "AWS/Kafka",
      metric_name: "KafkaDataLogsDiskUsed",
      dimensions: { "Cluster Name": "cluster", "Broker ID": "2" },
      statistic: "Maximum",
      period: 300,
      evaluation_periods: 2,
      threshold: 85,
      comparison_operator: "GreaterThanThreshold",
      treat_missing_data: "missing",
      alarm_actions: [TOPIC],
      ok_actions: [TOPIC],
    });
  });

  it("fails if every topic isn't looked at with a query", () => {
    expect(json).toHaveResourceWithProperties(CloudwatchMetricAlarm, {
      alarm_name: "cluster-sink-time-lag-critical",
      threshold: 900,
      metric_query: [
        {
          id: "query",
          expression: expect.stringMatching(/^SELECT MAX\(EstimatedMaxTimeLag\) FROM SCHEMA\("AWS\/Kafka"/) as string,
          period: 300,
          return_data: true,
        },
      ],
    });
  });

  it("fails if a stalled pipeline isn't told, or its halves are", () => {
    expect(json).toHaveResourceWithProperties(CloudwatchCompositeAlarm, {
      alarm_name: "cluster-pipeline-stalled",
      alarm_rule:
        'ALARM("${aws_cloudwatch_metric_alarm.stalled_rows_are_read.alarm_name}") AND ' +
        'ALARM("${aws_cloudwatch_metric_alarm.stalled_none_is_sent.alarm_name}")',
      alarm_actions: [TOPIC],
    });
    const { resource } = JSON.parse(json) as { resource: { aws_cloudwatch_metric_alarm: Record<string, object> } };
    expect(resource.aws_cloudwatch_metric_alarm.stalled_rows_are_read).not.toHaveProperty("alarm_actions");
  });

  it("fails if errors are counted in a log that isn't there, or under another name than the alarm's", () => {
    expect(count(json, "aws_cloudwatch_log_metric_filter")).toBe(1);
    expect(json).toHaveResourceWithProperties(CloudwatchLogMetricFilter, {
      log_group_name: "/aws/mskconnect/source",
      pattern: "?ERROR ?FATAL",
      metric_transformation: { namespace: "CDC/ConnectorErrors", name: "source", value: "1", default_value: "0" },
    });
  });
});

describe("the topic", () => {
  it("fails if somebody isn't told, or has to confirm again because another one goes", () => {
    const both = monitoring({ emails: ["a@example.com", "b@example.com"] });
    expect(count(both, "aws_sns_topic_subscription")).toBe(2);
    expect(both).toHaveResourceWithProperties(SnsTopicSubscription, {
      topic_arn: TOPIC,
      protocol: "email",
      endpoint: "b@example.com",
    });
    for (const json of [both, monitoring({ emails: ["b@example.com"] })]) {
      expect(json).toContain(`"${subscriptionId("b@example.com")}"`);
    }
  });

  it("fails if the key isn't used, or one is made up", () => {
    const kmsMasterKeyId = "arn:aws:kms:us-east-1:123456789012:key/1";
    expect(monitoring({ kmsMasterKeyId })).toHaveResourceWithProperties(SnsTopic, {
      name: "cluster-alarms",
      kms_master_key_id: kmsMasterKeyId,
    });
    expect(monitoring()).not.toContain("kms_master_key_id");
  });
});

interface SynthesizedAlarm {
  readonly namespace?: string;
  readonly metric_name?: string;
  readonly dimensions?: Record<string, string>;
  readonly metric_query?: { expression: string }[];
}

/** Namespace, name and names of the dimensions. */
function described(namespace?: string, name?: string, dimensions: readonly string[] = []): string {
  return [namespace, name, ...[...dimensions].sort()].join();
}

/** What an alarm looks at. */
function asked({ namespace, metric_name, dimensions, metric_query }: SynthesizedAlarm): string {
  const query = /^SELECT \w+\((\w+)\) FROM SCHEMA\("([^"]+)", (.+)\) WHERE/.exec(metric_query?.[0]?.expression ?? "");
  return query
    ? described(query[2], query[1], (query[3] ?? "").replaceAll('"', "").split(", "))
    : described(namespace, metric_name, Object.keys(dimensions ?? {}));
}

/** What a line of a CloudWatch dashboard shows. */
function drawn([first, ...rest]: readonly (string | { expression?: string })[]): string {
  const search = /^SEARCH\('\{([^}]+)\} MetricName="(\w+)"/.exec(
    typeof first === "string" ? "" : (first?.expression ?? ""),
  );
  const [namespace, ...dimensions] = (search?.[1] ?? "").replaceAll('"', "").split(",");
  if (search) return described(namespace, search[2], dimensions);
  const [name, ...pairs] = rest.filter((part) => typeof part === "string");
  return described(
    typeof first === "string" ? first : "",
    name,
    pairs.filter((_, index) => index % 2 === 0),
  );
}

describe.each(["existing", "standard"] as const)("what %s watches", (profile) => {
  const { settings } = checkedSettings(profile, profiles[profile], {
    cluster: { enhancedMonitoring: "PER_BROKER" },
    sourceConnector: { logRetentionInDays: 30 },
    sinkConnector: { logRetentionInDays: 30 },
    monitoring: { enabled: true, alarms: { volumeQueueLength: { warning: 10, critical: null } } },
  });
  const stack = new CdcPipelineStack(Testing.app(), "cdc", { settings, archives: { debezium: null, s3Sink: null } });
  const { modules, root } = synthesized(stack);
  const { resource } = modules.get("module.monitoring") as unknown as {
    resource: {
      aws_cloudwatch_metric_alarm: Record<string, SynthesizedAlarm>;
      aws_cloudwatch_dashboard: { dashboard: { dashboard_body: string } };
      aws_cloudwatch_log_metric_filter: Record<string, { metric_transformation: { namespace: string; name: string } }>;
    };
  };
  const filters = Object.values(resource.aws_cloudwatch_log_metric_filter);
  const published = [
    ...Object.values<Metric>(metrics)
      .filter(({ name }) => name !== null)
      .map(({ namespace, name, dimensions }) => described(namespace, name ?? "", dimensions)),
    ...filters.map(({ metric_transformation: { namespace, name } }) => described(namespace, name)),
  ];

  it.each(Object.entries(resource.aws_cloudwatch_metric_alarm))(
    "fails if %s can't fire: nobody publishes its metric with its dimensions",
    (_, alarm) => expect(published).toContain(asked(alarm)),
  );

  it("fails if a line of the dashboard is empty: nobody publishes its metric with its dimensions", () => {
    const { widgets } = JSON.parse(resource.aws_cloudwatch_dashboard.dashboard.dashboard_body) as {
      widgets: { properties: { metrics?: (string | { expression?: string })[][] } }[];
    };
    const lines = widgets.flatMap(({ properties }) => properties.metrics ?? []).map(drawn);
    expect(lines.filter((line) => !published.includes(line))).toEqual([]);
    expect(lines.length).toBeGreaterThan(50);
  });

  it("fails if the database is looked for by its id, which has no metrics", () => {
    const { replication_slot_disk_usage_critical: alarm } = resource.aws_cloudwatch_metric_alarm;
    const variable = /^\$\{var\.(\w+)\}$/.exec(alarm?.dimensions?.DBInstanceIdentifier ?? "")?.[1] ?? "";
    const { monitoring: call } = root.module as unknown as { monitoring: Record<string, string> };
    const output = /^\$\{module\.source_db\.(\w+)\}$/.exec(call[variable] ?? "")?.[1] ?? "";
    const { output: outputs } = modules.get("module.source_db") as unknown as {
      output: Record<string, { value: string } | undefined>;
    };
    expect(outputs[output]?.value).toBe("${aws_db_instance.db.identifier}");
  });
});
