import { z } from "zod";

/** 63 characters are allowed, and a hyphen and 16 random digits are added. */
const bucketPrefix = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,45}$/, "2 to 46 of a-z, 0-9, . and -, beginning with a letter or digit");

const bucketSchema = z.strictObject({
  namePrefix: bucketPrefix.describe(
    "Beginning of the bucket's name; a random part follows. Changing it replaces the bucket.",
  ),
  forceDestroy: z
    .boolean()
    .describe("Whether destroying the bucket deletes the objects in it. false makes AWS refuse while it holds any."),
  blockPublicAccess: z.boolean().describe("All four public access blocks."),
  transitionToGlacierAfterDays: z
    .int()
    .min(1)
    .nullable()
    .describe("Days after which objects move to Glacier Flexible Retrieval. null keeps them where they are."),
  requireTls: z.boolean().describe("A bucket policy that refuses requests without TLS."),
});

export const bucketsSchema = z.strictObject({
  destination: bucketSchema.describe("Where the sink writes."),
  plugins: bucketSchema.describe("Where MSK Connect reads the plugin archives."),
});

const pluginSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[\w-]{1,128}$/, "1 to 128 letters, digits, _ and -")
    .describe("Name of the custom plugin. Changing it replaces the plugin and its connector."),
  fileKey: z
    .string()
    .regex(/^[\w.-]+\.zip$/, "the name of a ZIP file")
    .describe("Name of the archive, in connectors/ and in the plugins bucket."),
});

export const pluginsSchema = z.strictObject({
  debezium: pluginSchema,
  s3Sink: pluginSchema,
  detectChanges: z
    .boolean()
    .describe(
      "Whether a changed archive is uploaded again, by the sha256 that `npm run plugins` records. false uploads each name once.",
    ),
});

export const iamSchema = z.strictObject({
  policies: z
    .enum(["as_deployed", "least_privilege"])
    .describe(
      "The connectors' roles: the broad policies that run today, or the least that MSK Connect and the sink need, on exact resources.",
    ),
});

export const tagsSchema = z
  .record(z.string().min(1).max(128), z.string().max(256))
  .describe("Tags on everything that can be tagged (the provider's default_tags).");
