import { z } from "zod";
import { logRetention } from "./logs";

/** The ARN of a KMS key. */
export const kmsKeyArn = z
  .string()
  .regex(
    /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/,
    "the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>",
  );

const dailyWindow = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, "hh:mm-hh:mm in UTC, for example 03:30-06:00");
const weeklyWindow = z
  .string()
  .regex(
    /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d-(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d$/,
    "ddd:hh:mm-ddd:hh:mm in UTC, for example Mon:00:00-Mon:03:00",
  );
const resourceName = z
  .string()
  .regex(
    /^[a-z](?!.*--)[a-z0-9-]{0,62}(?<!-)$/,
    "1 to 63 of a-z, 0-9 and -, beginning with a letter, not ending with - and without --",
  );

export const databaseSchema = z.strictObject({
  identifier: resourceName
    .nullable()
    .describe(
      "DB instance identifier, which the AWS CLI and the metrics' dimensions use. null leaves the naming to the AWS provider. " +
        "Changing it renames the instance in place: its endpoint changes.",
    ),
  databaseName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, "1 to 63 letters, digits and _, beginning with a letter")
    .describe("Name of the database that is captured. Changing it replaces the instance."),
  engineVersion: z
    .string()
    .regex(/^(1[3-9]|[2-9]\d)(\.\d+)?$/, "a PostgreSQL version from 13 on: 17, or with its minor version 17.7")
    .describe("PostgreSQL version. A major version alone lets RDS choose and keep up with the minor version."),
  instanceClass: z
    .string()
    .regex(/^db\.[a-z0-9-]+\.[a-z0-9-]+$/, "a DB instance class such as db.t4g.large")
    .describe("DB instance class."),
  allocatedStorage: z.int().min(20).max(65536).describe("Storage at the start, in GiB. It can grow, never shrink."),
  maxAllocatedStorage: z
    .int()
    .min(0)
    .max(65536)
    .describe("How far storage autoscaling may go, in GiB. 0 turns it off."),
  storageType: z
    .enum(["gp2", "gp3", "io1", "io2"])
    .nullable()
    .describe("EBS volume type. null leaves it to the AWS provider, which takes gp2."),
  storageEncrypted: z
    .boolean()
    .nullable()
    .describe("Encryption at rest. Turning it on for an existing instance replaces it: data loss."),
  kmsKeyId: kmsKeyArn
    .nullable()
    .describe("KMS key for encryption at rest; null takes AWS's own. Changing it replaces the instance: data loss."),
  multiAz: z.boolean().describe("A standby in another availability zone. Replication slots survive a failover to it."),
  publiclyAccessible: z.boolean().describe("Whether the endpoint resolves to a public address outside the VPC."),
  backupRetentionPeriod: z.int().min(0).max(35).describe("Days of automated backups. 0 turns them off."),
  backupWindow: dailyWindow.describe("Daily backup window, UTC. May not overlap the maintenance window."),
  maintenanceWindow: weeklyWindow.describe("Weekly maintenance window, UTC."),
  performanceInsightsRetentionPeriod: z
    .int()
    .refine((days) => days === 0 || days === 7 || days === 731 || (days % 31 === 0 && days >= 31 && days <= 713), {
      error: "0 (off), 7 (free), 731, or a multiple of 31 up to 713",
    })
    .describe("Days of Performance Insights. 0 turns it off."),
  monitoringInterval: z
    .union([0, 1, 5, 10, 15, 30, 60].map((seconds) => z.literal(seconds)))
    .describe("Seconds between the operating system's metrics (Enhanced Monitoring). 0 turns it off."),
  logExports: z
    .array(z.enum(["postgresql", "upgrade"]))
    .describe(
      "Which of the server's logs go to CloudWatch, in /aws/rds/instance/<identifier>/<log>. Needs an identifier.",
    ),
  logRetentionInDays: logRetention.describe("Days for which CloudWatch keeps those logs."),
  caCertIdentifier: z
    .enum(["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"])
    .nullable()
    .describe("Authority that signs the server's certificate for TLS. null leaves it to AWS."),
  iamDatabaseAuthentication: z
    .boolean()
    .describe("Whether people may log in with a token of IAM instead of a password. Debezium can't."),
  autoMinorVersionUpgrade: z
    .boolean()
    .nullable()
    .describe("Whether RDS installs minor versions in the maintenance window. null leaves it to AWS, which does."),
  copyTagsToSnapshot: z.boolean().describe("Whether snapshots get the instance's tags."),
  snapshotIdentifier: resourceName
    .nullable()
    .describe(
      "Snapshot that a new instance is made from, as when moving to an encrypted one. Keep it afterwards: changing it replaces the instance.",
    ),
  deletionProtection: z.boolean().describe("Whether AWS refuses to delete the instance."),
  finalSnapshotIdentifier: resourceName
    .nullable()
    .describe("Snapshot that is taken before the instance is deleted. null deletes it without one."),
  subnetGroupName: z.string().min(1).max(255).describe("Name of the DB subnet group."),
  parameterGroupName: z.string().min(1).max(255).describe("Name of the DB parameter group."),
  parameters: z
    .record(
      z.string(),
      z.strictObject({
        value: z.string(),
        applyMethod: z.enum(["immediate", "pending-reboot"]).nullable(),
      }),
    )
    .describe(
      "PostgreSQL parameters. Static ones need applyMethod pending-reboot; null leaves it to the provider, which takes immediate.",
    ),
});

