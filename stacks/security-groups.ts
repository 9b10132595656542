import { SecurityGroup, SecurityGroupEgress, SecurityGroupIngress } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import type { PipelineSettings } from "../profiles/schema";

export interface SecurityGroupsProps {
  readonly vpcId: string;
  /** Address ranges of the subnets in which the connectors run. */
  readonly connectorSubnets: string[];
  readonly network: PipelineSettings["network"];
  /** Port on which the connectors reach the brokers. */
  readonly brokerPort: number;
}

export interface SecurityGroups {
  readonly connectors: SecurityGroup;
  readonly brokers: SecurityGroup;
  readonly database: SecurityGroup;
}

const ANYWHERE = "0.0.0.0/0";
const POSTGRES = 5432;
const HTTPS = 443;
const ALL_EGRESS: SecurityGroupEgress = { fromPort: 0, toPort: 0, protocol: "-1", cidrBlocks: [ANYWHERE] };

/** Who may talk to the brokers and to the database. */
export function securityGroups(scope: Construct, props: SecurityGroupsProps): SecurityGroups {
  return props.network.brokerIngress === "connectors" ? separateGroups(scope, props) : sharedGroups(scope, props);
}

/** The connectors belong to the brokers' group, and the rules are parts of the groups. */
function sharedGroups(scope: Construct, { network, vpcId, connectorSubnets }: SecurityGroupsProps): SecurityGroups {
  const brokers = new SecurityGroup(scope, "msk_sg", {
    name: "msk-sg",
    vpcId,
    ingress: [
      tcp("MSK traffic", 9092, 9098, {
        cidrBlocks: network.brokerIngress === "anywhere" ? [ANYWHERE] : connectorSubnets,
      }),
    ],
    egress: [ALL_EGRESS],
    tags: { Name: "msk-sg" },
  });
  const { databaseIngressCidrBlocks: cidrBlocks } = network;
  const database = new SecurityGroup(scope, "rds_sg", {
    name: "rds-sg",
    vpcId,
    ingress: [
      ...(cidrBlocks.length > 0 ? [tcp("PostgreSQL traffic", POSTGRES, POSTGRES, { cidrBlocks })] : []),
      ...(cidrBlocks.includes(ANYWHERE)
        ? []
        : [tcp("PostgreSQL from MSK Connect", POSTGRES, POSTGRES, { securityGroups: [brokers.id] })]),
    ],
    egress: [ALL_EGRESS],
    tags: { Name: "rds-sg" },
  });
  return { connectors: brokers, brokers, database };
}

function tcp(description: string, fromPort: number, toPort: number, from: SecurityGroupIngress): SecurityGroupIngress {
  return { description, protocol: "tcp", fromPort, toPort, ...from };
}

/**
 * A group each, with other names than the shared ones, since both are there during a change. Each rule is a resource, so that one
 * made by hand isn't taken away, and none of them lets anything out that the pipeline doesn't need.
 */
function separateGroups(scope: Construct, { network, vpcId, brokerPort }: SecurityGroupsProps): SecurityGroups {
  const group = (id: string, name: string, description: string): SecurityGroup =>
    new SecurityGroup(scope, id, { name, description, vpcId, tags: { Name: name } });
  const connectors = group("connectors_sg", "cdc-connectors", "The connectors on MSK Connect");
  const brokers = group("brokers_sg", "cdc-brokers", "The Kafka brokers");
  const database = group("database_sg", "cdc-database", "The source database");
  const allow = (id: string, from: SecurityGroup, to: SecurityGroup, port: number, what: string): void => {
    const rule = { ipProtocol: "tcp", fromPort: port, toPort: port };
    const securityGroupId = to.id;
    new VpcSecurityGroupIngressRule(scope, `${id}_in`, {
      ...rule,
      securityGroupId,
      referencedSecurityGroupId: from.id,
      description: `${what} from the connectors`,
    });
    new VpcSecurityGroupEgressRule(scope, `${id}_out`, {
      ...rule,
      securityGroupId: from.id,
      referencedSecurityGroupId: to.id,
      description: `${what} to the ${id}`,
    });
  };
  allow("brokers", connectors, brokers, brokerPort, "Kafka");
  allow("database", connectors, database, POSTGRES, "PostgreSQL");
  network.databaseIngressCidrBlocks.forEach((cidrIpv4, index) => {
    new VpcSecurityGroupIngressRule(scope, `database_admin_${index + 1}_in`, {
      securityGroupId: database.id,
      description: "PostgreSQL from administrators",
      cidrIpv4,
      ipProtocol: "tcp",
      fromPort: POSTGRES,
      toPort: POSTGRES,
    });
  });
  new VpcSecurityGroupEgressRule(scope, "aws_out", {
    securityGroupId: connectors.id,
    description: "HTTPS to S3 and Secrets Manager, whose addresses change",
    cidrIpv4: ANYWHERE,
    ipProtocol: "tcp",
    fromPort: HTTPS,
    toPort: HTTPS,
  });
  return { connectors, brokers, database };
}
