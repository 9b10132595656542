import { z } from "zod";

/** What the pipeline may have a key of its own for. */
export const keyPurposes = ["database", "brokers", "buckets", "secrets", "logs", "notifications"] as const;

export const encryptionSchema = z.strictObject({
  customerManagedKeys: z
    .array(z.enum(keyPurposes))
    .describe(
      "What is encrypted with KMS keys of this pipeline, one for each, rotated every year and usable only through the service that " +
        "it is for; the rest with AWS's keys. database (with Performance Insights) and brokers replace what exists: data loss. " +
        "1 dollar a month each.",
    ),
  deletionWindowInDays: z
    .int()
    .min(7)
    .max(30)
    .describe("Days in which a deleted key can be brought back. What it encrypted is lost with it."),
});

export const protectionSchema = z.strictObject({
  preventDestroy: z
    .boolean()
    .describe(
      "Whether Terraform refuses every plan that destroys or replaces database, cluster, buckets, secret or keys (prevent_destroy).",
    ),
});

export const accountServicesSchema = z.strictObject({
  cloudTrail: z
    .boolean()
    .describe(
      "A trail for all regions, with the destination bucket's object events. An account's first trail is free.",
    ),
  awsConfig: z
    .enum(["none", "rules", "recorder_and_rules"])
    .describe(
      "AWS Config rules for what this pipeline is made of. They need the region's one recorder: rules takes an existing one, " +
        "recorder_and_rules makes it.",
    ),
  guardDuty: z
    .boolean()
    .describe("GuardDuty. There is one detector for a region and account: leave it false where somebody has it on."),
  securityHub: z
    .boolean()
    .describe(
      "Security Hub with AWS's foundational standard. Once for a region and account, as GuardDuty; needs AWS Config.",
    ),
});
