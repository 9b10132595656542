import { estimate } from "../../cost/estimate";
import { defaultUsage } from "../../cost/usage";
import type { JsonObject } from "../../terraform/synthesized";
import { cents, estimateOf, sink, stackOf } from "./stacks";

const db = (values: JsonObject): Record<string, Record<string, JsonObject>> => ({
  db: {
    "aws_db_instance.db": { engine_version: "17", instance_class: "db.t4g.large", allocated_storage: 100, ...values },
  },
});
const cluster = (
  values: JsonObject,
  others: Record<string, JsonObject> = {},
): Record<string, Record<string, JsonObject>> => ({
  msk: {
    "aws_msk_cluster.cluster": {
      number_of_broker_nodes: 3,
      broker_node_group_info: {
        instance_type: "kafka.m5.large",
        storage_info: { ebs_storage_info: { volume_size: 100 } },
      },
      ...values,
    },
    ...others,
  },
});

describe("RDS", () => {
  it("fails if the standby, its storage and the growth of both aren't in it", () => {
    const values = { multi_az: true, max_allocated_storage: 500, storage_type: "gp3" };
    // 0.129 × 730 × 2; 0.115 × 100 × 2 to 0.115 × 500 × 2
    expect(cents(estimateOf(db(values)))).toEqual({
      "db.t4g.large, Multi-AZ": "188.34",
      "100-500 GB gp3, two copies": "23.00-115.00",
    });
  });

  it("fails if one zone costs two copies, or the provider's default isn't gp2", () => {
    expect(cents(estimateOf(db({ multi_az: false })))).toEqual({
      "db.t4g.large, Single-AZ": "94.17",
      "100 GB gp2": "11.50",
    });
  });

  it("fails if backups cost before they are larger than the database", () => {
    // 7 days × 10 GB × 0.095
    const lines = cents(estimateOf(db({ backup_retention_period: 7 }), { gbPerDay: 10 }));
    expect(lines["backups beyond its size, retention 7 d"]).toBe("0.00-6.65");
  });

  it.each<[values: JsonObject, item: string, cost: string]>([
    [{ storage_type: "gp3", iops: 4000 }, "1000 IOPS", "20.00"],
    [{ storage_type: "gp3", iops: 14000, allocated_storage: 400, multi_az: true }, "2000 IOPS", "80.00"],
    [{ storage_type: "io1", iops: 1200 }, "1200 IOPS", "120.00"],
    [{ iops: 1000 }, "100 GB io1", "12.50"],
    [{ engine_version: "13.20", instance_class: "db.t3.large" }, "extended support", "146.00"],
    [{ engine_version: "12", instance_class: "db.m6g.2xlarge", multi_az: true }, "extended support", "1168.00"],
    [{ monitoring_interval: 60 }, "Enhanced Monitoring", "0.11-0.44"],
    [{ publicly_accessible: true }, "database", "3.65"],
  ])("fails if %j doesn't make %s cost %s", (values, item, cost) => {
    expect(cents(estimateOf(db(values)))[item]).toBe(cost);
  });

  it("fails if Performance Insights of a week costs, or longer ones cost nothing", () => {
    const values = { performance_insights_enabled: true, performance_insights_retention_period: 7 };
    expect(Object.keys(cents(estimateOf(db(values))))).toHaveLength(2);
    expect(() => estimateOf(db({ ...values, performance_insights_retention_period: 93 }))).toThrow(
      'add "rds.performanceInsights.93" to us-east-1 in cost/prices.ts',
    );
  });
});

