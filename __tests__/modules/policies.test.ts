import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { Testing } from "cdktf";
import { RootModule } from "../../lib";
import { IamRole } from "../../modules/iam-role";
import { ConnectorPolicyProps, connectorPolicies } from "../../modules/policies";
import { newRoot } from "../lib/roots";
import { TerraformCore } from "../lib/terraform-core";

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Principal?: { Service: string };
  readonly Condition?: Record<string, Record<string, string>>;
}

interface Role {
  readonly name: string;
  readonly policy: string;
  readonly trust: string;
}

const CLUSTER = "arn:aws:kafka:us-east-1:123456789012:cluster/cdc-cluster/0c0ffee0-1234";
const BUCKET = "arn:aws:s3:::cdc-events";
const SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:cdc-db-AbCdEf";

/** A root with the two connectors' roles. */
function withRoles(
  kind: keyof typeof connectorPolicies,
  props: Partial<ConnectorPolicyProps> = {},
): { root: RootModule; source: IamRole; sink: IamRole } {
  const root = newRoot();
  const policies = connectorPolicies[kind](root, {
    region: "us-east-1",
    clusterArn: CLUSTER,
    destinationBucketArn: BUCKET,
    secretArn: SECRET,
    topicPrefix: "postgres-cdc",
    sourceConnectorName: "debezium-postgres-connector",
    sinkConnectorName: "s3-sink-connector",
    otherSourceTopics: [],
    otherSinkTopics: [],
    isAuthenticated: false,
    isTransactional: false,
    secretKeyArn: null,
    bucketKeyArn: null,
    offsetStorageTopic: undefined,
    deadLetterTopic: undefined,
    ...props,
  });
  const role = (name: string, own: (typeof policies)["source"]): IamRole =>
    new IamRole(root, name, {
      roleName: name,
      roleDescription: name,
      policyName: name,
      policyDescription: name,
      ...own,
    });
  return { root, source: role("source", policies.source), sink: role("sink", policies.sink) };
}

/** Whether IAM allows the action: a `*` in a pattern stands for any number of characters. */
function allows(document: string, action: string, resource: string): boolean {
  const { Statement: statements } = JSON.parse(document) as { Statement: Statement[] };
  const matches = (patterns: string | string[] = [], value: string): boolean =>
    [patterns].flat().some((pattern) => {
      const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
      return new RegExp(`^${parts.join(".*")}$`).test(value);
    });
  return statements.some(
    ({ Effect, Action, Resource }) => Effect === "Allow" && matches(Action, action) && matches(Resource, resource),
  );
}

describe("as_deployed", () => {
  interface State {
    readonly resources: {
      module?: string;
      type: string;
      instances: { attributes: { arn: string; policy: string; assume_role_policy: string } }[];
    }[];
  }
  const { resources } = JSON.parse(
    readFileSync(join(__dirname, "../fixtures/reference/existing.tfstate"), "utf8"),
  ) as State;
  const attributes = (module: string, type: string): State["resources"][number]["instances"][number]["attributes"] => {
    const found = resources.find((resource) => resource.module === module && resource.type === type);
    if (!found?.instances[0]) throw new Error(`the state has no ${type} in ${module}`);
    return found.instances[0].attributes;
  };

  test.each([
    ["source", "module.debezium_connector_role"],
    ["sink", "module.s3_sink_role"],
  ] as const)("fails if the texts of the %s aren't those of the state, to the blank", (name, module) => {
    const policies = connectorPolicies.as_deployed(newRoot(), {
      region: "us-east-1",
      clusterArn: attributes("module.msk_cluster", "aws_msk_cluster").arn,
      destinationBucketArn: attributes("module.destination_bucket", "aws_s3_bucket").arn,
      secretArn: SECRET,
      topicPrefix: "postgres-cdc",
      sourceConnectorName: "debezium-postgres-connector",
      sinkConnectorName: "s3-sink-connector",
      otherSourceTopics: [],
      otherSinkTopics: [],
      isAuthenticated: false,
      isTransactional: false,
      secretKeyArn: null,
      bucketKeyArn: null,
      offsetStorageTopic: undefined,
      deadLetterTopic: undefined,
    });
    expect(policies[name].policy).toBe(attributes(module, "aws_iam_policy").policy);
    expect(policies[name].assumeRolePolicy).toBe(attributes(module, "aws_iam_role").assume_role_policy);
  });

  test("fails if it reads data sources", () => {
    const { root } = withRoles("as_deployed");
    expect(root).not.toHaveAddress("data.aws_caller_identity.current");
  });
});

