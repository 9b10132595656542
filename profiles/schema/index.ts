import { z } from "zod";
import { clusterSchema } from "./cluster";
import { connectorSchema, sinkSchema, sourceSchema } from "./connectors";
import { costsSchema } from "./costs";
import { credentialsSchema, databaseSchema, publicationSchema } from "./database";
import { monitoringSchema } from "./monitoring";
import { networkSchema } from "./network";
import { accountServicesSchema, encryptionSchema, protectionSchema } from "./protection";
import { bucketsSchema, iamSchema, pluginsSchema, tagsSchema } from "./storage";
import { tuningSchema } from "./tuning";

/** Every knob of the pipeline that is known when it is synthesized. What differs by environment is a Terraform variable. */
export const settingsSchema = z.strictObject({
  network: networkSchema,
  credentials: credentialsSchema,
  database: databaseSchema,
  publication: publicationSchema,
  cluster: clusterSchema,
  buckets: bucketsSchema,
  plugins: pluginsSchema,
  sourceConnector: connectorSchema,
  source: sourceSchema,
  sinkConnector: connectorSchema,
  sink: sinkSchema,
  iam: iamSchema,
  tuning: tuningSchema,
  encryption: encryptionSchema,
  protection: protectionSchema,
  accountServices: accountServicesSchema,
  costs: costsSchema,
  monitoring: monitoringSchema,
  tags: tagsSchema,
});

/** The settings of a pipeline, complete and valid. */
export type PipelineSettings = z.infer<typeof settingsSchema>;
