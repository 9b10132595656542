import { asText, type Resource, type SynthesizedStack } from "../terraform/synthesized";
import { changedStack, replaced, withValue } from "./change";
import { claimedSavings } from "./claims";
import { Costing, valueAt } from "./costing";
import { type Estimate, estimate, totalOf } from "./estimate";
import { brokerProperty, findSink, setting, topicProperty, writesTo } from "./pipeline";
import { prices } from "./prices";
import { SMALLEST_MOVED } from "./services/s3";
import { sinkObjects } from "./sink-objects";
import { HOURS_PER_MONTH, minus, type Range, times } from "./usage";

/** What one way to save does for this configuration, by itself. */
export interface Saving {
  readonly strategy: string;
  /** What would be changed; where it is so already, what the opposite would be. */
  readonly change: string;
  /** Whether it would save or does so already. */
  readonly state: "possible" | "in place";
  /** US dollars a month, from the least to the most. */
  readonly monthly: Range;
  /** What the README promised before anything was computed. */
  readonly claimed?: string;
  readonly givesUp: string;
}

/** A configuration and what it costs. */
interface Subject {
  readonly stack: SynthesizedStack;
  readonly before: Estimate;
  readonly costing: Costing;
}

/** Undefined where there is nothing of the kind to save on. */
type Strategy = (subject: Subject) => Saving | undefined;

const VPC_MODULE = "terraform-aws-modules/vpc/aws";
const LIFECYCLE = "aws_s3_bucket_lifecycle_configuration";
const GLACIER_AFTER_DAYS = 90;
const LESS_OFTEN_MS = 600_000;
const SMALLEST_BROKER = "kafka.t3.small";
/** GB of each broker. */
const SMALLEST_VOLUME = 10;

/** In the README's order, then those that it didn't have. */
const strategies: readonly Strategy[] = [
  disableNat,
  shareNat,
  smallerDatabase,
  smallerBrokers,
  glacier,
  singleZone,
  reservation,
  smallerVolumes,
  rotateLessOften,
];

/** What each way to save would save for this configuration. */
export function savings(stack: SynthesizedStack, before: Estimate): Saving[] {
  const subject = { stack, before, costing: new Costing(stack, before.region, before.usage) };
  return strategies.flatMap((strategy) => strategy(subject) ?? []);
}

function disableNat({ stack, before }: Subject): Saving {
  const about = {
    strategy: "Disable NAT Gateway",
    claimed: claimedSavings.noNat,
    givesUp: "the private subnets' way to the internet: what runs there needs endpoints",
  };
  if (natGateways(before) > 0) {
    const monthly = saved(before, withValue(stack, VPC_MODULE, ["enable_nat_gateway"], false));
    return { ...about, state: "possible", change: "none", monthly };
  }
  const enabled = withValue(stack, VPC_MODULE, ["enable_nat_gateway"], true);
  const perZone = withValue(enabled, VPC_MODULE, ["single_nat_gateway"], false);
  return { ...about, state: "in place", change: "instead of one in each zone", monthly: added(before, perZone) };
}

function shareNat({ stack, before }: Subject): Saving | undefined {
  if (natGateways(before) < 2) return undefined;
  return {
    strategy: "Share one NAT Gateway",
    state: "possible",
    change: "one for all zones",
    monthly: saved(before, withValue(stack, VPC_MODULE, ["single_nat_gateway"], true)),
    givesUp: "the way out of every zone while the gateway's zone is down",
  };
}

function smallerDatabase({ stack, before, costing }: Subject): Saving | undefined {
  const [db] = costing.all("aws_db_instance");
  const smaller = db && nextSmaller(asText(db.body.instance_class), before.region);
  if (smaller === undefined) return undefined;
  return {
    strategy: "Right-Size RDS Instance",
    state: "possible",
    change: smaller,
    monthly: saved(before, withValue(stack, "aws_db_instance", ["instance_class"], smaller)),
    claimed: claimedSavings.smallerDatabase,
    givesUp: "memory and CPU: the initial snapshot and large transactions take longer",
  };
}

function smallerBrokers({ stack, before, costing }: Subject): Saving | undefined {
  const [cluster] = costing.all("aws_msk_cluster");
  const path = ["broker_node_group_info", "instance_type"];
  if (cluster === undefined || valueAt(cluster.body, ...path) === SMALLEST_BROKER) return undefined;
  return {
    strategy: "Reduce MSK Broker Size",
    state: "possible",
    change: SMALLEST_BROKER,
    monthly: saved(before, withValue(stack, "aws_msk_cluster", path, SMALLEST_BROKER)),
    claimed: claimedSavings.smallerBrokers,
    givesUp: "memory, partitions and connections: for development and tests",
  };
}

function glacier({ stack, before, costing }: Subject): Saving | undefined {
  const sink = findSink(costing);
  const bucket = costing.all("aws_s3_bucket").find((candidate) => sink !== undefined && writesTo(sink, candidate));
  if (sink === undefined || bucket === undefined) return undefined;
  const about = { strategy: "S3 Lifecycle Policies", claimed: claimedSavings.glacier };
  const { bytes } = sinkObjects(sink, costing);
  const kilobytes = Math.round(bytes.high / 1000);
  const tooSmall = `objects of ${kilobytes} KB, which come with a short rotation: S3 moves none under 128 KB`;
  const givesUp = `immediate reading: a restore comes first${bytes.high < SMALLEST_MOVED ? `. Not for ${tooSmall}` : ""}`;
  if (bucket.module.resources.some(({ type }) => type === LIFECYCLE)) {
    const without = changedStack(stack, (resource) =>
      resource.type === LIFECYCLE && resource.module.name === bucket.module.name ? [] : resource,
    );
    return { ...about, state: "in place", change: "instead of none", monthly: added(before, without), givesUp };
  }
  const transition = [{ days: GLACIER_AFTER_DAYS, storage_class: "GLACIER" }];
  const lifecycle: Resource = { ...bucket, type: LIFECYCLE, body: { rule: [{ status: "Enabled", transition }] } };
  const withLifecycle = changedStack(stack, (resource) => (resource === bucket ? [resource, lifecycle] : resource));
  const change = `to Glacier after ${GLACIER_AFTER_DAYS} days`;
  return { ...about, state: "possible", change, monthly: saved(before, withLifecycle), givesUp };
}