describe("least_privilege", () => {
  let core: TerraformCore;
  let source: Role;
  let sink: Role;
  let pinned: Role;
  let sinkWithDeadLetters: Role;
  let account: string;

  const topic = (name: string): string => `${CLUSTER.replace(":cluster/", ":topic/")}/${name}`;
  const group = (name: string): string => `${CLUSTER.replace(":cluster/", ":group/")}/${name}`;

  /** The policies as AWS will get them: Terraform computes the topics' ARNs. */
  function planned(props: Partial<ConnectorPolicyProps> = {}): [source: Role, sink: Role] {
    const { root } = withRoles("least_privilege", props);
    const resources = core.planned(Testing.fullSynth(root));
    const role = (name: string): Role => ({
      name,
      policy: resources.get(`module.${name}.aws_iam_policy.policy`)?.policy as string,
      trust: resources.get(`module.${name}.aws_iam_role.role`)?.assume_role_policy as string,
    });
    return [role("source"), role("sink")];
  }

  beforeAll(async () => {
    core = await TerraformCore.start();
    [source, sink] = planned();
    [pinned, sinkWithDeadLetters] = planned({ offsetStorageTopic: "cdc-offsets", deadLetterTopic: "dead-letters" });
    account = /:(\d{12}):connector/.exec(source.trust)?.[1] ?? "";
  });
  afterAll(() => core.stop());

  const may: [who: string, role: () => Role, action: string, resource: string][] = [
    ["the source", () => source, "kafka-cluster:Connect", CLUSTER],
    ["the source", () => source, "kafka-cluster:DescribeCluster", CLUSTER],
    ["the source", () => source, "kafka-cluster:WriteData", topic("postgres-cdc.public.orders")],
    ["the source", () => source, "kafka-cluster:CreateTopic", topic("postgres-cdc.public.orders")],
    ["the source", () => source, "kafka-cluster:DescribeTopic", topic("postgres-cdc.public.orders")],
    ["the source", () => source, "kafka-cluster:ReadData", topic("__amazon_msk_connect_offsets_debezium")],
    ["the source", () => source, "kafka-cluster:CreateTopic", topic("__amazon_msk_connect_configs_debezium")],
    ["the source", () => source, "kafka-cluster:AlterGroup", group("__amazon_msk_connect_debezium")],
    ["the source", () => source, "kafka-cluster:DescribeGroup", group("connect-debezium")],
    ["the source", () => source, "secretsmanager:GetSecretValue", SECRET],
    ["the source with pinned offsets", () => pinned, "kafka-cluster:WriteData", topic("cdc-offsets")],
    ["the source with pinned offsets", () => pinned, "kafka-cluster:ReadData", topic("cdc-offsets")],
    ["the sink", () => sink, "kafka-cluster:Connect", CLUSTER],
    ["the sink", () => sink, "kafka-cluster:ReadData", topic("postgres-cdc.public.orders")],
    ["the sink", () => sink, "kafka-cluster:WriteData", topic("__amazon_msk_connect_offsets_s3")],
    ["the sink", () => sink, "kafka-cluster:AlterGroup", group("connect-s3-sink-connector")],
    ["the sink with dead letters", () => sinkWithDeadLetters, "kafka-cluster:CreateTopic", topic("dead-letters")],
    ["the sink with dead letters", () => sinkWithDeadLetters, "kafka-cluster:WriteData", topic("dead-letters")],
    ["the sink", () => sink, "s3:ListBucket", BUCKET],
    ["the sink", () => sink, "s3:GetBucketLocation", BUCKET],
    ["the sink", () => sink, "s3:ListBucketMultipartUploads", BUCKET],
    ["the sink", () => sink, "s3:PutObject", `${BUCKET}/topics/x.json`],
    ["the sink", () => sink, "s3:GetObject", `${BUCKET}/topics/x.json`],
    ["the sink", () => sink, "s3:AbortMultipartUpload", `${BUCKET}/topics/x.json`],
    ["the sink", () => sink, "s3:ListMultipartUploadParts", `${BUCKET}/topics/x.json`],
  ];
  test.each(may)("%s may, %#", (_who, role, action, resource) => {
    expect({ action, resource, allowed: allows(role().policy, action, resource) }).toMatchObject({ allowed: true });
  });

  const other = "arn:aws:kafka:us-east-1:123456789012";
  const mayNot: [who: string, role: () => Role, action: string, resource: string][] = [
    ["the source", () => source, "kafka-cluster:ReadData", topic("postgres-cdc.public.orders")],
    ["the sink", () => sink, "kafka-cluster:WriteData", topic("dead-letters")],
    ["the sink with dead letters", () => sinkWithDeadLetters, "kafka-cluster:ReadData", topic("dead-letters")],
    ["the source", () => source, "kafka-cluster:WriteData", topic("somebody-elses-topic")],
    ["the source", () => source, "kafka-cluster:WriteData", topic("postgres-cdc2.public.orders")],
    ["the source", () => source, "kafka-cluster:WriteData", topic("cdc-offsets")],
    ["the source", () => source, "kafka-cluster:DeleteTopic", topic("postgres-cdc.public.orders")],
    ["the source", () => source, "kafka-cluster:Connect", `${other}:cluster/other/1`],
    ["the source", () => source, "kafka-cluster:WriteData", `${other}:topic/other/1/postgres-cdc.public.orders`],
    ["the source", () => source, "kafka-cluster:AlterGroup", group("somebody-elses-group")],
    ["the source", () => source, "kafka:DeleteCluster", CLUSTER],
    ["the source", () => source, "secretsmanager:GetSecretValue", `${SECRET}2`],
    ["the source", () => source, "secretsmanager:PutSecretValue", SECRET],
    ["the source", () => source, "s3:PutObject", `${BUCKET}/x`],
    ["the source", () => source, "ec2:CreateNetworkInterface", "*"],
    ["the source", () => source, "logs:CreateLogGroup", "*"],
    ["the sink", () => sink, "kafka-cluster:WriteData", topic("postgres-cdc.public.orders")],
    ["the sink", () => sink, "kafka-cluster:CreateTopic", topic("postgres-cdc.public.orders")],
    ["the sink", () => sink, "secretsmanager:GetSecretValue", SECRET],
    ["the sink", () => sink, "s3:DeleteObject", `${BUCKET}/topics/x.json`],
    ["the sink", () => sink, "s3:PutObject", `${BUCKET}2/topics/x.json`],
    ["the sink", () => sink, "s3:PutBucketPolicy", BUCKET],
  ];
  test.each(mayNot)("%s may not, %#", (_who, role, action, resource) => {
    expect({ action, resource, allowed: allows(role().policy, action, resource) }).toMatchObject({ allowed: false });
  });

  test("fails if a statement has a wildcard for an action or for all resources", () => {
    for (const { policy } of [source, sink, pinned]) {
      const { Statement: statements } = JSON.parse(policy) as { Statement: Statement[] };
      for (const { Action, Resource } of statements) {
        expect([Action].flat().filter((action) => action.includes("*"))).toEqual([]);
        expect([Resource].flat()).not.toContain("*");
      }
    }
  });

  test.each([
    ["source", "debezium-postgres-connector"],
    ["sink", "s3-sink-connector"],
  ])("fails if the role of the %s can be assumed for anything but its connector", (name, connector) => {
    const { trust } = [source, sink].find((role) => role.name === name) ?? source;
    expect(account).toMatch(/^\d{12}$/);
    expect(JSON.parse(trust)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "kafkaconnect.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "aws:SourceAccount": account },
            ArnLike: { "aws:SourceArn": `arn:aws:kafkaconnect:us-east-1:${account}:connector/${connector}/*` },
          },
        },
      ],
    });
  });

  test("fails if account and partition are looked up in more than one place", () => {
    const { root } = withRoles("least_privilege");
    expect(Testing.synth(root)).toHaveDataSource(DataAwsCallerIdentity);
    expect(root).not.toHaveAddress("module.source.data.aws_caller_identity.current");
    expect(root).toHaveAddress("data.aws_partition.partition");
  });
});
