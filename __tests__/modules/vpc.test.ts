import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Fn, TerraformOutput } from "cdktf";
import { Vpc, VpcProps } from "../../modules/vpc";
import { moduleJson } from "../../testing";
import { newRoot } from "../lib/roots";

function vpcWith(props: Partial<VpcProps> = {}): { root: ReturnType<typeof newRoot>; vpc: Vpc } {
  const root = newRoot();
  const vpc = new Vpc(root, "vpc", {
    name: "cdc-vpc",
    cidr: "10.0.0.0/16",
    azs: ["us-east-1a", "us-east-1b"],
    publicSubnets: ["10.0.1.0/24", "10.0.2.0/24"],
    privateSubnets: ["10.0.4.0/24", "10.0.5.0/24"],
    natGateways: "none",
    publicAddressesOnLaunch: true,
    flowLogs: false,
    flowLogRetentionInDays: null,
    logKeyArn: null,
    interfaceEndpoints: [],
    region: "us-east-1",
    s3GatewayEndpoint: false,
    ...props,
  });
  return { root, vpc };
}

describe("the network", () => {
  test("is the registry's module, called from the module vpc", () => {
    const { root } = vpcWith();
    expect(root).toHaveModuleCall("module.vpc.module.vpc", {
      source: "terraform-aws-modules/vpc/aws",
      version: "~> 5.0",
      name: "cdc-vpc",
      cidr: "10.0.0.0/16",
      azs: ["us-east-1a", "us-east-1b"],
      public_subnets: ["10.0.1.0/24", "10.0.2.0/24"],
      private_subnets: ["10.0.4.0/24", "10.0.5.0/24"],
      map_public_ip_on_launch: true,
      enable_dns_hostnames: true,
      enable_dns_support: true,
      tags: { Project: "cdc" },
    });
    expect(root).toHaveAddresses([]);
  });

  test.each([
    ["none", false, false, false],
    ["single", true, true, false],
    ["one_per_az", true, false, true],
  ] as const)("has the NAT gateways that were asked for: %s", (natGateways, enabled, single, perZone) => {
    expect(vpcWith({ natGateways }).root).toHaveModuleCall("module.vpc.module.vpc", {
      enable_nat_gateway: enabled,
      single_nat_gateway: single,
      one_nat_gateway_per_az: perZone,
    });
  });

  test("writes flow logs only where that was asked for", () => {
    const flowLogs = {
      enable_flow_log: true,
      create_flow_log_cloudwatch_log_group: true,
      create_flow_log_cloudwatch_iam_role: false,
      flow_log_cloudwatch_iam_role_arn: "${aws_iam_role.flow_logs.arn}",
    };
    expect(vpcWith({ flowLogs: true }).root).toHaveModuleCall("module.vpc.module.vpc", flowLogs);
    expect(vpcWith().root).toHaveModuleCall("module.vpc.module.vpc", { enable_flow_log: undefined });
  });

  test("gives its private subnets", () => {
    const { root, vpc } = vpcWith();
    new TerraformOutput(root, "network", { value: Fn.join(",", vpc.privateSubnetIds) });
    expect(root).toHaveTerraformOutput("module.vpc.private_subnets", { value: "${module.vpc.private_subnets}" });
  });

  test("gives its id and its public subnets", () => {
    const { root, vpc } = vpcWith();
    new TerraformOutput(root, "network", { value: `${vpc.vpcId} ${Fn.join(",", vpc.publicSubnetIds)}` });
    expect(root).toHaveTerraformOutput("module.vpc.vpc_id", { value: "${module.vpc.vpc_id}" });
    expect(root).toHaveTerraformOutput("module.vpc.public_subnets", { value: "${module.vpc.public_subnets}" });
  });
});

describe("the way to S3", () => {
  test("is a gateway endpoint in every route table", () => {
    const { root } = vpcWith({ s3GatewayEndpoint: true, region: "eu-central-1" });
    expect(moduleJson(root, "vpc")).toHaveResourceWithProperties(VpcEndpoint, {
      vpc_id: "${module.vpc.vpc_id}",
      service_name: "com.amazonaws.eu-central-1.s3",
      vpc_endpoint_type: "Gateway",
      route_table_ids: "${concat(module.vpc.public_route_table_ids, module.vpc.private_route_table_ids)}",
      tags: { Name: "cdc-vpc-s3" },
    });
  });

  test("fails if it is there without being asked for", () => {
    expect(moduleJson(vpcWith().root, "vpc")).not.toHaveResource(VpcEndpoint);
  });
});

test("services get an endpoint in the private subnets, reachable from the VPC", () => {
  const { root } = vpcWith({ interfaceEndpoints: ["secretsmanager", "kafkaconnect"] });
  expect(root).toHaveTerraformResource("module.vpc.aws_vpc_endpoint.secretsmanager", {
    service_name: "com.amazonaws.us-east-1.secretsmanager",
    vpc_endpoint_type: "Interface",
    private_dns_enabled: true,
    subnet_ids: "${module.vpc.private_subnets}",
  });
  expect(root).toHaveTerraformResource("module.vpc.aws_vpc_security_group_ingress_rule.endpoints_from_vpc", {
    cidr_ipv4: "10.0.0.0/16",
    from_port: 443,
    to_port: 443,
  });
});
