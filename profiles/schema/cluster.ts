import { z } from "zod";
import { monitoringLevels } from "../../monitoring/metrics";
import { kmsKeyArn } from "./database";

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
  numberOfBrokerNodes: z
    .int()
    .min(2)
    .max(60)
    .describe("Number of brokers: a multiple of the number of availability zones."),
  volumeSize: z.int().min(1).max(16384).describe("EBS storage of each broker, in GiB. It can grow, never shrink."),
  clientBroker: z
    .enum(["TLS", "TLS_PLAINTEXT", "PLAINTEXT"])
    .describe("Encryption between clients and brokers. With TLS only, port 9094 answers and 9092 doesn't."),
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
      "Name of the MSK configuration. Changing it replaces the configuration, which AWS refuses while the cluster uses it.",
    ),
  serverProperties: z
    .record(z.string().regex(/^[a-z0-9.]+$/, "a broker property such as log.retention.hours"), z.string().min(1))
    .describe("Broker properties (server.properties). Only those that MSK allows."),
});
