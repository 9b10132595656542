import { asArray, asText, type Resource } from "../../terraform/synthesized";
import type { Costing, Line, Pricer } from "../costing";
import { findSink, usesPrivateSubnets } from "../pipeline";
import { always, gbPerMonth, HOURS_PER_MONTH, logGb, nothing, plus, type Range } from "../usage";

/** GB of flow log a month for a pipeline of about ten network interfaces. An assumption. */
const FLOW_LOG_GB: Range = { low: 0.5, high: 5 };

/** Inputs of the VPC module that create nothing which costs. */
const FREE_SWITCHES = ["enable_dns_hostnames", "enable_dns_support", "enable_nat_gateway", "enable_flow_log"];

/** Calls of terraform-aws-modules/vpc/aws: its NAT gateways and flow logs; the rest of a VPC is free. */
export const vpcModule: Pricer = (calls, costing) => calls.flatMap((call) => vpc(call, costing));

function vpc(call: Resource, costing: Costing): Line[] {
  for (const [input, value] of Object.entries(call.body)) {
    if (value !== true || !input.startsWith("enable_") || FREE_SWITCHES.includes(input)) continue;
    costing.problems.push({
      code: "cost-unknown-input",
      path: `${call.address}: ${input}`,
      got: value,
      expected: "a part of the VPC that the cost table prices, or lists as free",
      fix: "price it in cost/services/network.ts, or add it to the free switches there",
    });
  }
  const gateways = costing.isOn(call, "enable_nat_gateway") ? numberOfGateways(call, costing) : 0;
  return [
    ...(gateways > 0 ? natGatewayLines(call, gateways, costing) : []),
    ...(gateways > 0 ? [address(call, gateways, costing)] : []),
    ...(costing.isOn(call, "enable_flow_log") ? flowLogLines(call, costing) : []),
  ];
}

/** The module's own rule: one in all, one for each zone, or one for each private subnet, of which each zone has one. */
function numberOfGateways(call: Resource, costing: Costing): number {
  return costing.isOn(call, "single_nat_gateway") ? 1 : costing.usage.zones;
}

export const natGateway: Pricer = (gateways, costing) =>
  gateways.flatMap((gateway, index) => natGatewayLines(gateway, 1, costing, index === 0));

function natGatewayLines(of: Resource, number: number, costing: Costing, carriesTraffic = true): Line[] {
  const service = "NAT Gateway";
  const traffic = carriesTraffic ? throughNat(costing) : nothing;
  return [
    costing.line({ service, item: `${number}`, price: "nat.gateway", quantity: HOURS_PER_MONTH * number, of }),
    costing.line({ service, item: "traffic", price: "nat.traffic", quantity: traffic, of }),
  ];
}

/** Logs go through it, and the data too where S3 has no endpoint of its own. */
function throughNat(costing: Costing): Range {
  const sink = findSink(costing);
  if (sink === undefined || !usesPrivateSubnets(sink)) return nothing;
  const toS3 = costing.all("aws_vpc_endpoint").some(({ body }) => asText(body.service_name).endsWith(".s3"));
  return plus(logGb(costing.usage), always(toS3 ? 0 : gbPerMonth(costing.usage)));
}

/** Elastic addresses, in use or not. */
export const elasticIp: Pricer = (addresses, costing) => addresses.map((resource) => address(resource, 1, costing));

function address(of: Resource, number: number, costing: Costing): Line {
  const quantity = HOURS_PER_MONTH * number;
  return costing.line({
    service: "Public IPv4 Addresses",
    item: `${number} of NAT`,
    price: "address.ipv4",
    quantity,
    of,
  });
}

/** Gateway endpoints are free; interface endpoints cost in each zone. */
export const vpcEndpoint: Pricer = (endpoints, costing) =>
  endpoints
    .filter(({ body }) => body.vpc_endpoint_type === "Interface")
    .flatMap((endpoint) => {
      const service = "VPC Endpoints";
      const name = asText(endpoint.body.service_name).split(".").pop() ?? "";
      const subnets = asArray(endpoint.body.subnet_ids).length;
      const zones = subnets > 1 ? subnets : costing.usage.zones;
      return [
        costing.line({
          service,
          item: `${name} in ${zones} zones`,
          price: "endpoint.interface",
          quantity: HOURS_PER_MONTH * zones,
          of: endpoint,
        }),
        costing.line({
          service,
          item: `traffic to ${name}`,
          price: "endpoint.traffic",
          quantity: throughEndpoint(name, costing),
          of: endpoint,
        }),
      ];
    });

function throughEndpoint(name: string, { usage }: Costing): Range {
  if (name === "logs") return logGb(usage);
  return name === "s3" ? always(gbPerMonth(usage)) : { low: 0, high: 1 };
}

/** Flow logs to CloudWatch: taken in, and kept for a month. */
export const flowLog: Pricer = (logs, costing) => logs.flatMap((log) => flowLogLines(log, costing));

function flowLogLines(of: Resource, costing: Costing): Line[] {
  const service = "CloudWatch Logs";
  const toS3 = [of.body.log_destination_type, of.body.flow_log_destination_type].includes("s3");
  const ingested = toS3 ? "logs.ingested.s3" : "logs.ingested";
  return [
    costing.line({ service, item: "flow logs", price: ingested, quantity: FLOW_LOG_GB, of }),
    costing.line({ service, item: "flow logs, kept", price: "logs.stored", quantity: FLOW_LOG_GB, of }),
  ];
}
