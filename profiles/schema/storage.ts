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
  expireAfterDays: z.int().min(1).nullable().describe("Days after which objects are deleted. null keeps them."),
  expireOldVersionsAfterDays: z
    .int()
    .min(1)
    .nullable()
    .describe("Days after which replaced and deleted versions of objects are deleted for good. null keeps them."),
  abortUnfinishedUploadsAfterDays: z
    .int()
    .min(1)
    .nullable()
    .describe(
      "Days after which parts of uploads that were never finished are deleted. null keeps them, unseen and paid for.",
    ),
  bucketOwnerEnforced: z.boolean().describe("Whether objects belong to the bucket's owner and ACLs count for nothing."),
  requireTls: z.boolean().describe("A bucket policy that refuses requests without TLS."),
  requireEncryption: z
    .boolean()
    .describe(
      "A bucket policy that refuses uploads which ask for another encryption than the bucket's own key. Uploads that ask for " +
        "nothing, as the sink's, get the bucket's. Needs buckets among encryption.customerManagedKeys.",
    ),
});

export const bucketsSchema = z.strictObject({
  destination: bucketSchema.describe("Where the sink writes."),
  plugins: bucketSchema.describe("Where MSK Connect reads the plugin archives."),
  accessLogs: z
    .strictObject({
      namePrefix: bucketPrefix.describe("Beginning of the bucket's name; a random part follows."),
      expireAfterDays: z.int().min(1).describe("Days after which the logs are deleted."),
    })
    .nullable()
    .describe("A third bucket that gets both buckets' access logs. null: none are written."),
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
  nameByContent: z
    .boolean()
    .describe(
      "Whether a plugin's name ends with its archive's hash, and a new one is made before the old one goes. Without it a plugin " +
        "keeps the archive that it was made of. Needs detectChanges. A changed archive replaces the connector.",
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
