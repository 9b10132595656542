import { type Check, Failing, NotCheckable } from "./check";
import type { Connector, Pipeline } from "./pipeline";
import { remedies } from "./remedies";

/** A connector's role: who may assume it, and whether it may do what the connector does. */
export function roleChecks(pipeline: Pipeline, connector: Connector): Check[] {
  const { role, settings } = connector;
  return [
    {
      id: `${role}-trust`,
      name: `role of ${settings.name} trusts MSK Connect`,
      remedy: remedies.permissions,
      run: () => trust(pipeline, connector),
    },
    {
      id: `${role}-permissions`,
      name: `role of ${settings.name} may do what it has to`,
      remedy: role === "sink" ? remedies.noFiles : remedies.permissions,
      run: () => permissions(pipeline, connector),
    },
  ];
}

const SERVICE = "kafkaconnect.amazonaws.com";

async function trust({ aws }: Pipeline, connector: Connector): Promise<string> {
  const roleName = (await roleArn(connector)).split("/").at(-1);
  const { Role: role } = await (await aws.iam()).getRole({ RoleName: roleName });
  const document = JSON.parse(decodeURIComponent(role?.AssumeRolePolicyDocument ?? "{}")) as {
    Statement?: Statement | Statement[];
  };
  const statements = list(document.Statement).filter(
    ({ Effect, Action, Principal }) =>
      Effect === "Allow" &&
      list(Action).some((action) => /^(\*|sts:(\*|AssumeRole))$/i.test(action)) &&
      (Principal === "*" ? ["*"] : list(Principal?.Service)).some((name) => name === SERVICE || name === "*"),
  );
  if (statements.length === 0) throw new Failing(`${roleName} doesn't trust ${SERVICE}`);
  const reasons = statements.map(({ Condition: condition = {} }) => refusal(condition, connector.arn));
  if (reasons.includes(undefined)) return `${roleName} trusts ${SERVICE}`;
  throw new Failing(`${roleName} trusts ${SERVICE}, but not for this connector: ${reasons.join("; ")}`);
}

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Principal?: "*" | { readonly Service?: string | readonly string[] };
  readonly Condition?: Conditions;
}

/** Why the two conditions that MSK Connect's guide asks for don't hold for a connector. Others can't be told from here. */
function refusal(conditions: Conditions, connectorArn: string): string | undefined {
  const values = { "aws:sourceaccount": connectorArn.split(":")[4] ?? "", "aws:sourcearn": connectorArn };
  for (const [operator, keys] of Object.entries(conditions)) {
    if (!/^(String|Arn)(Equals|Like)$/.test(operator)) throw new NotCheckable(`its condition ${operator}`);
    for (const [key, allowed] of Object.entries(keys)) {
      const value = values[key.toLowerCase() as keyof typeof values];
      if (value === undefined) throw new NotCheckable(`its condition on ${key}`);
      if (!list(allowed).some((pattern) => like(pattern, value))) return `${key} has to be ${list(allowed).join(", ")}`;
    }
  }
  return undefined;
}

/** IAM's wildcards: `*` for any text, `?` for one character. */
function like(pattern: string, value: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(value);
}

/** What has to be allowed: actions and the resources they are for. */
interface Need {
  readonly actions: readonly string[];
  readonly resource: string;
}

/** IAM itself says whether it is allowed, with boundaries and the organisation's policies. */
async function permissions(pipeline: Pipeline, connector: Connector): Promise<string> {
  const needs = await needed(pipeline, connector);
  if (needs.length === 0) return "it needs none: the brokers ask for no identity";
  const [iam, PolicySourceArn] = [await pipeline.aws.iam(), await roleArn(connector)];
  const denied = await Promise.all(
    needs.map(async ({ actions, resource }) => {
      const { EvaluationResults: results = [] } = await iam.simulatePrincipalPolicy({
        ...{ PolicySourceArn, ActionNames: [...actions], ResourceArns: [resource] },
      });
      const refused = results.filter(({ EvalDecision: decision }) => decision !== "allowed");
      return refused.map(({ EvalActionName: action }) => `${action} on ${resource}`);
    }),
  );
  if (denied.flat().length > 0) throw new Failing(`not allowed: ${denied.flat().join(", ")}`);
  return `${needs.flatMap(({ actions }) => actions).length} actions`;
}

/** MSK developer guide, "Understand the service execution role"; Confluent's S3 sink, "IAM policy for S3". */
async function needed(pipeline: Pipeline, connector: Connector): Promise<Need[]> {
  const { outputs } = pipeline;
  const { role, settings, describe } = connector;
  const { kafkaClusterClientAuthentication: authentication } = await describe();
  const bucket = `arn:${connector.arn.split(":")[1]}:s3:::${outputs.destinationBucket}`;
  const s3: Need[] = [
    { actions: ["s3:ListBucket", "s3:GetBucketLocation"], resource: bucket },
    { actions: ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"], resource: `${bucket}/a` },
  ];
  const kafka = (kind: string, name: string): string =>
    `${outputs.clusterArn.replace(":cluster/", `:${kind}/`)}/${name}`;
  const brokers: Need[] = [
    { actions: ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"], resource: outputs.clusterArn },
    {
      actions: ["CreateTopic", "WriteData", "ReadData", "DescribeTopic"].map((name) => `kafka-cluster:${name}`),
      resource: kafka("topic", "__amazon_msk_connect_a"),
    },
    {
      actions: ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
      resource: kafka("group", `connect-${settings.name}`),
    },
  ];
  return [
    ...(authentication?.authenticationType === "IAM" ? brokers : []),
    ...(role === "sink" ? s3 : []),
    ...(await secretsRead(pipeline, connector)),
  ];
}

/** What a config provider reads when the connector starts: `${secretsmanager:rds-secrets:password}`. */
async function secretsRead({ aws }: Pipeline, { describe }: Connector): Promise<Need[]> {
  const { connectorConfiguration: configuration = {} } = await describe();
  const names = Object.values(configuration).flatMap((value) =>
    [...value.matchAll(/\$\{secretsmanager:([^:}]+):/g)].map(([, name = ""]) => decodeURIComponent(name)),
  );
  return Promise.all(
    [...new Set(names)].map(async (SecretId) => {
      const { ARN: resource = SecretId } = await (await aws.secretsManager()).describeSecret({ SecretId });
      return { actions: ["secretsmanager:GetSecretValue"], resource };
    }),
  );
}

async function roleArn({ describe }: Connector): Promise<string> {
  const { serviceExecutionRoleArn: arn } = await describe();
  if (arn === undefined) throw new NotCheckable("MSK Connect doesn't tell the connector's role");
  return arn;
}

/** IAM writes one of something as it is, several as a list. */
function list<Item>(value: Item | readonly Item[] | undefined): readonly Item[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly Item[]) : [value as Item];
}