describe("MSK", () => {
  it("fails if brokers and volumes aren't counted by the broker", () => {
    // 0.21 × 730 × 3; 0.10 × 300
    expect(cents(estimateOf(cluster({})))).toEqual({ "3 × kafka.m5.large": "459.90", "3 × 100 GB": "30.00" });
  });

  it("fails if storage that may grow isn't in the high estimate", () => {
    const target = { scalable_dimension: "kafka:broker-storage:VolumeSize", max_capacity: 1000 };
    const { lines } = estimateOf(cluster({}, { "aws_appautoscaling_target.storage": target }));
    expect(cents({ lines })["3 × 100-1000 GB"]).toBe("30.00-300.00");
  });

  it("fails if metrics by broker or by topic are taken for free", () => {
    // 3 brokers × 30 to 60 metrics × 0.30; with topics 3 × (30 + 5 × 10) to 3 × (60 + 10 × 10)
    expect(cents(estimateOf(cluster({ enhanced_monitoring: "PER_BROKER" })))["metrics PER_BROKER"]).toBe("27.00-54.00");
    const byTopic = estimateOf(cluster({ enhanced_monitoring: "PER_TOPIC_PER_BROKER" }));
    expect(cents(byTopic)["metrics PER_TOPIC_PER_BROKER"]).toBe("72.00-144.00");
    expect(Object.keys(cents(estimateOf(cluster({ enhanced_monitoring: "DEFAULT" }))))).toHaveLength(2);
  });

  it.each<[values: JsonObject, name: string]>([
    [{ storage_mode: "TIERED" }, "msk.storage.tiered"],
    [
      {
        broker_node_group_info: {
          instance_type: "kafka.m5.large",
          storage_info: { ebs_storage_info: { volume_size: 100, provisioned_throughput: { enabled: true } } },
        },
      },
      "msk.throughput",
    ],
  ])("fails if %j is taken for free", (values, name) => {
    expect(() => estimateOf(cluster(values))).toThrow(`add "${name}" to us-east-1`);
  });
});

describe("MSK Connect", () => {
  const source = (capacity: JsonObject): Record<string, Record<string, JsonObject>> => ({
    source: {
      "aws_mskconnect_connector.this": {
        name: "source",
        capacity,
        connector_configuration: { "database.hostname": "here" },
      },
    },
  });

  it("fails if workers that come and go aren't low and high", () => {
    const autoscaling = { mcu_count: 2, min_worker_count: 1, max_worker_count: 4 };
    // 0.11 × 730 × 2 MCU × 1 to 4 workers
    expect(cents(estimateOf(source({ autoscaling })), "MSK Connect")).toEqual({
      "source: 1-4 × 2 MCU": "160.60-642.40",
    });
  });

  it("fails if a fixed number of workers isn't one amount", () => {
    const capacity = { provisioned_capacity: { mcu_count: 1, worker_count: 3 } };
    expect(cents(estimateOf(source(capacity)), "MSK Connect")).toEqual({ "source: 3 × 1 MCU": "240.90" });
  });

  it("fails if a source doesn't cross the zones twice and a sink once, paid on both sides", () => {
    const usage = { gbPerDay: 24 };
    const capacity = { provisioned_capacity: { mcu_count: 1, worker_count: 1 } };
    // 730 GB a month × 2 hops × 2 sides × 0.01, of which two in three cross at the least
    expect(cents(estimateOf(source(capacity), usage), "Data Transfer")).toEqual({
      "source between zones": "19.47-29.20",
    });
    const ofSink = estimateOf({ sink: { "aws_mskconnect_connector.this": sink() } }, usage);
    expect(cents(ofSink, "Data Transfer")).toEqual({ "sink between zones": "9.73-14.60" });
  });
});

