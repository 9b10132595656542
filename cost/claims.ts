import type { Service } from "./costing";
import { always, type Range } from "./usage";

/** What the README of the pipeline said before anything was computed: its table "Monthly Cost Estimate (US East-1)". */
export const claimedMonthly: Readonly<Partial<Record<Service, Range>>> = {
  "RDS PostgreSQL": { low: 180, high: 280 },
  "Amazon MSK": always(480),
  "MSK Connect": { low: 150, high: 300 },
  "S3 Storage": always(12),
  "S3 Plugins Bucket": always(0.5),
  "Secrets Manager": always(0.4),
  "CloudWatch Logs": always(8),
  "Data Transfer": { low: 20, high: 50 },
};

/** Its price of a NAT gateway ("$100/month/AZ"), which it leaves out of the total without any. */
export const claimedForNatGateway = 100;

/** Its "Total Estimated Cost" without NAT gateways; with three of them it is 300 more. */
export const claimedTotal: Range = { low: 850, high: 1130 };

/** What its "Cost Optimization Strategies" promise. */
export const claimedSavings = {
  noNat: "~$300",
  smallerDatabase: "~$100",
  smallerBrokers: "~$250",
  glacier: "~50 % on old data",
  singleZone: "no figure",
  reservations: "40-60 %, of RDS and MSK",
} as const;
