import { Construct } from "constructs";
import type { ConnectorPolicies, ConnectorPolicyProps } from "./index";

/**
 * The policies that run today, to the blank: a policy is compared as text by everything but AWS itself.
 * Their `kafka:` actions are those of the control plane and grant no access to topics; connectors don't notice, because
 * they don't authenticate.
 */
export function asDeployed(_scope: Construct, props: ConnectorPolicyProps): ConnectorPolicies {
  const assumeRolePolicy = document([
    statement(["sts:AssumeRole"], {
      single: true,
      before: `"Principal": {\n                  "Service": "kafkaconnect.amazonaws.com"\n                },`,
      after: `,\n                "Sid": ""`,
    }),
  ]);
  const kafka = statement(KAFKA_ACTIONS, { resource: quoted(props.clusterArn) });
  const logs = statement(LOG_ACTIONS, { resource: '"*"' });
  const network = statement(NETWORK_ACTIONS, { resource: '"*"' });
  const secret = statement(["secretsmanager:GetSecretValue"], { resource: '"*"' });
  const bucket = statement(BUCKET_ACTIONS, {
    resource: `[\n                  ${quoted(props.destinationBucketArn)},\n                  ${quoted(`${props.destinationBucketArn}/*`)}\n                ]`,
  });
  return {
    source: { assumeRolePolicy, policy: document([kafka, logs, secret, network]) },
    sink: { assumeRolePolicy, policy: document([kafka, bucket, logs, network]) },
  };
}

const KAFKA_ACTIONS = [
  "kafka:DescribeCluster",
  "kafka:DescribeTopic",
  "kafka:GetBootstrapBrokers",
  "kafka:CreateTopic",
  "kafka:DeleteTopic",
  "kafka:DescribeGroup",
  "kafka:ListGroups",
  "kafka:AlterCluster",
  "kafka:AlterGroup",
  "kafka:Connect",
  "kafka:ReadData",
  "kafka:WriteData",
];
const LOG_ACTIONS = [
  "logs:CreateLogGroup",
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "logs:DescribeLogGroups",
  "logs:DescribeLogStreams",
];
const NETWORK_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeSubnets",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeVpcs",
];
const BUCKET_ACTIONS = [
  "s3:PutObject",
  "s3:GetObject",
  "s3:ListBucket",
  "s3:AbortMultipartUpload",
  "s3:GetBucketLocation",
];

interface StatementText {
  readonly single?: boolean;
  readonly before?: string;
  readonly resource?: string;
  readonly after?: string;
}

function statement(actions: readonly string[], { single, before, resource, after }: StatementText): string {
  const listed = `[\n${actions.map((action) => `                  ${quoted(action)}`).join(",\n")}\n                ]`;
  return [
    "            {",
    `                "Action": ${single ? quoted(actions[0] ?? "") : listed},`,
    `                ${before ?? `"Resource": ${resource ?? ""},`}`,
    `                "Effect": "Allow"${after ?? ""}`,
    "            }",
  ].join("\n");
}

function document(statements: readonly string[]): string {
  return `    {\n        "Version": "2012-10-17",\n        "Statement": [\n${statements.join(",\n")}\n        ]\n    }\n`;
}

function quoted(text: string): string {
  return `"${text}"`;
}
