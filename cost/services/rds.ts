import { asText, type Resource } from "../../terraform/synthesized";
import { type Costing, type Line, type Pricer, valueAt } from "../costing";
import { HOURS_PER_MONTH } from "../usage";

const service = "RDS PostgreSQL";

/** The last major version that AWS supports only for a surcharge (13: since March 2026). */
const EXTENDED_SUPPORT_UP_TO = 13;

/** Bytes of one report of Enhanced Monitoring: the operating system and its processes, as JSON. An assumption. */
const MONITORING_REPORT = { low: 5_000, high: 20_000 };

/** RDS instances. The standby of Multi-AZ costs as much as the primary, its storage too. */
export const rds: Pricer = (instances, costing) => instances.flatMap((db) => instance(db, costing));

function instance(db: Resource, costing: Costing): Line[] {
  const { usage } = costing;
  const instanceClass = asText(db.body.instance_class);
  const copies = costing.isOn(db, "multi_az") ? 2 : 1;
  const zones = copies === 2 ? "Multi-AZ" : "Single-AZ";
  const hours = HOURS_PER_MONTH * copies;
  const lines = [
    costing.line({
      service,
      item: `${instanceClass}, ${zones}`,
      price: `rds.instance.${instanceClass}`,
      quantity: hours,
      of: db,
    }),
    ...storage(db, copies, costing),
  ];
  const retention = costing.number(db, "backup_retention_period");
  if (retention > 0) {
    // Free up to the size of the database; what a day changes is kept for each day beside it.
    const quantity = { low: 0, high: retention * usage.gbPerDay };
    lines.push(
      costing.line({
        service,
        item: `backups beyond its size, retention ${retention} d`,
        price: "rds.backup",
        quantity,
        of: db,
      }),
    );
  }
  const insights = costing.number(db, "performance_insights_retention_period");
  if (costing.isOn(db, "performance_insights_enabled") && insights > 7) {
    const price = `rds.performanceInsights.${insights}`;
    const quantity = virtualCpus(instanceClass) * copies;
    lines.push(costing.line({ service, item: `Performance Insights, ${insights} days`, price, quantity, of: db }));
  }
  if (Number(asText(db.body.engine_version).split(".")[0]) <= EXTENDED_SUPPORT_UP_TO) {
    const quantity = virtualCpus(instanceClass) * hours;
    lines.push(costing.line({ service, item: "extended support", price: "rds.extendedSupport", quantity, of: db }));
  }
  const seconds = costing.number(db, "monitoring_interval");
  if (seconds > 0) {
    const reports = (HOURS_PER_MONTH * 3600) / seconds / 1e9;
    const quantity = { low: reports * MONITORING_REPORT.low, high: reports * MONITORING_REPORT.high };
    lines.push(costing.line({ service, item: "Enhanced Monitoring", price: "logs.ingested", quantity, of: db }));
  }
  if (costing.isOn(db, "publicly_accessible")) {
    const position = { service: "Public IPv4 Addresses", item: "database", price: "address.ipv4" } as const;
    lines.push(costing.line({ ...position, quantity: HOURS_PER_MONTH, of: db }));
  }
  return lines;
}

function storage(db: Resource, copies: number, costing: Costing): Line[] {
  const allocated = costing.number(db, "allocated_storage");
  const largest = Math.max(allocated, costing.number(db, "max_allocated_storage"));
  const iops = costing.number(db, "iops");
  // The provider's default: io1 where IOPS are given, otherwise gp2.
  const type = asText(db.body.storage_type) || (iops > 0 ? "io1" : "gp2");
  const size = largest > allocated ? `${allocated}-${largest}` : `${allocated}`;
  const lines = [
    costing.line({
      service,
      item: `${size} GB ${type}${copies > 1 ? ", two copies" : ""}`,
      price: `rds.storage.${type}`,
      quantity: { low: allocated * copies, high: largest * copies },
      of: db,
    }),
  ];
  // gp3 includes 3,000 IOPS and 125 MB/s, from 400 GB on 12,000 and 500 (RDS guide, "gp3 storage").
  const large = allocated >= 400;
  const paid = type === "gp3" ? Math.max(0, iops - (large ? 12_000 : 3_000)) : iops;
  if (paid > 0) {
    lines.push(
      costing.line({ service, item: `${paid} IOPS`, price: `rds.iops.${type}`, quantity: paid * copies, of: db }),
    );
  }
  const throughput = costing.number(db, "storage_throughput") - (large ? 500 : 125);
  if (valueAt(db.body, "storage_throughput") !== undefined && throughput > 0) {
    const price = `rds.throughput.${type}`;
    lines.push(costing.line({ service, item: `${throughput} MB/s`, price, quantity: throughput * copies, of: db }));
  }
  return lines;
}

/** All classes of a size have as many; those below large have two. */
function virtualCpus(instanceClass: string): number {
  const size = instanceClass.split(".").pop() ?? "";
  const multiple = /^(\d*)xlarge$/.exec(size)?.[1];
  return multiple === undefined ? 2 : 4 * Number(multiple === "" ? 1 : multiple);
}
