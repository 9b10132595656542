import { z } from "zod";
import { logRetention } from "./logs";

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
  interfaceEndpoints: z
    .array(z.string().regex(/^[a-z][a-z0-9.-]+$/, "an AWS service's name in endpoints: secretsmanager, logs, sts"))
    .describe(
      "AWS services with an interface endpoint in the private subnets, reachable from the connectors: secretsmanager is what " +
        "workers without a NAT gateway need for a password from Secrets Manager. About 7 dollars a month, zone and service.",
    ),
  publicAddressesOnLaunch: z
    .boolean()
    .describe(
      "Whether what is started in a public subnet gets a public address by itself. Nothing of the pipeline needs it.",
    ),
  flowLogs: z
    .boolean()
    .describe("VPC flow logs of all traffic to CloudWatch. CloudWatch charges about 0.50 dollars per GB."),
  flowLogRetentionInDays: logRetention
    .nullable()
    .describe("Days for which CloudWatch keeps the flow logs. null: for ever."),
  brokerIngress: z
    .enum(["anywhere", "connector_subnets", "connectors"])
    .describe(
      "Who may open a connection to the brokers: any address that can reach them, the connectors' subnets only, or the " +
        "connectors only. With connectors, connectors, brokers and database have security groups of their own, each rule is a " +
        "resource with a description, and nothing may open a connection to elsewhere but what the pipeline needs. " +
        "Changing to or from it replaces the cluster: all topics are lost.",
    ),
  databaseIngressCidrBlocks: z
    .array(cidrBlock)
    .describe(
      "Who may open a connection to the database beside the connectors, which are let in by themselves where this isn't " +
        "everyone. Empty: nobody.",
    ),
});