describe("S3", () => {
  const withSink = (settings: JsonObject, lifecycle?: JsonObject): Record<string, Record<string, JsonObject>> => ({
    sink: { "aws_mskconnect_connector.this": sink(settings) },
    data: {
      "aws_s3_bucket.bucket": {},
      ...(lifecycle ? { "aws_s3_bucket_lifecycle_configuration.lifecycle": lifecycle } : {}),
    },
  });
  // 24 million records of 1,000 bytes a day: 1,000,000 an hour, 100,000 for each of ten tables; 730 GB a month.
  const usage = { gbPerDay: 24, recordBytes: 1000, tables: 10, months: 12 };

  it("fails if full objects aren't three requests each", () => {
    // 1,000 objects an hour × 730 × 3 requests × 0.005 a thousand; 730 to 8,760 GB × 0.023
    expect(cents(estimateOf(withSink({}), usage), "S3 Storage")).toEqual({
      "storage STANDARD": "16.79-201.48",
      "requests to write 730,000 objects": "10.95",
    });
  });

  it("fails if low latency has no price", () => {
    // 7,200 intervals an hour and table, each with 13.9 rows: 72,000 objects an hour
    const lines = cents(estimateOf(withSink({ "rotate.schedule.interval.ms": "500" }), usage), "S3 Storage");
    expect(lines["requests to write 730,000-52,560,000 objects"]).toBe("10.95-788.40");
  });

  it("fails if an interval with more rows than flush.size has one object", () => {
    // 6 intervals an hour, each with 16,667 rows: 17 objects
    const lines = cents(estimateOf(withSink({ "rotate.schedule.interval.ms": "600000" }), usage), "S3 Storage");
    expect(lines["requests to write 730,000-744,600 objects"]).toBe("10.95-11.17");
  });

  it("fails if a quiet table has more objects than rows", () => {
    // 24,000 records a day, so 100 an hour and table, and 72 or 7,200 intervals
    const quiet = { ...usage, gbPerDay: 0.024 };
    const objects = (interval: string): string | undefined =>
      Object.keys(cents(estimateOf(withSink({ "rotate.schedule.interval.ms": interval }), quiet), "S3 Storage"))[1];
    expect(objects("500")).toBe("requests to write 730-730,000 objects");
    expect(objects("50000")).toBe("requests to write 730-525,600 objects");
  });

  it("fails if the records' time counts without a time-based partitioner", () => {
    const settings = { "rotate.interval.ms": "60000" };
    const items = (more: JsonObject): string | undefined =>
      Object.keys(cents(estimateOf(withSink({ ...settings, ...more }), usage), "S3 Storage"))[1];
    expect(items({})).toBe("requests to write 730,000 objects");
    // 60 intervals of 1,667 rows: two objects each
    const hourly = "io.confluent.connect.storage.partitioner.HourlyPartitioner";
    expect(items({ "partitioner.class": hourly })).toBe("requests to write 730,000-876,000 objects");
  });

  it("fails if more partitions aren't more objects, or large parts aren't more requests", () => {
    const brokers = { "aws_msk_configuration.c": { server_properties: "num.partitions=4\n" } };
    const modules = { ...withSink({ "rotate.schedule.interval.ms": "600000" }), brokers };
    // 25,000 rows an hour and partition, 6 intervals with 4,167 each: 5 objects × 40 partitions × 6 × 730
    expect(cents(estimateOf(modules, usage), "S3 Storage")).toHaveProperty([
      "requests to write 730,000-876,000 objects",
    ]);
    // 100,000 rows are 100 MB: 20 parts of 5 MiB, and two requests around them
    const large = withSink({ "flush.size": "100000", "s3.part.size": "5242880" });
    expect(cents(estimateOf(large, usage), "S3 Storage")["requests to write 7,300 objects"]).toBe("0.80");
  });

  const toGlacier = { rule: [{ status: "Enabled", transition: [{ days: 90, storage_class: "GLACIER" }] }] };

  it("fails if what is older than the transition isn't in Glacier", () => {
    // high: 24 GB × 90 days stay, 24 × 275 move; 730,000 objects a month move. low: the first month, nothing is that old
    expect(cents(estimateOf(withSink({}, toGlacier), usage), "S3 Storage")).toEqual({
      "storage STANDARD": "16.79-49.68",
      "storage GLACIER": "0.00-23.76",
      "moves to GLACIER": "0.00-21.90",
      "requests to write 730,000 objects": "10.95",
    });
  });

  it("fails if S3 is believed to move objects under 128 KB by itself", () => {
    const small = { "rotate.schedule.interval.ms": "500" };
    const glacier = (lifecycle: JsonObject): string | undefined =>
      cents(estimateOf(withSink(small, lifecycle), usage), "S3 Storage")["storage GLACIER"];
    expect(glacier(toGlacier)).toBe("0.00");
    const [rule] = toGlacier.rule;
    expect(glacier({ rule: [{ ...rule, filter: [{ object_size_greater_than: 1 }] }] })).toBe("0.00-23.76");
    expect(glacier({ ...toGlacier, transition_default_minimum_object_size: "varies_by_storage_class" })).toBe(
      "0.00-23.76",
    );
  });

  it("fails if deleted objects go on costing, or a disabled rule counts", () => {
    const expires = (status: string): JsonObject => ({ rule: [{ status, expiration: [{ days: 60 }] }] });
    const kept = (lifecycle: JsonObject): string | undefined =>
      cents(estimateOf(withSink({}, lifecycle), usage), "S3 Storage")["storage STANDARD"];
    expect(kept(expires("Enabled"))).toBe("16.79-33.12");
    expect(kept(expires("Disabled"))).toBe("16.79-201.48");
  });

  it("fails if buckets for plugins and for logs aren't told apart", () => {
    const estimate = estimateOf({
      plugins: { "aws_s3_bucket.bucket": {}, "aws_s3_object.object": { count: "${2}" } },
      logs: { "aws_s3_bucket.access_logs": {} },
    });
    expect(estimate.lines.map(({ service, item }) => [service, item])).toEqual([
      ["S3 Plugins Bucket", "archives"],
      ["S3 Other Buckets", "access_logs"],
    ]);
  });
});

