import { Cloudtrail } from "@cdktf/provider-aws/lib/cloudtrail";
import { ConfigConfigRule } from "@cdktf/provider-aws/lib/config-config-rule";
import { ConfigConfigurationRecorder } from "@cdktf/provider-aws/lib/config-configuration-recorder";
import { ConfigConfigurationRecorderStatus } from "@cdktf/provider-aws/lib/config-configuration-recorder-status";
import { ConfigDeliveryChannel } from "@cdktf/provider-aws/lib/config-delivery-channel";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { GuarddutyDetector } from "@cdktf/provider-aws/lib/guardduty-detector";
import { IamServiceLinkedRole } from "@cdktf/provider-aws/lib/iam-service-linked-role";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { SecurityhubAccount } from "@cdktf/provider-aws/lib/securityhub-account";
import { SecurityhubStandardsSubscription } from "@cdktf/provider-aws/lib/securityhub-standards-subscription";
import { Construct } from "constructs";
import { ChildModule } from "../lib";

export interface AccountServicesProps {
  /** Beginning of the names. */
  readonly namePrefix: string;
  /** Name of the bucket for what CloudTrail and AWS Config write; its name is there once in the world. */
  readonly bucketName: string;
  readonly region: string;
  /** A trail for all regions. */
  readonly cloudTrail: boolean;
  /** AWS Config: nothing, rules for the recorder that is there, or both. A region has one recorder. */
  readonly awsConfig: "none" | "rules" | "recorder_and_rules";
  /** A region has one detector. */
  readonly guardDuty: boolean;
  /** A region has one subscription. */
  readonly securityHub: boolean;
  /** The bucket whose objects' events the trail keeps. */
  readonly watchedBucketArn: string;
}

/** AWS Config's own rules for what the pipeline is made of ("List of AWS Config Managed Rules"). */
const RULES: Readonly<Record<string, string>> = {
  database_encrypted: "RDS_STORAGE_ENCRYPTED",
  database_not_public: "RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
  database_protected: "RDS_INSTANCE_DELETION_PROTECTION_ENABLED",
  brokers_encrypt: "MSK_IN_CLUSTER_NODE_REQUIRE_TLS",
  bucket_tls_only: "S3_BUCKET_SSL_REQUESTS_ONLY",
  bucket_not_public: "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
  flow_logs: "VPC_FLOW_LOGS_ENABLED",
  default_group_closed: "VPC_DEFAULT_SECURITY_GROUP_CLOSED",
};

/**
 * Services of the account, not of this pipeline: whoever turns one on here owns it for everybody in the account, and a destroy
 * turns it off for everybody. Where one is on already, AWS refuses a second one.
 */
export class AccountServices extends ChildModule {
  constructor(scope: Construct, id: string, props: AccountServicesProps) {
    super(scope, id);
    const { accountId } = new DataAwsCallerIdentity(this, "current");
    const { partition } = new DataAwsPartition(this, "partition");
    const trailArn = `arn:${partition}:cloudtrail:${props.region}:${accountId}:trail/${props.namePrefix}`;
    const recorded = props.awsConfig === "recorder_and_rules";
    const log = props.cloudTrail || recorded ? logBucket(this, props.bucketName, accountId, trailArn) : undefined;
    if (props.cloudTrail && log) {
      new Cloudtrail(this, "trail", {
        name: props.namePrefix,
        s3BucketName: log.bucket,
        isMultiRegionTrail: true,
        enableLogFileValidation: true,
        eventSelector: [
          {
            readWriteType: "All",
            includeManagementEvents: true,
            dataResource: [{ type: "AWS::S3::Object", values: [`${props.watchedBucketArn}/`] }],
          },
        ],
      });
    }
    const recorder = recorded && log ? configRecorder(this, props.namePrefix, log) : undefined;
    if (props.awsConfig !== "none") {
      for (const [name, sourceIdentifier] of Object.entries(RULES)) {
        new ConfigConfigRule(this, name, {
          name: `${props.namePrefix}-${name.replaceAll("_", "-")}`,
          source: { owner: "AWS", sourceIdentifier },
          ...(recorder ? { dependsOn: [recorder] } : {}),
        });
      }
    }
    if (props.guardDuty) new GuarddutyDetector(this, "detector", { enable: true });
    if (props.securityHub) {
      const hub = new SecurityhubAccount(this, "hub", { enableDefaultStandards: false });
      const standard = "standards/aws-foundational-security-best-practices/v/1.0.0";
      new SecurityhubStandardsSubscription(this, "standard", {
        standardsArn: `arn:${partition}:securityhub:${props.region}::${standard}`,
        dependsOn: [hub],
      });
    }
  }
}

/** One recorder, which begins when it knows where to deliver. */
function configRecorder(scope: Construct, name: string, log: S3BucketPolicy): ConfigConfigurationRecorderStatus {
  const role = new IamServiceLinkedRole(scope, "config_role", { awsServiceName: "config.amazonaws.com" });
  const recorder = new ConfigConfigurationRecorder(scope, "recorder", {
    name,
    roleArn: role.arn,
    recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
  });
  const channel = new ConfigDeliveryChannel(scope, "channel", {
    name,
    s3BucketName: log.bucket,
    dependsOn: [recorder],
  });
  return new ConfigConfigurationRecorderStatus(scope, "recording", {
    name: recorder.name,
    isEnabled: true,
    dependsOn: [channel],
  });
}

/** AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"; AWS Config developer guide, "Permissions for the S3 bucket". */
function logBucket(scope: Construct, name: string, accountId: string, trailArn: string): S3BucketPolicy {
  const { id: bucket, arn } = new S3Bucket(scope, "logs", { bucket: name, tags: { Name: name } });
  new S3BucketVersioningA(scope, "logs_versioning", { bucket, versioningConfiguration: { status: "Enabled" } });
  new S3BucketServerSideEncryptionConfigurationA(scope, "logs_encryption", {
    bucket,
    rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  new S3BucketPublicAccessBlock(scope, "logs_public_access_block", {
    bucket,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  const services = [
    { service: "cloudtrail", condition: { "aws:SourceArn": trailArn } },
    { service: "config", condition: { "aws:SourceAccount": accountId } },
  ];
  const statements = services.flatMap(({ service, condition }) => {
    const allow = { Effect: "Allow", Principal: { Service: `${service}.amazonaws.com` } };
    const write = { "s3:x-amz-acl": "bucket-owner-full-control" };
    return [
      { ...allow, Action: ["s3:GetBucketAcl", "s3:ListBucket"], Resource: arn, Condition: { StringEquals: condition } },
      {
        ...allow,
        Action: "s3:PutObject",
        Resource: `${arn}/AWSLogs/${accountId}/*`,
        Condition: { StringEquals: { ...condition, ...write } },
      },
    ];
  });
  return new S3BucketPolicy(scope, "logs_policy", {
    bucket,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  });
}
