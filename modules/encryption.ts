import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { ChildModule } from "../lib";

/** What a key is for. */
export type KeyPurpose = "database" | "brokers" | "buckets" | "secrets" | "logs" | "notifications";

export interface EncryptionProps {
  /** One key for each. */
  readonly purposes: readonly KeyPurpose[];
  /** Beginning of the aliases: `cdc-cluster` for `alias/cdc-cluster-database`. */
  readonly namePrefix: string;
  readonly region: string;
  /** Days in which a deleted key can be brought back: 7 to 30. */
  readonly deletionWindowInDays: number;
  /** Whether Terraform refuses to destroy a key. */
  readonly preventDestroy: boolean;
}

/** KMS keys, each for one purpose, rotated every year, and of use to nobody but the service that it is for. */
export class Encryption extends ChildModule {
  private readonly arns = new Map<KeyPurpose, string>();

  constructor(scope: Construct, id: string, props: EncryptionProps) {
    super(scope, id);
    const { accountId } = new DataAwsCallerIdentity(this, "current");
    const { partition } = new DataAwsPartition(this, "partition");
    const account = { accountId, partition, region: props.region };
    for (const purpose of props.purposes) {
      const name = `${props.namePrefix}-${purpose}`;
      const key = new KmsKey(this, purpose, {
        description: `${name}: ${PURPOSES[purpose].description}`,
        enableKeyRotation: true,
        deletionWindowInDays: props.deletionWindowInDays,
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [administration(account), ...PURPOSES[purpose].use(account)],
        }),
        tags: { Name: name },
        ...(props.preventDestroy ? { lifecycle: { preventDestroy: true } } : {}),
      });
      new KmsAlias(this, `${purpose}_alias`, { name: `alias/${name}`, targetKeyId: key.keyId });
      this.arns.set(purpose, key.arn);
    }
  }

  /** The ARN of the key for a purpose; `null` where there is none. */
  key(purpose: KeyPurpose): string | null {
    return this.arns.get(purpose) ?? null;
  }
}

interface Account {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
}

type Statement = Readonly<Record<string, unknown>>;

interface Purpose {
  readonly description: string;
  /** Who may use the key, and how. */
  readonly use: (account: Account) => Statement[];
}

const USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];

const PURPOSES: Readonly<Record<KeyPurpose, Purpose>> = {
  database: { description: "RDS storage, snapshots and Performance Insights", use: through("rds") },
  // MSK developer guide, "How MSK encrypts data at rest": whoever makes the cluster describes the key and grants MSK its use.
  brokers: { description: "Kafka brokers' storage", use: (account) => [grants(account)] },
  buckets: { description: "objects in S3", use: through("s3") },
  secrets: { description: "the secret in Secrets Manager", use: through("secretsmanager") },
  logs: {
    description: "log groups",
    // CloudWatch Logs User Guide, "Encrypt log data using KMS": the service's principal of the region, for this account's groups.
    use: ({ accountId, partition, region }) => [
      {
        Sid: "UseByCloudWatchLogs",
        Effect: "Allow",
        Principal: { Service: `logs.${region}.amazonaws.com` },
        Action: USE,
        Resource: "*",
        Condition: {
          ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${accountId}:log-group:*` },
        },
      },
    ],
  },
  notifications: {
    description: "notifications",
    // SNS developer guide, "Enable compatibility between event sources from AWS services and encrypted topics".
    use: ({ accountId }) => [
      {
        Sid: "UseByPublishers",
        Effect: "Allow",
        Principal: { Service: ["cloudwatch.amazonaws.com", "budgets.amazonaws.com", "costalerts.amazonaws.com"] },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    ],
  },
};

/** Without decryption: who administers the account can lose the data by deleting the key, but can't read it with it. */
function administration(account: Account): Statement {
  return {
    Sid: "Administration",
    Effect: "Allow",
    Principal: { AWS: root(account) },
    Action: [
      // Not Create*: with a grant the administrators could give themselves the use of the key.
      "kms:CreateAlias",
      "kms:Describe*",
      "kms:Enable*",
      "kms:List*",
      "kms:Put*",
      "kms:Update*",
      "kms:Revoke*",
      "kms:Disable*",
      "kms:Get*",
      "kms:Delete*",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:ScheduleKeyDeletion",
      "kms:CancelKeyDeletion",
      "kms:RotateKeyOnDemand",
    ],
    Resource: "*",
  };
}

/** This account's users and roles, as far as their own policies let them, and only through one service of this region. */
function through(service: string): Purpose["use"] {
  return (account) => [
    {
      Sid: "UseThroughTheService",
      Effect: "Allow",
      Principal: { AWS: root(account) },
      Action: USE,
      Resource: "*",
      Condition: {
        StringEquals: {
          "kms:CallerAccount": account.accountId,
          "kms:ViaService": `${service}.${account.region}.amazonaws.com`,
        },
      },
    },
    grants(account),
  ];
}

function grants(account: Account): Statement {
  return {
    Sid: "GrantsForServices",
    Effect: "Allow",
    Principal: { AWS: root(account) },
    Action: "kms:CreateGrant",
    Resource: "*",
    Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
  };
}

function root({ accountId, partition }: Account): string {
  return `arn:${partition}:iam::${accountId}:root`;
}
