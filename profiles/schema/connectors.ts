import { z } from "zod";
import { DebeziumPostgresSourceProps, debeziumPostgresSourceNames } from "../../connectors/debezium-postgres-source";
import { S3SinkProps, s3SinkNames } from "../../connectors/s3-sink";
import { unwrapNames } from "../../connectors/source-transforms";
import { WorkerConfigurationProps, workerConfigurationNames } from "../../connectors/worker-configuration";
import { logRetention } from "./logs";

const strings = z.record(z.string(), z.string());
const converter = z.union([
  z.enum(["worker", "json", "json-with-schemas", "string", "bytes"]),
  z.strictObject({ class: z.string(), settings: strings.optional() }),
]);
const converters = { keyConverter: converter.optional(), valueConverter: converter.optional() };
const transforms = z
  .array(z.strictObject({ name: z.string(), type: z.string(), settings: strings.optional() }))
  .optional();

const scalar = z.union([z.string(), z.number(), z.boolean()]).optional();
const listOf = (shape: z.ZodRawShape): z.ZodType => z.array(z.strictObject(shape)).optional();

const sourceChanges = {
  columnMasks: listOf({
    columns: z.string(),
    maskWithChars: scalar,
    truncateToChars: scalar,
    maskHashV2: z.strictObject({ hashAlgorithm: z.string(), salt: z.string() }).optional(),
  }),
  rowFilters: listOf({ tables: z.string(), condition: z.string() }),
  unwrap: z.strictObject(Object.fromEntries(Object.keys(unwrapNames).map((name) => [name, scalar]))).optional(),
  renames: listOf({ tables: z.string().optional(), fields: strings }),
  routes: listOf({ tables: z.string(), topic: z.string(), condition: z.string().optional() }),
};

/**
 * The properties that connectors/*.ts documents. Here only their shape is checked, so that a misspelt one is found; their values
 * are checked together, by connectors/checks.ts.
 */
function properties(names: object, omitted: readonly string[], others: z.ZodRawShape): z.ZodType {
  const named = Object.keys(names).filter((name) => !omitted.includes(name));
  return z.strictObject({
    ...Object.fromEntries(named.map((name) => [name, scalar])),
    ...others,
    extra: strings.optional(),
  });
}

const workerSchema = properties(workerConfigurationNames, [], {
  keyConverter: converter,
  valueConverter: converter,
  producer: strings.optional(),
  consumer: strings.optional(),
  configProviders: z
    .array(z.strictObject({ name: z.string(), class: z.string(), params: strings.optional() }))
    .optional(),
}) as z.ZodType<WorkerConfigurationProps>;

/** Settings of MSK Connect itself, the same for both connectors. */
export const connectorSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[\w-]{1,128}$/, "1 to 128 letters, digits, _ and -")
    .describe(
      "Name of the connector. Changing it replaces the connector; a source connector then starts with a new snapshot.",
    ),
  kafkaConnectVersion: z
    .enum(["2.7.1", "3.7.x"])
    .describe("Kafka Connect version: the two that MSK Connect offers. Changing it replaces the connector."),
  capacity: z
    .discriminatedUnion("mode", [
      z.strictObject({
        mode: z.literal("autoscaling"),
        mcuCount: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]),
        minWorkerCount: z.int().min(1).max(10),
        maxWorkerCount: z.int().min(1).max(10),
        scaleInCpuUtilization: z.int().min(1).max(99),
        scaleOutCpuUtilization: z.int().min(1).max(99),
      }),
      z.strictObject({
        mode: z.literal("provisioned"),
        mcuCount: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]),
        workerCount: z.int().min(1).max(10),
      }),
    ])
    .describe(
      "Workers. An MCU is 1 vCPU and 4 GiB. Change it in another apply than the configuration: MSK Connect takes one at a time.",
    ),
  logRetentionInDays: logRetention
    .nullable()
    .describe("Days for which CloudWatch keeps the workers' log in /aws/mskconnect/<name>. null: no log is delivered."),
  worker: workerSchema
    .nullable()
    .describe(
      "Properties of an MSK Connect worker configuration. null: the service's own, with StringConverter. " +
        "Pin offset.storage.topic for a source: without it a replaced connector begins with a new snapshot.",
    ),
});

/** What the pipeline itself fills in: hosts, credentials, and the names of its other parts. */
const sourceFromPipeline = [
  "databaseHostname",
  "databasePort",
  "databaseUser",
  "databasePassword",
  "databaseDbname",
] as const;
const sinkFromPipeline = ["s3BucketName", "s3Region", "topics", "formatClass", "storageClass"] as const;

/** The pipeline names its slot and publication itself: it creates both before Debezium starts. */
type SourceSettings = Omit<DebeziumPostgresSourceProps, (typeof sourceFromPipeline)[number]> &
  Required<Pick<DebeziumPostgresSourceProps, "slotName" | "publicationName">>;

/** Debezium's properties (connectors/debezium-postgres-source.ts). */
export const sourceSchema = properties(debeziumPostgresSourceNames, sourceFromPipeline, {
  ...converters,
  ...sourceChanges,
  transforms,
}).describe("Properties of the Debezium connector.") as z.ZodType<SourceSettings>;

/** The S3 sink's properties (connectors/s3-sink.ts). */
export const sinkSchema = properties(s3SinkNames, sinkFromPipeline, { ...converters, transforms }).describe(
  "Properties of the S3 sink connector.",
) as z.ZodType<Omit<S3SinkProps, (typeof sinkFromPipeline)[number]>>;
