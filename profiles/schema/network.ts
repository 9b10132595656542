import { z } from "zod";

/** An IPv4 range, `10.0.0.0/16`. */
const cidrBlock = z.cidrv4("an IPv4 range such as 10.0.0.0/16");

export const networkSchema = z.strictObject({
  vpcName: z.string().min(1).describe("Name of the VPC, and the beginning of the names of its parts."),
  vpcCidr: cidrBlock.describe("Address range of the VPC. Changing it replaces the VPC and everything in it."),
  subnets: z
    .enum(["public", "private"])
    .describe(
      "Subnets in which database, brokers and connectors run. Changing them replaces the cluster: all topics are lost.",
    ),
  natGateways: z
    .enum(["none", "single", "one_per_az"])
    .describe("NAT gateways for the private subnets. Each costs about 33 dollars a month and 0.045 dollars per GB."),
  s3GatewayEndpoint: z
    .boolean()
    .describe(
      "A gateway endpoint for S3 in all route tables. Free, and the only way from the connectors to S3 without a NAT gateway.",
    ),
  flowLogs: z
    .boolean()
    .describe("VPC flow logs of all traffic to CloudWatch. CloudWatch charges about 0.50 dollars per GB."),
  brokerIngress: z
    .enum(["anywhere", "connector_subnets"])
    .describe(
      "Who may open a connection to the brokers: any address that can reach them, or the connectors' subnets only.",
    ),
  databaseIngressCidrBlocks: z
    .array(cidrBlock)
    .min(1)
    .describe(
      "Who may open a connection to the database. The connectors' subnets are added by themselves where this isn't everyone.",
    ),
});
