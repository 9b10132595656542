import { asText, type Resource } from "../../terraform/synthesized";
import { type Costing, type Line, type Pricer, valueAt } from "../costing";
import { isSource } from "../pipeline";
import { gbPerMonth, HOURS_PER_MONTH, type Range } from "../usage";

/** Connectors: their workers, and what they move between availability zones. */
export const mskConnect: Pricer = (connectors, costing) =>
  connectors.flatMap((connector) => [workers(connector, costing), transfer(connector, costing)]);

function workers(connector: Resource, costing: Costing): Line {
  const { mcus, count } = capacity(connector, costing);
  const number = count.high > count.low ? `${count.low}-${count.high}` : `${count.low}`;
  return costing.line({
    service: "MSK Connect",
    item: `${asText(connector.body.name)}: ${number} × ${mcus} MCU`,
    price: "mskconnect.mcu",
    quantity: { low: HOURS_PER_MONTH * mcus * count.low, high: HOURS_PER_MONTH * mcus * count.high },
    of: connector,
  });
}

function capacity(connector: Resource, costing: Costing): { mcus: number; count: Range } {
  const read = (...path: string[]): number => costing.number(connector, "capacity", ...path);
  if (valueAt(connector.body, "capacity", "provisioned_capacity") !== undefined) {
    const workerCount = read("provisioned_capacity", "worker_count");
    return {
      mcus: read("provisioned_capacity", "mcu_count"),
      count: { low: workerCount, high: workerCount },
    };
  }
  return {
    mcus: read("autoscaling", "mcu_count"),
    count: { low: read("autoscaling", "min_worker_count"), high: read("autoscaling", "max_worker_count") },
  };
}

/** A source reads from the database and writes to a broker, a sink reads from a broker; S3 has no zones. */
function transfer(connector: Resource, costing: Costing): Line {
  const { usage } = costing;
  const hops = isSource(connector) ? 2 : 1;
  // Each GB that crosses costs on both sides. Low: worker and its other end are in any two zones; high: always in different ones.
  const most = 2 * hops * gbPerMonth(usage);
  return costing.line({
    service: "Data Transfer",
    item: `${asText(connector.body.name)} between zones`,
    price: "transfer.zones",
    quantity: { low: (most * (usage.zones - 1)) / usage.zones, high: most },
    of: connector,
  });
}