describe("network", () => {
  const vpc = (inputs: JsonObject, modules: Parameters<typeof stackOf>[0] = {}): Record<string, string> =>
    cents(
      estimate(stackOf(modules, { "terraform-aws-modules/vpc/aws": inputs }), "us-east-1", {
        ...defaultUsage,
        gbPerDay: 24,
        logGbPerMonth: 20,
      }),
    );
  const inPrivateSubnets = {
    sink: {
      "aws_mskconnect_connector.this": {
        ...sink(),
        kafka_cluster: { apache_kafka_cluster: { vpc: { subnets: "${module.vpc.private_subnets}" } } },
      },
    },
  };

  it("fails if a NAT gateway in each zone isn't three, with an address each", () => {
    // 0.045 × 730 × 3; 0.005 × 730 × 3
    expect(vpc({ enable_nat_gateway: true, one_nat_gateway_per_az: true, single_nat_gateway: false })).toEqual({
      "3": "98.55",
      traffic: "0.00",
      "3 of NAT": "10.95",
    });
    expect(vpc({ enable_nat_gateway: true, single_nat_gateway: true })).toMatchObject({
      "1": "32.85",
      "1 of NAT": "3.65",
    });
    expect(vpc({ enable_nat_gateway: false })).toEqual({});
  });

  it("fails if the data's way to S3 goes through NAT although there is an endpoint, or doesn't without one", () => {
    const inputs = { enable_nat_gateway: true, single_nat_gateway: true };
    // 730 GB of data and 2 to 20 GB of log × 0.045
    expect(vpc(inputs, inPrivateSubnets).traffic).toBe("32.94-33.75");
    const endpoint = { service_name: "com.amazonaws.${var.aws_region}.s3", vpc_endpoint_type: "Gateway" };
    expect(vpc(inputs, { ...inPrivateSubnets, vpc: { "aws_vpc_endpoint.s3": endpoint } }).traffic).toBe("0.09-0.90");
  });

  it("fails if flow logs are free, or a part of the VPC is overlooked", () => {
    expect(vpc({ enable_flow_log: true })).toEqual({ "flow logs": "0.25-2.50", "flow logs, kept": "0.01-0.15" });
    expect(() => vpc({ enable_vpn_gateway: true })).toThrow("module.called: enable_vpn_gateway: got true");
  });

  it("fails if interface endpoints don't cost in each zone, or gateway endpoints cost", () => {
    const estimate = estimateOf({
      vpc: {
        "aws_vpc_endpoint.s3": { service_name: "com.amazonaws.us-east-1.s3", vpc_endpoint_type: "Gateway" },
        "aws_vpc_endpoint.logs": { service_name: "com.amazonaws.us-east-1.logs", vpc_endpoint_type: "Interface" },
        "aws_vpc_endpoint.secrets": {
          service_name: "com.amazonaws.us-east-1.secretsmanager",
          vpc_endpoint_type: "Interface",
          subnet_ids: ["a", "b"],
        },
      },
    });
    expect(cents(estimate)).toEqual({
      "logs in 3 zones": "21.90",
      "traffic to logs": "0.01-0.10",
      "secretsmanager in 2 zones": "14.60",
      "traffic to secretsmanager": "0.00-0.01",
    });
  });

  it("fails if gateways and addresses outside of the module are free", () => {
    const estimate = estimateOf({
      vpc: { "aws_nat_gateway.a": {}, "aws_nat_gateway.b": {}, "aws_eip.a": { count: 2 } },
    });
    expect(estimate.total.low).toBeCloseTo(2 * 32.85 + 2 * 3.65);
  });
});

