import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketCorsConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-cors-configuration";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
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
  /** A policy that refuses requests without TLS. */
  readonly requireTls: boolean;
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
    if (props.requireTls) {
      new S3BucketPolicy(this, "bucket_policy", { bucket: bucket.id, policy: tlsOnlyPolicy(bucket.arn) });
    }
    if (props.transitionToGlacierAfterDays !== null) {
      new S3BucketLifecycleConfiguration(this, "lifecycle", {
        bucket: bucket.id,
        rule: [
          {
            id: "transition-to-glacier",
            status: "Enabled",
            filter: [{ prefix: "" }],
            transition: [{ days: props.transitionToGlacierAfterDays, storageClass: "GLACIER" }],
          },
        ],
      });
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

function tlsOnlyPolicy(bucketArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DenyRequestsWithoutTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
