import { asText, type Resource } from "../../terraform/synthesized";
import { type Costing, type Line, type Pricer, valueAt } from "../costing";
import { HOURS_PER_MONTH, type Range, times } from "../usage";

const service = "Amazon MSK";

/**
 * CloudWatch metrics that each monitoring level adds for a broker, and for a broker and a table. The default level is free (MSK
 * guide, "Monitoring levels"); the counts are an assumption, since a metric only costs once it is reported.
 */
const METRICS: Readonly<Record<string, { readonly broker: Range; readonly table: Range }>> = {
  PER_BROKER: { broker: { low: 30, high: 60 }, table: { low: 0, high: 0 } },
  PER_TOPIC_PER_BROKER: { broker: { low: 30, high: 60 }, table: { low: 5, high: 10 } },
  PER_TOPIC_PER_PARTITION: { broker: { low: 30, high: 60 }, table: { low: 6, high: 13 } },
};

/** MSK clusters of standard brokers. Replication between them is free. */
export const msk: Pricer = (clusters, costing) => clusters.flatMap((cluster) => brokers(cluster, costing));

function brokers(cluster: Resource, costing: Costing): Line[] {
  const number = costing.number(cluster, "number_of_broker_nodes");
  const type = asText(valueAt(cluster.body, "broker_node_group_info", "instance_type"));
  const volume = volumeSize(cluster, costing);
  const size = volume.high > volume.low ? `${volume.low}-${volume.high}` : `${volume.low}`;
  const lines = [
    costing.line({
      service,
      item: `${number} × ${type}`,
      price: `msk.broker.${type}`,
      quantity: HOURS_PER_MONTH * number,
      of: cluster,
    }),
    costing.line({
      service,
      item: `${number} × ${size} GB`,
      price: "msk.storage",
      quantity: times(volume, number),
      of: cluster,
    }),
  ];
  const throughput = costing.isOn(cluster, ...VOLUME, "provisioned_throughput", "enabled");
  if (throughput) lines.push(costing.line({ ...EXTRA, item: "throughput", price: "msk.throughput", of: cluster }));
  if (cluster.body.storage_mode === "TIERED") {
    lines.push(costing.line({ ...EXTRA, item: "tiered storage", price: "msk.storage.tiered", of: cluster }));
  }
  const metrics = METRICS[asText(cluster.body.enhanced_monitoring)];
  if (metrics !== undefined) {
    const { tables } = costing.usage;
    const count = ({ broker, table }: typeof metrics, bound: keyof Range): number =>
      number * (broker[bound] + table[bound] * tables);
    const quantity = { low: count(metrics, "low"), high: count(metrics, "high") };
    const item = `metrics ${asText(cluster.body.enhanced_monitoring)}`;
    lines.push(costing.line({ service, item, price: "cloudwatch.metric", quantity, of: cluster }));
  }
  return lines;
}

const VOLUME = ["broker_node_group_info", "storage_info", "ebs_storage_info"];
/** Neither has a price yet, and so neither a quantity that matters. */
const EXTRA = { service, quantity: 1 } as const;

/** GB of each broker: as configured, and up to what storage autoscaling may make of it. */
export function volumeSize(cluster: Resource, costing: Costing): Range {
  const low = costing.number(cluster, ...VOLUME, "volume_size");
  const limits = costing
    .all("aws_appautoscaling_target")
    .filter(({ body }) => body.scalable_dimension === "kafka:broker-storage:VolumeSize")
    .map((target) => costing.number(target, "max_capacity"));
  return { low, high: Math.max(low, ...limits) };
}
