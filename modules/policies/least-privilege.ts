import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { ConnectorPolicies, ConnectorPolicyProps } from "./index";

/**
 * What MSK Connect's developer guide asks of a service execution role, on exact resources: the Kafka actions are those that a
 * connector needs as soon as the cluster authenticates clients with IAM; the S3 actions are the sink's tutorial's.
 */
export function leastPrivilege(scope: Construct, props: ConnectorPolicyProps): ConnectorPolicies {
  const connectors = connectorArns(scope, props.region);
  return {
    source: {
      assumeRolePolicy: trust(connectors, props.sourceConnectorName),
      policy: document([
        ...kafka(
          props,
          ["WriteData", "DescribeTopic", "CreateTopic"],
          props.otherSourceTopics,
          props.sourceConnectorName,
        ),
        ...(props.isTransactional ? transactions(props) : []),
        ...(props.offsetStorageTopic ? [internalTopics(props, props.offsetStorageTopic)] : []),
        allow(["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], [props.secretArn]),
        ...keyUse(props, "secretsmanager", ["kms:Decrypt"], props.secretKeyArn),
      ]),
    },
    sink: {
      assumeRolePolicy: trust(connectors, props.sinkConnectorName),
      policy: document([
        ...kafka(props, ["ReadData", "DescribeTopic"], props.otherSinkTopics, props.sinkConnectorName),
        // Kafka Connect makes the topic if it isn't there, and writes to it; it never reads it.
        ...(props.deadLetterTopic
          ? [
              allow(kafkaActions("CreateTopic", "WriteData", "DescribeTopic"), [
                kafkaArn(props, "topic", props.deadLetterTopic),
              ]),
            ]
          : []),
        allow(["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], [props.destinationBucketArn]),
        allow(
          ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
          [`${props.destinationBucketArn}/*`],
        ),
        // S3 User Guide, "AWS KMS permissions for multipart uploads": parts are decrypted to be put together.
        ...keyUse(props, "s3", ["kms:GenerateDataKey", "kms:Decrypt"], props.bucketKeyArn),
      ]),
    },
  };
}

interface Statement {
  readonly Effect: "Allow";
  readonly Action: string[];
  readonly Resource: string[];
  readonly Condition?: object;
}

function kafka(
  props: ConnectorPolicyProps,
  topicActions: string[],
  otherTopics: readonly string[],
  connectorName: string,
): Statement[] {
  return [
    allow(kafkaActions("Connect", "DescribeCluster"), [props.clusterArn]),
    allow(
      kafkaActions(...topicActions),
      [`${props.topicPrefix}.*`, ...otherTopics].map((topic) => kafkaArn(props, "topic", topic)),
    ),
    internalTopics(props, "__amazon_msk_connect_*"),
    allow(kafkaActions("AlterGroup", "DescribeGroup"), [
      kafkaArn(props, "group", "__amazon_msk_connect_*"),
      // Kafka Connect's consumer group of a sink is connect-<connector's name>.
      kafkaArn(props, "group", props.isAuthenticated ? `connect-${connectorName}` : "connect-*"),
    ]),
  ];
}

/** MSK Connect doesn't say how it begins the transactions' names. */
function transactions(props: ConnectorPolicyProps): Statement[] {
  return [
    allow(kafkaActions("WriteDataIdempotently"), [props.clusterArn]),
    allow(kafkaActions("AlterTransactionalId", "DescribeTransactionalId"), [kafkaArn(props, "transactional-id", "*")]),
  ];
}

/** A key may be used through the service that it is for, not by itself. */
function keyUse(
  { region }: ConnectorPolicyProps,
  service: string,
  actions: string[],
  keyArn: string | null,
): Statement[] {
  if (keyArn === null) return [];
  const condition = { StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` } };
  return [{ ...allow(actions, [keyArn]), Condition: condition }];
}

/** The topics in which Kafka Connect keeps its own state. */
function internalTopics(props: ConnectorPolicyProps, topic: string): Statement {
  return allow(kafkaActions("CreateTopic", "WriteData", "ReadData", "DescribeTopic"), [
    kafkaArn(props, "topic", topic),
  ]);
}

/** Topics and groups have the cluster's ARN, with another kind: `…:topic/<cluster>/<uuid>/<topic>`. */
function kafkaArn(props: ConnectorPolicyProps, kind: "topic" | "group" | "transactional-id", name: string): string {
  return `${Fn.replace(props.clusterArn, ":cluster/", `:${kind}/`)}/${name}`;
}

function kafkaActions(...actions: string[]): string[] {
  return actions.map((action) => `kafka-cluster:${action}`);
}

/** Where this account's connectors are: everything of their ARN up to the connector's name. */
interface ConnectorArns {
  readonly accountId: string;
  readonly prefix: string;
}

function connectorArns(scope: Construct, region: string): ConnectorArns {
  const { accountId } = new DataAwsCallerIdentity(scope, "current");
  const { partition } = new DataAwsPartition(scope, "partition");
  return { accountId, prefix: `arn:${partition}:kafkaconnect:${region}:${accountId}:connector` };
}

/** Only this account's MSK Connect, and only for this connector: else another customer's could be made to use the role. */
function trust({ accountId, prefix }: ConnectorArns, connectorName: string): string {
  return document([
    {
      Effect: "Allow",
      Principal: { Service: "kafkaconnect.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": accountId },
        ArnLike: { "aws:SourceArn": `${prefix}/${connectorName}/*` },
      },
    },
  ]);
}

function allow(actions: string[], resources: string[]): Statement {
  return { Effect: "Allow", Action: actions, Resource: resources };
}

function document(statements: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
