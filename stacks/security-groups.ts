import { SecurityGroup, SecurityGroupEgress, SecurityGroupIngress } from "@cdktf/provider-aws/lib/security-group";
import { Construct } from "constructs";
import type { PipelineSettings } from "../profiles/schema";

export interface SecurityGroupsProps {
  readonly vpcId: string;
  /** Address ranges of the subnets in which the connectors run. */
  readonly connectorSubnets: string[];
  readonly network: PipelineSettings["network"];
}

const ANYWHERE = "0.0.0.0/0";
const ALL_EGRESS: SecurityGroupEgress = { fromPort: 0, toPort: 0, protocol: "-1", cidrBlocks: [ANYWHERE] };

/** Who may talk to the brokers and to the database. The connectors belong to the brokers' group. */
export function securityGroups(
  scope: Construct,
  props: SecurityGroupsProps,
): { brokers: SecurityGroup; database: SecurityGroup } {
  const { network, vpcId } = props;
  const brokers = new SecurityGroup(scope, "msk_sg", {
    name: "msk-sg",
    vpcId,
    ingress: [
      tcp("MSK traffic", 9092, 9098, {
        cidrBlocks: network.brokerIngress === "anywhere" ? [ANYWHERE] : props.connectorSubnets,
      }),
    ],
    egress: [ALL_EGRESS],
    tags: { Name: "msk-sg" },
  });
  const open = network.databaseIngressCidrBlocks.includes(ANYWHERE);
  const database = new SecurityGroup(scope, "rds_sg", {
    name: "rds-sg",
    vpcId,
    ingress: [
      tcp("PostgreSQL traffic", 5432, 5432, { cidrBlocks: network.databaseIngressCidrBlocks }),
      ...(open ? [] : [tcp("PostgreSQL from MSK Connect", 5432, 5432, { securityGroups: [brokers.id] })]),
    ],
    egress: [ALL_EGRESS],
    tags: { Name: "rds-sg" },
  });
  return { brokers, database };
}

function tcp(description: string, fromPort: number, toPort: number, from: SecurityGroupIngress): SecurityGroupIngress {
  return { description, protocol: "tcp", fromPort, toPort, ...from };
}
