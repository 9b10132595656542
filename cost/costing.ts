import type { Problem } from "../lib/errors";
import { asArray, asObject, type Json, type Resource, type SynthesizedStack } from "../terraform/synthesized";
import { type Price, prices } from "./prices";
import { always, type Range, times, type Usage } from "./usage";

/** The rows of the cost table, in the README's order and words; those below are the ones that it left out. */
export const services = [
  "RDS PostgreSQL",
  "Amazon MSK",
  "MSK Connect",
  "S3 Storage",
  "S3 Plugins Bucket",
  "Secrets Manager",
  "CloudWatch Logs",
  "Data Transfer",
  "NAT Gateway",
  "CloudWatch Alarms",
  "VPC Endpoints",
  "Public IPv4 Addresses",
  "KMS Keys",
  "Account Services",
  "S3 Other Buckets",
] as const;
export type Service = (typeof services)[number];

/** One position of the bill. */
export interface Line {
  readonly service: Service;
  readonly item: string;
  readonly quantity: Range;
  /** Name in cost/prices.ts. */
  readonly priceName: string;
  readonly price: Price;
  /** US dollars a month. */
  readonly monthly: Range;
  /** What costs it. */
  readonly address: string;
}

/** What a function for a service hands over to be priced. */
export interface Position {
  readonly service: Service;
  readonly item: string;
  /** Name in cost/prices.ts. */
  readonly price: string;
  /** A month's units: one number, or low and high. */
  readonly quantity: number | Range;
  readonly of: Resource;
}

/** Positions of all resources of one type. */
export type Pricer = (resources: readonly Resource[], costing: Costing) => readonly Line[];

/** What the functions for the services work with. It collects what they can't price, so that all of it is told at once. */
export class Costing {
  public readonly problems: Problem[] = [];

  constructor(
    public readonly stack: SynthesizedStack,
    public readonly region: string,
    public readonly usage: Usage,
  ) {}

  /** All resources of a type, wherever they stand. */
  public all(type: string): Resource[] {
    return [this.stack.root, ...this.stack.modules].flatMap(({ resources }) =>
      resources.filter((resource) => resource.type === type),
    );
  }

  public line({ service, item, price: priceName, quantity: units, of: { address } }: Position): Line {
    const price = this.price(priceName, address);
    const quantity = typeof units === "number" ? always(units) : units;
    return { service, item, quantity, priceName, price, monthly: times(quantity, price.amount), address };
  }

  /** A number inside of the resource; one that isn't there is 0. */
  public number(resource: Resource, ...path: string[]): number {
    const value = valueAt(resource.body, ...path) ?? 0;
    return typeof value === "number" ? value : this.unknown(resource, path.join("."), value, 0);
  }

  /** A switch inside of the resource; one that isn't there is off. */
  public isOn(resource: Resource, ...path: string[]): boolean {
    const value = valueAt(resource.body, ...path) ?? false;
    return typeof value === "boolean" ? value : this.unknown(resource, path.join("."), value, false);
  }

  /** Tells that a value isn't what it has to be to be priced, and gives another to go on with. */
  public unknown<Value>({ address }: Resource, path: string, got: Json, instead: Value): Value {
    this.problems.push({
      code: "cost-value-unknown",
      path: `${address}: ${path}`,
      got,
      expected: `a ${typeof instead}: what only Terraform knows can't be priced`,
      fix: "synthesize the value itself",
    });
    return instead;
  }

  private price(name: string, address: string): Price {
    const price = prices[this.region]?.[name];
    if (price !== undefined) return price;
    this.problems.push({
      code: "price-missing",
      path: address,
      got: name,
      expected: `something that has a price in ${this.region}: ${siblings(name, this.region)}`,
      fix: `add "${name}" to ${this.region} in cost/prices.ts, with amount, unit, date and source`,
    });
    return { amount: 0, unit: "unit", date: "", source: "" };
  }
}

/** A value inside of blocks; Terraform's JSON has a single block as an object or as a list of one. */
export function valueAt(body: Json | undefined, ...path: string[]): Json | undefined {
  return path.reduce<Json | undefined>((outer, name) => asObject(single(outer))[name], body);
}

/** The blocks of a name: one object, or a list of them. */
export function blocks(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? asArray(value) : [value];
}

function single(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? asArray(value)[0] : value;
}

/** The names that stand beside a missing one: other classes of the same kind. */
function siblings(name: string, region: string): string {
  const kind = name.split(".").slice(0, 2).join(".");
  const found = Object.keys(prices[region] ?? {}).filter((other) => other.startsWith(`${kind}.`));
  return found.map((other) => other.slice(kind.length + 1)).join(", ") || "none of this kind yet";
}
