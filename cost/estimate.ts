import { ConfigurationError, throwProblems } from "../lib/errors";
import { asText, type Resource, type SynthesizedStack } from "../terraform/synthesized";
import { Costing, type Line } from "./costing";
import { prices } from "./prices";
import { free, priced } from "./resource-types";
import { nothing, plus, type Range, type Usage } from "./usage";

/** What a pipeline costs a month. */
export interface Estimate {
  readonly region: string;
  readonly usage: Usage;
  readonly lines: readonly Line[];
  /** US dollars a month. */
  readonly total: Range;
}

/**
 * Prices what was synthesized.
 * @throws ConfigurationError with everything that is neither priced nor listed as free, or has no price in the region
 */
export function estimate(stack: SynthesizedStack, region: string, usage: Usage): Estimate {
  if (prices[region] === undefined) throw unknownRegion(region);
  const costing = new Costing(stack, region, usage);
  const all = [stack.root, ...stack.modules].flatMap(({ resources, calls }) => [...resources, ...calls]);
  for (const resource of all) {
    if (priced[resource.type] === undefined && free[resource.type] === undefined) reportUnknown(resource, costing);
  }
  const lines = Object.entries(priced).flatMap(([type, pricer]) => {
    const instances = all.filter((resource) => resource.type === type).flatMap((one) => instancesOf(one, costing));
    return instances.length === 0 ? [] : pricer(instances, costing);
  });
  throwProblems("what the synthesized pipeline costs", costing.problems);
  return { region, usage, lines, total: totalOf(lines) };
}

export function totalOf(lines: readonly Line[]): Range {
  return lines.reduce((sum, { monthly }) => plus(sum, monthly), nothing);
}

/** A resource once for each of its `count`. */
function instancesOf(resource: Resource, costing: Costing): Resource[] {
  const { count, for_each: each } = resource.body;
  if (count === undefined && each === undefined) return [resource];
  const number = Number(asText(count).replace(/^\$\{(\d+)\}$/, "$1"));
  if (each === undefined && Number.isInteger(number)) return Array.from({ length: number }, () => resource);
  costing.problems.push({
    code: "cost-count-unknown",
    path: resource.address,
    got: count ?? each,
    expected: "a number of resources that is known before Terraform runs",
    fix: "synthesize each resource, or give count as a number",
  });
  return [];
}

function reportUnknown({ address, type }: Resource, costing: Costing): void {
  costing.problems.push({
    code: "cost-unknown-type",
    path: address,
    got: type,
    expected: "a type of resource that the cost table prices, or lists as free",
    fix: "say which in cost/resource-types.ts; a new function for a service goes to cost/services",
  });
}

function unknownRegion(region: string): ConfigurationError {
  return new ConfigurationError("the region of the cost table", [
    {
      code: "region-without-prices",
      path: "region",
      got: region,
      expected: `a region with prices: ${Object.keys(prices).join(", ")}. Others cost differently, and nothing is guessed`,
      fix: `choose one with --region to see what it would cost there, or add ${region} to cost/prices.ts`,
    },
  ]);
}
