import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketCorsConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-cors-configuration";
import {
  S3BucketLifecycleConfiguration,
  S3BucketLifecycleConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { Fn, TerraformCount, Token } from "cdktf";
import { Construct } from "constructs";
import { ChildModule } from "../lib";

export interface BucketObject {
  readonly key: string;
  /** Path of the file, as Terraform sees it from the stack's folder. */
  readonly source: string;
  /** Hash of the file, by which a change is noticed; `null`: it is uploaded once. */
  readonly sourceHash: string | null;
}

export interface BucketProps {
  /** Changing it replaces the bucket. */
  readonly bucketName: string;
  /** Whether destroying the bucket deletes the objects in it. */
  readonly forceDestroy: boolean;
  /** All four public access blocks. */
  readonly blockPublicAccess: boolean;
  /** Days after which objects move to Glacier; `null`: never. */
  readonly transitionToGlacierAfterDays: number | null;
  /** Days after which objects are deleted; `null`: never. */
  readonly expireAfterDays: number | null;
  /** Days after which replaced and deleted versions go; `null`: never. */
  readonly expireOldVersionsAfterDays: number | null;
  /** Days after which parts of unfinished uploads go; `null`: never. */
  readonly abortUnfinishedUploadsAfterDays: number | null;
  /** Whether ACLs count for nothing. */
  readonly bucketOwnerEnforced: boolean;
  /** A policy that refuses requests without TLS. */
  readonly requireTls: boolean;
  /** A policy that refuses uploads which ask for another encryption than the bucket's. Needs a key. */
  readonly requireEncryption: boolean;
  /** KMS key that objects are encrypted with; `null`: S3's own. */
  readonly kmsKeyArn: string | null;
  /** Bucket that gets the access logs, and the beginning of their names; `null`: none are written. */
  readonly accessLogs: { readonly bucketName: string; readonly prefix: string } | null;
  /** Whether Terraform refuses to destroy the bucket. */
  readonly preventDestroy: boolean;
  /**
   * Files to upload, in this order: their addresses are object[0], object[1], …
   * @default - none
   */
  readonly objects?: readonly BucketObject[];
}

/** A versioned S3 bucket. */
export class Bucket extends ChildModule {
  /** The bucket's name. */
  readonly bucketName: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id);
    const bucket = new S3Bucket(this, "bucket", {
      bucket: props.bucketName,
      forceDestroy: props.forceDestroy,
      tags: { Name: props.bucketName },
      ...(props.preventDestroy ? { lifecycle: { preventDestroy: true } } : {}),
    });
    new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketCorsConfiguration(this, "cors", {
      bucket: bucket.id,
      corsRule: ["GET", "PUT"].map((method) => ({
        allowedHeaders: ["*"],
        allowedMethods: [method],
        allowedOrigins: ["*"],
        maxAgeSeconds: 3000,
      })),
    });
    new S3BucketNotification(this, "bucket_notification", { bucket: bucket.id });
    if (props.blockPublicAccess) {
      new S3BucketPublicAccessBlock(this, "public_access_block", {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
    }
    const statements = policyStatements(bucket.arn, props);
    if (statements.length > 0) {
      const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
      new S3BucketPolicy(this, "bucket_policy", { bucket: bucket.id, policy });
    }
    const rule = lifecycleRules(props);
    if (rule.length > 0) new S3BucketLifecycleConfiguration(this, "lifecycle", { bucket: bucket.id, rule });
    if (props.bucketOwnerEnforced) {
      const objectOwnership = "BucketOwnerEnforced";
      new S3BucketOwnershipControls(this, "ownership", { bucket: bucket.id, rule: { objectOwnership } });
    }
    if (props.kmsKeyArn !== null) {
      const byDefault = { sseAlgorithm: "aws:kms", kmsMasterKeyId: props.kmsKeyArn };
      new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
        bucket: bucket.id,
        // The bucket key makes one request to KMS stand for many objects.
        rule: [{ applyServerSideEncryptionByDefault: byDefault, bucketKeyEnabled: true }],
      });
    }
    if (props.accessLogs !== null) {
      const { bucketName: targetBucket, prefix: targetPrefix } = props.accessLogs;
      new S3BucketLoggingA(this, "access_logging", { bucket: bucket.id, targetBucket, targetPrefix });
    }
    if (props.objects?.length) uploadObjects(this, bucket, props.objects);
    this.bucketName = bucket.id;
    this.arn = bucket.arn;
  }
}

function uploadObjects(scope: Construct, bucket: S3Bucket, objects: readonly BucketObject[]): void {
  const count = TerraformCount.of(objects.length);
  const column = (values: string[]): string => Token.asString(Fn.element(values, count.index));
  new S3Object(scope, "object", {
    count,
    bucket: bucket.id,
    key: column(objects.map(({ key }) => key)),
    source: column(objects.map(({ source }) => source)),
    // The provider takes an empty hash for none.
    ...(objects.some(({ sourceHash }) => sourceHash)
      ? { sourceHash: column(objects.map(({ sourceHash }) => sourceHash ?? "")) }
      : {}),
  });
}

function lifecycleRules(props: BucketProps): S3BucketLifecycleConfigurationRule[] {
  const rule = (
    id: string,
    days: number | null,
    action: (days: number) => object,
  ): S3BucketLifecycleConfigurationRule[] =>
    days === null ? [] : [{ id, status: "Enabled", filter: [{ prefix: "" }], ...action(days) }];
  return [
    ...rule("transition-to-glacier", props.transitionToGlacierAfterDays, (days) => ({
      transition: [{ days, storageClass: "GLACIER" }],
    })),
    ...rule("expire", props.expireAfterDays, (days) => ({ expiration: [{ days }] })),
    ...rule("expire-old-versions", props.expireOldVersionsAfterDays, (noncurrentDays) => ({
      noncurrentVersionExpiration: [{ noncurrentDays }],
    })),
    ...rule("abort-unfinished-uploads", props.abortUnfinishedUploadsAfterDays, (daysAfterInitiation) => ({
      abortIncompleteMultipartUpload: [{ daysAfterInitiation }],
    })),
  ];
}

function policyStatements(bucketArn: string, { requireTls, requireEncryption, kmsKeyArn }: BucketProps): object[] {
  const deny = (sid: string, action: string, resources: string | string[], condition: object): object => ({
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resources,
    Condition: condition,
  });
  const asks = "s3:x-amz-server-side-encryption";
  // An upload that asks for nothing, as the sink's and Terraform's, gets the bucket's key. "Not equal" alone would refuse it:
  // a condition with Not holds for a header that isn't there.
  const another = (header: string, value: string): object => ({
    Null: { [header]: "false" },
    StringNotEquals: { [header]: value },
  });
  const objects = `${bucketArn}/*`;
  return [
    ...(requireTls
      ? [
          deny("DenyRequestsWithoutTls", "s3:*", [bucketArn, objects], {
            Bool: { "aws:SecureTransport": "false" },
          }),
        ]
      : []),
    ...(requireEncryption && kmsKeyArn !== null
      ? [
          deny("DenyOtherEncryption", "s3:PutObject", objects, another(asks, "aws:kms")),
          deny("DenyOtherKeys", "s3:PutObject", objects, another(`${asks}-aws-kms-key-id`, kmsKeyArn)),
        ]
      : []),
  ];
}
