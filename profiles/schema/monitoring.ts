import { z } from "zod";
import {
  type AlarmDefinition,
  alarmDefinitions,
  type AlarmName,
  alarmNames,
  type Thresholds,
} from "../../monitoring/alarm-definitions";
import { metrics } from "../../monitoring/metrics";
import { kmsKeyArn } from "./database";

/** A value that the metric can have on both sides of the threshold: beyond others an alarm fires always, or never. */
function threshold({ metric, fires }: AlarmDefinition): z.ZodNullable<z.ZodNumber> {
  const value = z.number().min(fires === "above" ? 0 : 1);
  return (metrics[metric].unit === "Percent" ? value.max(fires === "above" ? 99 : 100) : value).nullable();
}

function alarm(name: AlarmName): z.ZodType<Thresholds | null> {
  const definition: AlarmDefinition = alarmDefinitions[name];
  const { name: metricName, unit } = metrics[definition.metric];
  const value = threshold(definition);
  return z
    .strictObject({ warning: value, critical: value })
    .nullable()
    .describe(
      `${definition.description} Fires ${definition.fires} the value: ${metricName ?? "errors in the log"} ` +
        `(${unit}, ${definition.statistic}).`,
    );
}

const alarms = Object.fromEntries(alarmNames.map((name) => [name, alarm(name)])) as Record<
  AlarmName,
  z.ZodType<Thresholds | null>
>;

export const monitoringSchema = z.strictObject({
  enabled: z.boolean().describe("Whether there are alarms, a topic that they write to, and a dashboard."),
  emails: z
    .array(z.email("an address such as ops@example.com"))
    .refine((emails) => new Set(emails.map((address) => address.toLowerCase())).size === emails.length, {
      message: "each address once",
    })
    .describe("Who gets the alarms by mail. Each has to confirm a mail of AWS first."),
  kmsMasterKeyId: kmsKeyArn
    .nullable()
    .describe(
      "KMS key of the topic; null: it isn't encrypted. Its policy has to let cloudwatch.amazonaws.com decrypt and generate data keys.",
    ),
  runbookUrl: z
    .string()
    .regex(/^[^\s#]+$/, "an address or a path without # and blanks")
    .describe("Where the README is: each alarm points to a section of its chapter Troubleshooting."),
  dashboard: z.boolean().describe("A CloudWatch dashboard: the pipeline on one page, from the database to the bucket."),
  pipelineStalled: z
    .boolean()
    .describe("An alarm made of two: Debezium reads rows from the database, and the sink hands none on to S3."),
  alarms: z.strictObject(alarms),
});
