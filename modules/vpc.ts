import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { ChildModule, RegistryModule } from "../lib";

export interface VpcProps {
  /** Name of the VPC, and the beginning of the names of its parts. */
  readonly name: string;
  /** Address range. Changing it replaces the VPC. */
  readonly cidr: string;
  /** Availability zones, one per subnet of each kind. */
  readonly azs: string[];
  /** Address ranges of the public subnets. */
  readonly publicSubnets: string[];
  /** Address ranges of the private subnets. */
  readonly privateSubnets: string[];
  /** NAT gateways for the private subnets. */
  readonly natGateways: "none" | "single" | "one_per_az";
  /** Whether what starts in a public subnet gets a public address. */
  readonly publicAddressesOnLaunch: boolean;
  /** Flow logs of all traffic, to CloudWatch. */
  readonly flowLogs: boolean;
  /** Days for which they are kept; `null`: for ever. */
  readonly flowLogRetentionInDays: number | null;
  /** KMS key of the flow logs' log group; `null`: CloudWatch's own. */
  readonly logKeyArn: string | null;
  /** AWS services with an interface endpoint in the private subnets: `secretsmanager`. */
  readonly interfaceEndpoints: readonly string[];
  /** Region of the endpoints' service names. */
  readonly region: string;
  /** Whether S3 is reached through a gateway endpoint: free, and without it a worker in a subnet without NAT can't reach S3. */
  readonly s3GatewayEndpoint: boolean;
}

/** The network: the registry's VPC module, as `module.vpc.module.vpc`, and a way to S3. */
export class Vpc extends ChildModule {
  readonly vpcId: string;
  readonly publicSubnetIds: string[];
  readonly privateSubnetIds: string[];

  constructor(scope: Construct, id: string, props: VpcProps) {
    super(scope, id);
    const flowLogRole = props.flowLogs ? flowLogsRole(this, props.name) : undefined;
    const vpc = new RegistryModule(this, "vpc", {
      source: "terraform-aws-modules/vpc/aws",
      version: "~> 5.0",
      usesProviders: ["aws"],
      inputs: {
        name: props.name,
        cidr: props.cidr,
        azs: props.azs,
        public_subnets: props.publicSubnets,
        private_subnets: props.privateSubnets,
        enable_nat_gateway: props.natGateways !== "none",
        single_nat_gateway: props.natGateways === "single",
        one_nat_gateway_per_az: props.natGateways === "one_per_az",
        enable_dns_hostnames: true,
        enable_dns_support: true,
        map_public_ip_on_launch: props.publicAddressesOnLaunch,
        ...(flowLogRole ? flowLogInputs(props, flowLogRole.arn) : {}),
        tags: { Project: "cdc" },
      },
    });
    this.vpcId = vpc.stringOutput("vpc_id");
    this.publicSubnetIds = vpc.listOutput("public_subnets");
    this.privateSubnetIds = vpc.listOutput("private_subnets");

    if (flowLogRole) mayWrite(flowLogRole, vpc.stringOutput("vpc_flow_log_destination_arn"));
    if (props.s3GatewayEndpoint) {
      new VpcEndpoint(this, "s3", {
        vpcId: this.vpcId,
        serviceName: `com.amazonaws.${props.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: Token.asList(
          Fn.concat([vpc.listOutput("public_route_table_ids"), vpc.listOutput("private_route_table_ids")]),
        ),
        tags: { Name: `${props.name}-s3` },
      });
    }
    if (props.interfaceEndpoints.length > 0) interfaceEndpoints(this, this.vpcId, this.privateSubnetIds, props);
  }
}

/** The registry module's own role may write to every log group of the account. */
function flowLogsRole(scope: Construct, namePrefix: string): IamRole {
  const { accountId } = new DataAwsCallerIdentity(scope, "current");
  return new IamRole(scope, "flow_logs", {
    name: `${namePrefix}-flow-logs`,
    description: "Lets VPC flow logs write to their log group",
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": accountId } },
        },
      ],
    }),
  });
}

/** VPC User Guide, "IAM role for publishing flow logs to CloudWatch Logs"; the group is there already. */
function mayWrite(role: IamRole, logGroupArn: string): void {
  const actions = ["CreateLogStream", "PutLogEvents", "DescribeLogGroups", "DescribeLogStreams"];
  new IamRolePolicy(role, "policy", {
    name: "write-flow-logs",
    role: role.name,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: actions.map((action) => `logs:${action}`),
          Resource: [logGroupArn, `${logGroupArn}:*`],
        },
      ],
    }),
  }).overrideLogicalId("flow_logs");
}

function flowLogInputs({ flowLogRetentionInDays, logKeyArn }: VpcProps, roleArn: string): Record<string, unknown> {
  return {
    enable_flow_log: true,
    create_flow_log_cloudwatch_log_group: true,
    create_flow_log_cloudwatch_iam_role: false,
    flow_log_cloudwatch_iam_role_arn: roleArn,
    ...(flowLogRetentionInDays === null
      ? {}
      : { flow_log_cloudwatch_log_group_retention_in_days: flowLogRetentionInDays }),
    ...(logKeyArn === null ? {} : { flow_log_cloudwatch_log_group_kms_key_id: logKeyArn }),
  };
}

function interfaceEndpoints(scope: Construct, vpcId: string, subnetIds: string[], props: VpcProps): void {
  const group = new SecurityGroup(scope, "endpoints", {
    name: `${props.name}-endpoints`,
    description: "Endpoints of AWS services",
    vpcId,
    tags: { Name: `${props.name}-endpoints` },
  });
  new VpcSecurityGroupIngressRule(scope, "endpoints_from_vpc", {
    securityGroupId: group.id,
    description: "HTTPS from the VPC",
    cidrIpv4: props.cidr,
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
  });
  for (const service of props.interfaceEndpoints) {
    new VpcEndpoint(scope, service.replace(/[^a-z0-9]/g, "_"), {
      vpcId,
      serviceName: `com.amazonaws.${props.region}.${service}`,
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds,
      securityGroupIds: [group.id],
      tags: { Name: `${props.name}-${service}` },
    });
  }
}
