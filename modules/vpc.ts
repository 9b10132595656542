import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
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
  /** Flow logs of all traffic, to CloudWatch. */
  readonly flowLogs: boolean;
  /** Region of the S3 endpoint's service name. */
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
        map_public_ip_on_launch: true,
        ...(props.flowLogs
          ? {
              enable_flow_log: true,
              create_flow_log_cloudwatch_log_group: true,
              create_flow_log_cloudwatch_iam_role: true,
            }
          : {}),
        tags: { Project: "cdc" },
      },
    });
    this.vpcId = vpc.stringOutput("vpc_id");
    this.publicSubnetIds = vpc.listOutput("public_subnets");
    this.privateSubnetIds = vpc.listOutput("private_subnets");

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
  }
}
