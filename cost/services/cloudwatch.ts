import { asArray, asText, type Resource } from "../../terraform/synthesized";
import { type Costing, type Line, type Pricer, valueAt } from "../costing";
import { DAYS_PER_MONTH, logGb, type Range } from "../usage";

/** Free in each account (aws.amazon.com/cloudwatch/pricing): the low estimate has them to itself, the high one finds them used up. */
const FREE_ALARMS = 10;
const FREE_DASHBOARDS = 3;

/** Log groups share what the usage says. A group without retention keeps everything. */
export const logGroups: Pricer = (groups, costing) => {
  const [first] = groups;
  if (first === undefined) return [];
  const service = "CloudWatch Logs";
  const ingested = logGb(costing.usage);
  const item = `${groups.length} × log group`;
  return [
    costing.line({ service, item, price: "logs.ingested", quantity: ingested, of: first }),
    costing.line({
      service,
      item: `${item}, kept`,
      price: "logs.stored",
      quantity: {
        low: ingested.low * averageMonths(groups, 1, costing),
        high: ingested.high * averageMonths(groups, costing.usage.months, costing),
      },
      of: first,
    }),
  ];
};

/** Months for which the groups hold their logs, after so many months. */
function averageMonths(groups: readonly Resource[], months: number, costing: Costing): number {
  const kept = groups.map((group) => {
    const days = costing.number(group, "retention_in_days");
    return days === 0 ? months : Math.min(months, days / DAYS_PER_MONTH);
  });
  return kept.reduce((sum, one) => sum + one, 0) / groups.length;
}

/** An alarm costs once for each metric that it looks at, three times as much when it looks more often than once a minute. */
export const metricAlarms: Pricer = (alarms, costing) => {
  const metrics = (fast: boolean): number =>
    alarms.filter((alarm) => isFast(alarm) === fast).reduce((sum, alarm) => sum + metricsOf(alarm, costing), 0);
  return [
    ...counted(alarms, "alarm", "cloudwatch.alarm", metrics(false), FREE_ALARMS, costing),
    ...counted(alarms, "alarm by the second", "cloudwatch.alarm.fast", metrics(true), 0, costing),
  ];
};

export const compositeAlarms: Pricer = (alarms, costing) =>
  counted(alarms, "composite alarm", "cloudwatch.alarm.composite", alarms.length, 0, costing);

export const dashboards: Pricer = (all, costing) =>
  counted(all, "dashboard", "cloudwatch.dashboard", all.length, FREE_DASHBOARDS, costing);

/** Each makes a metric of its own. */
export const metricFilters: Pricer = (filters, costing) =>
  counted(filters, "metric made of logs", "cloudwatch.metric", filters.length, 0, costing);

function counted(
  [first]: readonly Resource[],
  item: string,
  price: string,
  number: number,
  free: number,
  costing: Costing,
): Line[] {
  if (first === undefined || number === 0) return [];
  const quantity: Range = { low: Math.max(0, number - free), high: number };
  return [costing.line({ service: "CloudWatch Alarms", item: `${number} × ${item}`, price, quantity, of: first })];
}

function metricsOf({ body }: Resource, { usage }: Costing): number {
  const queries = asArray(body.metric_query);
  // A query finds the metrics by itself; those of this pipeline look for topics.
  if (queries.some((query) => asText(valueAt(query, "expression")).startsWith("SELECT "))) return usage.tables;
  return Math.max(1, queries.filter((query) => valueAt(query, "metric") !== undefined).length);
}

function isFast({ body }: Resource): boolean {
  return typeof body.period === "number" && body.period < 60;
}