function singleZone({ stack, before, costing }: Subject): Saving | undefined {
  const [db] = costing.all("aws_db_instance");
  if (db === undefined) return undefined;
  const isMultiAz = costing.isOn(db, "multi_az");
  const other = withValue(stack, "aws_db_instance", ["multi_az"], !isMultiAz);
  return {
    strategy: "Use Single-AZ for Non-Production",
    state: isMultiAz ? "possible" : "in place",
    change: isMultiAz ? "database in one zone" : "instead of a standby in another zone",
    monthly: isMultiAz ? saved(before, other) : added(before, other),
    claimed: claimedSavings.singleZone,
    givesUp: "the standby: a failed zone or a patch stops the database. Brokers stay: MSK wants one in each zone",
  };
}

function reservation({ before }: Subject): Saving {
  const instances = before.lines.filter(({ priceName }) => priceName.startsWith("rds.instance."));
  const { low, high } = totalOf(instances);
  const share = (name: string): number => prices[before.region]?.[name]?.amount ?? 0;
  return {
    strategy: "Reserved Capacity",
    state: "possible",
    change: "database reserved: one year and nothing upfront, to three years paid upfront",
    monthly: { low: low * share("rds.reservation.least"), high: high * share("rds.reservation.most") },
    claimed: claimedSavings.reservations,
    givesUp: "another class family or region in that time. MSK has no reservations",
  };
}

function smallerVolumes({ stack, before, costing }: Subject): Saving | undefined {
  const [cluster] = costing.all("aws_msk_cluster");
  if (cluster === undefined) return undefined;
  const path = ["broker_node_group_info", "storage_info", "ebs_storage_info", "volume_size"];
  const size = Math.max(SMALLEST_VOLUME, Math.ceil(2 * keptByEachBroker(cluster, costing)));
  if (size >= costing.number(cluster, ...path)) return undefined;
  return {
    strategy: "Smaller broker volumes",
    state: "possible",
    change: `${size} GB each: twice what is kept`,
    monthly: saved(before, withValue(stack, "aws_msk_cluster", path, size)),
    givesUp: "room for more data; a volume grows but never shrinks, so this is for a new cluster",
  };
}

function rotateLessOften({ stack, before, costing }: Subject): Saving | undefined {
  const sink = findSink(costing);
  const interval = sink === undefined ? 0 : Number(setting(sink, "rotate.schedule.interval.ms"));
  if (sink === undefined || interval <= 0 || interval >= LESS_OFTEN_MS) return undefined;
  const path = ["connector_configuration", "rotate.schedule.interval.ms"];
  const other = changedStack(stack, (resource) =>
    resource === sink ? replaced(resource, path, `${LESS_OFTEN_MS}`) : resource,
  );
  return {
    strategy: "Rotate objects less often",
    state: "possible",
    change: `every ${LESS_OFTEN_MS / 60_000} minutes instead of every ${interval / 1000} seconds`,
    monthly: saved(before, other),
    givesUp: "latency: rows arrive in S3 that much later",
  };
}

/** GB on the disk of each broker: what is kept, in all its copies. */
function keptByEachBroker(cluster: Resource, costing: Costing): number {
  const brokers = costing.number(cluster, "number_of_broker_nodes");
  // MSK's own defaults: three copies, as far as there are brokers, and seven days.
  const copies = topicProperty("topic.creation.default.replication.factor", "default.replication.factor", costing);
  const days = (brokerProperty("log.retention.hours", costing) ?? 168) / 24;
  return (costing.usage.gbPerDay * days * (copies ?? Math.min(3, brokers))) / brokers;
}

function saved(before: Estimate, other: SynthesizedStack): Range {
  return leastToMost(minus(before.total, estimate(other, before.region, before.usage).total));
}

function added(before: Estimate, other: SynthesizedStack): Range {
  return leastToMost(times(saved(before, other), -1));
}

/** What saves in the low estimate may save nothing in the high one. */
function leastToMost({ low, high }: Range): Range {
  return { low: Math.min(low, high), high: Math.max(low, high) };
}

function natGateways({ lines }: Estimate): number {
  const hours = lines.filter(({ priceName }) => priceName === "nat.gateway");
  return hours.reduce((sum, { quantity }) => sum + quantity.low / HOURS_PER_MONTH, 0);
}

/** The dearest class of the same family that is cheaper; undefined for the smallest. */
function nextSmaller(instanceClass: string, region: string): string | undefined {
  const prefix = "rds.instance.";
  const family = `${prefix}${instanceClass.split(".").slice(0, 2).join(".")}.`;
  const table = prices[region] ?? {};
  const current = table[`${prefix}${instanceClass}`]?.amount ?? 0;
  const [dearest] = Object.entries(table)
    .filter(([name, { amount }]) => name.startsWith(family) && amount < current)
    .sort(([, a], [, b]) => b.amount - a.amount);
  return dearest?.[0].slice(prefix.length);
}
