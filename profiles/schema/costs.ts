import { z } from "zod";

export const costsSchema = z.strictObject({
  monthlyBudget: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .describe(
      "US dollars a month: AWS Budgets writes when 80 percent are spent, and when the month is going to end above it. " +
        "`npm run cost` tells a sensible amount. null: no budget. Free.",
    ),
  anomalyThreshold: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .describe(
      "US dollars by which the pipeline has to cost more than expected before Cost Anomaly Detection writes, once a day. null: no detection. Free.",
    ),
  emails: z
    .array(z.email("an address such as costs@example.com"))
    .max(10)
    .describe("Who gets both: at most ten addresses."),
});
