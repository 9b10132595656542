import { asArray, asObject, asText, type JsonObject } from "../terraform/synthesized";
import { hit, subject } from "./finding";
import type { PlannedResource } from "./planned";

/** What a plan does to the ways to the pipeline, and to its own ways out. */
export const network = subject(
  {
    "opened-to-anyone": {
      harm: "protection",
      what: "Any address on the internet is let in.",
      remedy: "Name the ranges, or the security group, that have to get in.",
    },
    "way-to-s3-closed": {
      harm: "pipeline",
      what: "The VPC's endpoint for S3 goes. Workers have no public address: without NAT the sink doesn't reach S3 any more.",
      remedy: "Keep the endpoint, or have a NAT gateway in its place first.",
    },
    "way-out-closed": {
      harm: "pipeline",
      what: "A NAT gateway or an endpoint goes. Workers have no public address: what they reached through it, such as Secrets Manager, they don't reach any more.",
      remedy: "Have another way in its place first.",
    },
    "subnet-gone": {
      harm: "refused",
      what: "A subnet is destroyed. While brokers, workers or the database have addresses in it AWS refuses that, after a long wait.",
      remedy: "Keep the subnets' CIDR blocks and zones.",
    },
  },
  function* (plan) {
    for (const group of plan.of("aws_security_group")) {
      if (!group.isChanged || group.isUnknown("ingress")) continue;
      const before = new Set(openDoors(group, "before"));
      const opened = openDoors(group, "after").filter((door) => !before.has(door));
      if (opened.length > 0)
        yield hit(
          "opened-to-anyone",
          group,
          group.isSensitive("ingress") ? "ingress" : `ingress: ${opened.join(", ")}`,
        );
    }
    for (const rule of plan.of("aws_security_group_rule", "aws_vpc_security_group_ingress_rule")) {
      const isNew =
        rule.action === "create" ? !rule.isUnknown("security_group_id") : rule.isChanged && !isOpen(rule, "before");
      if (isNew && isOpen(rule, "after"))
        yield hit("opened-to-anyone", rule, rule.isSensitive("from_port") ? "a rule" : `ports ${ports(rule)}`);
    }
    for (const endpoint of plan.of("aws_vpc_endpoint")) {
      const isS3 = asText(endpoint.before("service_name")).endsWith(".s3");
      if (endpoint.action === "delete")
        yield hit(isS3 ? "way-to-s3-closed" : "way-out-closed", endpoint, endpoint.reason);
    }
    for (const gateway of plan.of("aws_nat_gateway")) {
      if (gateway.action === "delete") yield hit("way-out-closed", gateway, gateway.reason);
    }
    for (const subnet of plan.of("aws_subnet")) {
      if (subnet.isGone) yield hit("subnet-gone", subnet, subnet.reason);
    }
  },
);

const ANYONE = ["0.0.0.0/0", "::/0"];

/** A group's own rules that let anyone in: `tcp 5432-5432`. */
function openDoors(group: PlannedResource, when: "before" | "after"): string[] {
  return asArray(group[when]("ingress"))
    .map(asObject)
    .filter((rule) => ["cidr_blocks", "ipv6_cidr_blocks"].some((name) => hasAnyone(rule, name)))
    .map((rule) => `${asText(rule.protocol)} ${asText(rule.from_port)}-${asText(rule.to_port)}`);
}

function hasAnyone(rule: JsonObject, name: string): boolean {
  return asArray(rule[name]).some((range) => ANYONE.includes(asText(range)));
}

/** A rule of its own, of either type; an egress rule lets nobody in. */
function isOpen(rule: PlannedResource, when: "before" | "after"): boolean {
  if (rule[when]("type") === "egress") return false;
  const ranges = ["cidr_blocks", "ipv6_cidr_blocks"].flatMap((name) => asArray(rule[when](name)));
  return [...ranges, rule[when]("cidr_ipv4"), rule[when]("cidr_ipv6")].some((range) => ANYONE.includes(asText(range)));
}

function ports(rule: PlannedResource): string {
  return `${asText(rule.after("from_port"))}-${asText(rule.after("to_port"))}`;
}
