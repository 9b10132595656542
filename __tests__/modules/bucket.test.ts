import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketCorsConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-cors-configuration";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { Testing } from "cdktf";
import { RootModule } from "../../lib";
import { Bucket, BucketProps } from "../../modules/bucket";
import { moduleJson, synthesized } from "../../testing";
import { newRoot } from "../lib/roots";
import { TerraformCore } from "../lib/terraform-core";

const BUCKET = { bucket: "${aws_s3_bucket.bucket.id}" };

function bucket(props: Partial<BucketProps> = {}): RootModule {
  const root = newRoot();
  new Bucket(root, "store", {
    bucketName: "cdc-events",
    forceDestroy: false,
    blockPublicAccess: false,
    requireTls: false,
    requireEncryption: false,
    bucketOwnerEnforced: false,
    expireAfterDays: null,
    expireOldVersionsAfterDays: null,
    abortUnfinishedUploadsAfterDays: null,
    kmsKeyArn: null,
    accessLogs: null,
    preventDestroy: false,
    transitionToGlacierAfterDays: null,
    ...props,
  });
  return root;
}

function json(props: Partial<BucketProps> = {}): string {
  return moduleJson(bucket(props), "store");
}

test("objects move to Glacier only where that was asked for", () => {
  expect(json()).not.toHaveResource(S3BucketLifecycleConfiguration);
  expect(json({ transitionToGlacierAfterDays: 90 })).toHaveResourceWithProperties(S3BucketLifecycleConfiguration, {
    ...BUCKET,
    rule: [
      {
        id: "transition-to-glacier",
        status: "Enabled",
        filter: [{ prefix: "" }],
        transition: [{ days: 90, storage_class: "GLACIER" }],
      },
    ],
  });
});

test("objects, old versions and unfinished uploads go when their days are over, in rules of their own", () => {
  const days = { expireAfterDays: 30, expireOldVersionsAfterDays: 7, abortUnfinishedUploadsAfterDays: 1 };
  const rule = (id: string): object => ({ id, status: "Enabled", filter: [{ prefix: "" }] });
  expect(json(days)).toHaveResourceWithProperties(S3BucketLifecycleConfiguration, {
    rule: [
      { ...rule("expire"), expiration: [{ days: 30 }] },
      { ...rule("expire-old-versions"), noncurrent_version_expiration: [{ noncurrent_days: 7 }] },
      { ...rule("abort-unfinished-uploads"), abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }] },
    ],
  });
});

test("fails if a bucket with a key doesn't encrypt with it, or asks KMS for each object", () => {
  expect(bucket({ kmsKeyArn: "arn:key" })).toHaveTerraformResource(
    "module.store.aws_s3_bucket_server_side_encryption_configuration.encryption",
    {
      rule: [
        {
          apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: "arn:key" },
          bucket_key_enabled: true,
        },
      ],
    },
  );
});

test("fails if one of its protections is there without being asked for", () => {
  for (const type of ["server_side_encryption", "ownership_controls", "bucket_logging", "prevent_destroy"]) {
    expect(json()).not.toContain(type);
  }
});

describe("every bucket", () => {
  test("has its name and keeps versions", () => {
    expect(json()).toHaveResourceWithProperties(S3Bucket, {
      bucket: "cdc-events",
      force_destroy: false,
      tags: { Name: "cdc-events" },
    });
    expect(json()).toHaveResourceWithProperties(S3BucketVersioningA, {
      ...BUCKET,
      versioning_configuration: { status: "Enabled" },
    });
    expect(json()).toHaveResourceWithProperties(S3BucketNotification, BUCKET);
  });

  test("has the CORS rules that it has today", () => {
    const rule = (method: string): object => ({
      allowed_headers: ["*"],
      allowed_methods: [method],
      allowed_origins: ["*"],
      max_age_seconds: 3000,
    });
    expect(json()).toHaveResourceWithProperties(S3BucketCorsConfiguration, {
      ...BUCKET,
      cors_rule: [rule("GET"), rule("PUT")],
    });
  });

  test("is deleted with its objects only where that was asked for", () => {
    expect(json({ forceDestroy: true })).toHaveResourceWithProperties(S3Bucket, { force_destroy: true });
  });
});

describe("what can be turned on", () => {
  test("fails if any of it is there without being asked for", () => {
    expect(bucket()).toHaveAddresses([
      "module.store.aws_s3_bucket.bucket",
      "module.store.aws_s3_bucket_cors_configuration.cors",
      "module.store.aws_s3_bucket_notification.bucket_notification",
      "module.store.aws_s3_bucket_versioning.versioning",
    ]);
  });

  test("public access is blocked in all four ways", () => {
    expect(json({ blockPublicAccess: true })).toHaveResourceWithProperties(S3BucketPublicAccessBlock, {
      ...BUCKET,
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });

  test("requests without TLS are refused, for the bucket and everything in it", () => {
    const { resource } = synthesized(bucket({ requireTls: true })).modules.get("module.store") as {
      resource: { aws_s3_bucket_policy: { bucket_policy: { policy: string } } };
    };
    expect(json({ requireTls: true })).toHaveResourceWithProperties(S3BucketPolicy, BUCKET);
    expect(JSON.parse(resource.aws_s3_bucket_policy.bucket_policy.policy)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "DenyRequestsWithoutTls",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: ["${aws_s3_bucket.bucket.arn}", "${aws_s3_bucket.bucket.arn}/*"],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });
});

describe("uploaded files", () => {
  const objects = [
    { key: "debezium.zip", source: "../connectors/debezium.zip", sourceHash: "abc" },
    { key: "s3-sink.zip", source: "../connectors/s3-sink.zip", sourceHash: null },
  ];
  let core: TerraformCore;

  beforeAll(async () => {
    core = await TerraformCore.start();
  });
  afterAll(() => core.stop());

  test("have the addresses object[0], object[1], …, in their order", () => {
    const outdir = Testing.fullSynth(bucket({ objects }));
    const planned = core.planned(outdir);
    expect(planned.get("module.store.aws_s3_object.object[0]")).toMatchObject({
      key: "debezium.zip",
      source: "../connectors/debezium.zip",
      source_hash: "abc",
    });
    expect(planned.get("module.store.aws_s3_object.object[1]")).toMatchObject({
      key: "s3-sink.zip",
      source: "../connectors/s3-sink.zip",
      source_hash: "",
    });
    expect(planned.has("module.store.aws_s3_object.object[2]")).toBe(false);
  });

  test("have no hash where none is known", () => {
    const root = bucket({ objects: objects.map((object) => ({ ...object, sourceHash: null })) });
    expect(root).toHaveTerraformResource("module.store.aws_s3_object.object", { count: 2, source_hash: undefined });
  });

  test("fails if an empty list makes a resource with count 0", () => {
    expect(json({ objects: [] })).not.toHaveResource(S3Object);
  });
});