export const publicationSchema = z.strictObject({
  createdBy: z
    .enum(["psql", "debezium"])
    .describe(
      "Who creates the publication and the replication slot: psql on the machine that runs Terraform, or Debezium when it starts. " +
        "Use debezium where Terraform can't reach the database or has no psql, as in Terraform Cloud's remote runs.",
    ),
  databaseTimeoutSeconds: z
    .int()
    .min(10)
    .max(3600)
    .describe("How long psql waits for the database to accept connections."),
  heartbeatTable: z
    .string()
    .regex(/^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$/, "a table with its schema, in lower case: public.cdc_heartbeat")
    .nullable()
    .describe(
      "Table (id, ts) that psql creates for source.heartbeatActionQuery, so that a quiet database moves the slot on. null: none.",
    ),
});

const roleName = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, "1 to 63 of a-z, 0-9 and _, not beginning with a digit");

export const credentialsSchema = z.strictObject({
  vaultPath: z
    .string()
    .min(1)
    .describe(
      "Path of the Vault secret with the master user's keys username and password; writeOnly needs the password only.",
    ),
  writeOnly: z
    .strictObject({
      masterUsername: roleName.describe("The master user. Changing it replaces the instance."),
      connectorUsername: roleName.describe(
        "The role that Debezium logs in as, which psql creates: replication and SELECT.",
      ),
      connectorVaultPath: z.string().min(1).describe("Path of the Vault secret with that role's key password."),
    })
    .nullable()
    .describe(
      "Keeps passwords out of the state, the plan and the connector's configuration: Terraform reads them from Vault without " +
        "storing them, the database and Secrets Manager get them as write-only arguments, Debezium has a role of its own and reads " +
        "its password from Secrets Manager. After a change in Vault raise the variable credentials_version. Needs Terraform 1.11 " +
        "and an archive with the config provider. null: the master's password stands in the state and in the configuration.",
    ),
  secretName: z
    .string()
    .regex(/^[\w/+=.@-]{1,512}$/, "1 to 512 of letters, digits and /_+=.@-")
    .describe("Name of the Secrets Manager secret that gets a copy."),
  recoveryWindowInDays: z
    .int()
    .refine((days) => days === 0 || (days >= 7 && days <= 30), { error: "0, or 7 to 30" })
    .describe(
      "Days in which a deleted secret can be restored, and its name can't be used again. 0 deletes it at once.",
    ),
});