describe("CloudWatch", () => {
  it("fails if logs aren't taken in once and kept as long as their retention", () => {
    const groups = (...retention: number[]): Record<string, string> =>
      cents(
        estimateOf({
          logs: Object.fromEntries(
            retention.map((days, index) => [`aws_cloudwatch_log_group.g${index}`, { retention_in_days: days }]),
          ),
        }),
      );
    // 1 to 10 GB × 0.50 in all; a year of the one is 12 months, and so is all of the other after a year: 120 GB × 0.03
    expect(groups(365, 0)).toEqual({ "2 × log group": "0.50-5.00", "2 × log group, kept": "0.03-3.60" });
    // half of it a year, the other half for 146 of 365 days
    expect(groups(365, 146)).toHaveProperty(["2 × log group, kept"], "0.03-2.52");
  });

  it("fails if alarms, dashboards and metrics of logs aren't counted, less what is free", () => {
    const estimate = estimateOf({
      "": {},
      alarms: {
        "aws_cloudwatch_metric_alarm.a": { count: 20 },
        "aws_cloudwatch_metric_alarm.expression": {
          metric_query: [{ metric: [{}] }, { metric: [{}] }, { expression: "a+b" }],
        },
        "aws_cloudwatch_metric_alarm.topics": { metric_query: [{ expression: "SELECT MAX(a) FROM SCHEMA(b)" }] },
        "aws_cloudwatch_metric_alarm.fast": { period: 10 },
        "aws_cloudwatch_composite_alarm.stalled": {},
        "aws_cloudwatch_dashboard.board": {},
        "aws_cloudwatch_log_metric_filter.errors": { count: "${2}" },
      },
    });
    expect(cents(estimate)).toEqual({
      "32 × alarm": "2.20-3.20",
      "1 × alarm by the second": "0.30",
      "1 × composite alarm": "0.50",
      "1 × dashboard": "0.00-3.00",
      "2 × metric made of logs": "0.60",
    });
  });
});

describe("secrets, keys and the account's services", () => {
  it("fails if one of them is free", () => {
    const estimate = estimateOf({
      account: {
        "aws_secretsmanager_secret.a": { name: "a" },
        "aws_kms_key.rotated": { enable_key_rotation: true },
        "aws_kms_key.kept": {},
        "aws_cloudtrail.trail": {},
        "aws_config_configuration_recorder.recorder": {},
        "aws_config_config_rule.rule": {},
        "aws_guardduty_detector.detector": {},
        "aws_securityhub_account.hub": {},
      },
    });
    expect(cents(estimate)).toEqual({
      a: "0.40",
      rotated: "1.00-3.00",
      kept: "1.00",
      "CloudTrail, if it isn't the first trail": "0.00-2.00",
      "CloudTrail, objects": "0.00",
      "AWS Config": "0.30-3.00",
      rule: "0.03-0.30",
      "GuardDuty, events": "0.40-4.00",
      "GuardDuty, logs": "0.50-5.00",
      "Security Hub": "1.00-10.00",
    });
  });

  it("fails if a trail of the objects doesn't cost with their number", () => {
    const estimate = estimateOf(
      {
        account: { "aws_cloudtrail.trail": { event_selector: [{ data_resource: [{ type: "AWS::S3::Object" }] }] } },
        sink: { "aws_mskconnect_connector.this": sink() },
      },
      { gbPerDay: 24 },
    );
    // 730,000 objects × 3 requests × 0.10 a hundred thousand
    expect(cents(estimate)["CloudTrail, objects"]).toBe("2.19");
  });
});
