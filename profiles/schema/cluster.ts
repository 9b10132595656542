import { z } from "zod";
import { monitoringLevels } from "../../monitoring/metrics";
import { kmsKeyArn } from "./database";
import { logRetention } from "./logs";

export const clusterSchema = z.strictObject({
  clusterName: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, "1 to 64 letters, digits and -")
    .describe("Name of the MSK cluster. Changing it replaces the cluster: all topics are lost."),
  kafkaVersion: z
    .string()
    .regex(/^\d+\.\d+\.(x|\d+)(\.kraft)?$/, "an MSK version such as 4.1.x.kraft")
    .describe("Kafka version as MSK names it. It can go up, never down."),
  instanceType: z
    .string()
    .regex(/^kafka\.[a-z0-9]+\.[a-z0-9]+$/, "a broker type such as kafka.m5.large")
    .describe("Broker type."),
  numberOfBrokerNodes: z.int().min(2).max(60).describe("Number of brokers: a multiple of availabilityZones."),
  availabilityZones: z
    .union([z.literal(2), z.literal(3)])
    .describe(
      "Number of availability zones with brokers, of the three in azs. Changing it replaces the cluster: all topics are lost.",
    ),
  volumeSize: z.int().min(1).max(16384).describe("EBS storage of each broker, in GiB. It can grow, never shrink."),
  clientBroker: z
    .enum(["TLS", "TLS_PLAINTEXT", "PLAINTEXT"])
    .describe("Encryption between clients and brokers. With TLS only, port 9094 answers and 9092 doesn't."),
  clientAuthentication: z
    .enum(["none", "iam"])
    .describe(
      "How clients prove who they are. iam: by their AWS role, on port 9098, and what each may do stands in its role's policy; " +
        "needs clientBroker TLS and iam.policies least_privilege. Brokers restart one after the other; the connectors are replaced.",
    ),
  storageAutoscaling: z
    .strictObject({
      maxVolumeSize: z.int().min(1).max(16384).describe("GiB up to which each broker's volume grows."),
      targetUtilization: z
        .int()
        .min(10)
        .max(80)
        .describe("Percent of the volume in use over which it grows. AWS advises 50 to 60."),
    })
    .nullable()
    .describe("Broker volumes that grow by themselves, at most once in six hours. null: they don't."),
  brokerLogRetentionInDays: logRetention
    .nullable()
    .describe("Days for which CloudWatch keeps the brokers' logs, in /aws/msk/<cluster>. null: none are delivered."),
  enhancedMonitoring: z
    .enum(monitoringLevels)
    .nullable()
    .describe("Which metrics MSK publishes: DEFAULT is free, each further level costs. null takes DEFAULT."),
  encryptionAtRestKmsKeyArn: kmsKeyArn
    .nullable()
    .describe(
      "KMS key for the brokers' storage; null takes AWS's own. Changing it replaces the cluster: all topics are lost.",
    ),
  configurationName: z
    .string()
    .regex(/^[A-Za-z0-9][\w-]{0,254}$/, "letters, digits, _ and -")
    .describe(
      "Name of the MSK configuration. Changing it replaces the configuration, which AWS refuses while the cluster uses it, " +
        "unless isConfigurationReplaceable.",
    ),
  isConfigurationReplaceable: z
    .boolean()
    .describe(
      "Whether the configuration's name ends with the Kafka version and a new one is made before the old one goes. Without it AWS " +
        "refuses a change of the Kafka version: the old configuration is in use.",
    ),
  serverProperties: z
    .record(z.string().regex(/^[a-z0-9.]+$/, "a broker property such as log.retention.hours"), z.string().min(1))
    .describe("Broker properties (server.properties). Only those that MSK allows."),
});
