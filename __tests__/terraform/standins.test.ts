import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planChange } from "../../terraform/standins/behaviour";
import { collectTypes, type StandIns, startStandIns } from "../../terraform/standins";
import { RESOURCE_TYPES } from "../../terraform/standins/resource-types";
import { buildSchema } from "../../terraform/standins/schema";
import { sameJson, UNKNOWN } from "../../terraform/standins/values";

interface Change {
  address: string;
  change: {
    actions: string[];
    importing?: { id: string };
    after: Record<string, unknown> | null;
    after_unknown: Record<string, unknown>;
    after_sensitive: Record<string, unknown>;
    replace_paths?: (string | number)[][];
  };
}

const NOWHERE = "http://127.0.0.1:9";
const fixtures = join(__dirname, "../fixtures/standins");
const workspace = mkdtempSync(join(tmpdir(), "standins-test-"));
let standIns: StandIns;

/** Runs terraform in a folder of the workspace. The proxy leads nowhere: whatever needs a network, fails. */
function terraform(folder: string, ...args: string[]): { status: number | null; output: string } {
  const result = spawnSync("terraform", args, {
    cwd: join(workspace, folder),
    env: { PATH: process.env.PATH, HTTPS_PROXY: NOWHERE, HTTP_PROXY: NOWHERE, ...standIns.env },
    encoding: "utf8",
  });
  return { status: result.status, output: result.stdout + result.stderr };
}

function succeed(folder: string, ...args: string[]): string {
  const { status, output } = terraform(folder, ...args);
  if (status !== 0) throw new Error(`terraform ${args.join(" ")}: ${output}`);
  return output;
}

/** Plans, and gives the changes that aren't no-ops by address. */
function plan(folder: string, ...args: string[]): Map<string, Change["change"]> {
  succeed(folder, "plan", "-out=plan", ...args);
  const { resource_changes } = JSON.parse(succeed(folder, "show", "-json", "plan")) as { resource_changes: Change[] };
  return new Map(
    resource_changes
      .filter(({ change }) => !["no-op", "read"].includes(change.actions.join()) || change.importing)
      .map(({ address, change }) => [address, change]),
  );
}

beforeAll(async () => {
  cpSync(fixtures, workspace, { recursive: true });
  standIns = await startStandIns({ types: { resources: ["aws_sqs_queue"], dataSources: [] } });
});

afterAll(async () => {
  await standIns.stop();
  rmSync(workspace, { recursive: true, force: true });
});

describe("a new root", () => {
  let created: Map<string, Change["change"]>;

  beforeAll(() => {
    succeed(".", "init");
    created = plan(".");
  });

  test("fails if init needs a network, or validate finds a fault in the fixture", () => {
    expect(succeed(".", "validate")).toContain("The configuration is valid");
  });

  test("fails if a computed value is known before the apply, or a given one isn't", () => {
    const database = created.get("aws_db_instance.source");
    expect(database?.after).toMatchObject({ identifier: "source", allocated_storage: 20 });
    expect(database?.after_unknown).toMatchObject({ endpoint: true, address: true, arn: true, id: true });
    expect(database?.after_unknown).not.toHaveProperty("identifier");
    expect(created.get("aws_msk_cluster.cdc")?.after_unknown).toMatchObject({
      configuration_info: [{ arn: true, revision: true }],
    });
  });

  test("fails if tags_all isn't the default tags under the resource's own", () => {
    expect(created.get("aws_s3_bucket.events")?.after?.tags_all).toEqual({
      Project: "cdc",
      Owner: "somebody",
      Name: "events",
    });
    expect(created.get("aws_sns_topic.alarms")?.after?.tags_all).toEqual({ Project: "cdc", Owner: "nobody" });
  });

  test("fails if a sensitive attribute isn't marked, or a write-only one is planned", () => {
    expect(created.get("aws_db_instance.source")?.after_sensitive).toMatchObject({ password: true });
    expect(created.get("aws_db_instance.source")?.after_sensitive).not.toHaveProperty("username");
    expect(created.get("aws_secretsmanager_secret_version.rds")?.after?.secret_string_wo ?? null).toBeNull();
  });

  test("fails if the VPC module has other addresses than the real one", () => {
    const addresses = [...created.keys()].filter((address) => address.startsWith("module.vpc."));
    expect(addresses.map((address) => address.replace("module.vpc.", "")).sort()).toEqual([
      "aws_cloudwatch_log_group.flow_log[0]",
      "aws_default_network_acl.this[0]",
      "aws_default_route_table.default[0]",
      "aws_default_security_group.this[0]",
      "aws_eip.nat[0]",
      "aws_flow_log.this[0]",
      "aws_iam_policy.vpc_flow_log_cloudwatch[0]",
      "aws_iam_role.vpc_flow_log_cloudwatch[0]",
      "aws_iam_role_policy_attachment.vpc_flow_log_cloudwatch[0]",
      "aws_internet_gateway.this[0]",
      "aws_nat_gateway.this[0]",
      "aws_route.private_nat_gateway[0]",
      "aws_route.public_internet_gateway[0]",
      "aws_route_table.private[0]",
      "aws_route_table.public[0]",
      ...[0, 1, 2].map((index) => `aws_route_table_association.private[${index}]`),
      ...[0, 1, 2].map((index) => `aws_route_table_association.public[${index}]`),
      ...[0, 1, 2].map((index) => `aws_subnet.private[${index}]`),
      ...[0, 1, 2].map((index) => `aws_subnet.public[${index}]`),
      "aws_vpc.this[0]",
    ]);
  });

  test("fails if -target plans more than the target and what it needs", () => {
    expect([...plan(".", "-target=aws_s3_bucket_versioning.events").keys()].sort()).toEqual([
      "aws_s3_bucket.events",
      "aws_s3_bucket_versioning.events",
      "random_id.suffix",
    ]);
  });

  test("fails if a secret that isn't there is read", () => {
    const { status, output } = terraform(".", "plan", "-var=secret_path=secret/other");
    expect(status).toBe(1);
    expect(output).toContain('no secret found at "secret/other"; the stand-in Vault has secret/rds');
  });
});

describe("an applied root", () => {
  const state = (): string => readFileSync(join(workspace, "terraform.tfstate"), "utf8");

  beforeAll(() => {
    succeed(".", "apply", "-auto-approve");
  });

  test("fails if a second plan has changes", () => {
    expect(succeed(".", "plan", "-detailed-exitcode")).toContain("No changes.");
  });

  test("fails if two resources of a type get the same id, or a secret gets into the state by a write-only argument", () => {
    const { resources } = JSON.parse(state()) as {
      resources: { mode: string; type: string; instances: { attributes: { id: string; secret_string_wo?: null } }[] }[];
    };
    const instances = resources.filter(({ mode }) => mode === "managed");
    const ids = instances.flatMap(({ type, instances }) =>
      instances.map(({ attributes }) => `${type} ${attributes.id}`),
    );
    expect(new Set(ids).size).toBe(ids.length);
    const [version] = instances.filter(({ type }) => type === "aws_secretsmanager_secret_version");
    expect(version?.instances[0]?.attributes.secret_string_wo).toBeNull();
  });

  test("fails if computed values don't look like those of AWS", () => {
    const { bootstrap_brokers } = JSON.parse(succeed(".", "output", "-json")) as {
      bootstrap_brokers: { value: string[] };
    };
    const [plaintext, tls] = bootstrap_brokers.value;
    expect(plaintext).toBe("");
    expect(tls?.split(",")).toHaveLength(3);
    expect(tls).toMatch(/^b-1\.cdc\.\w+\.c2\.kafka\.eu-central-1\.amazonaws\.com:9094,/);
    expect(state()).toContain('"endpoint": "source.c0ffee.eu-central-1.rds.amazonaws.com:5432"');
  });

  test("fails if a fresh apply gives other values", () => {
    mkdirSync(join(workspace, "again"));
    cpSync(join(fixtures, "main.tf"), join(workspace, "again/main.tf"));
    succeed("again", "init");
    succeed("again", "apply", "-auto-approve");
    const attributes = (folder: string): unknown[] => {
      const text = readFileSync(join(workspace, folder, "terraform.tfstate"), "utf8");
      const { resources } = JSON.parse(text) as { resources: { instances: { attributes: unknown }[] }[] };
      return resources.flatMap(({ instances }) => instances.map((instance) => instance.attributes));
    };
    expect(attributes("again")).toEqual(attributes("."));
  });

  test("fails if a policy of the same meaning is a change, or one of another meaning isn't", () => {
    const policy = (service: string): string => {
      const Principal = { Service: [service] };
      return JSON.stringify({
        Statement: [{ Principal, Action: ["sts:AssumeRole"], Effect: "Allow" }],
        Version: "2012-10-17",
      });
    };
    expect(plan(".", `-var=trust_policy=${policy("kafkaconnect.amazonaws.com")}`).size).toBe(0);
    const changed = plan(".", `-var=trust_policy=${policy("ec2.amazonaws.com")}`);
    expect(changed.get("aws_iam_role.connector")?.actions).toEqual(["update"]);
  });

  test("fails if what AWS changes in place is replaced", () => {
    const changes = plan(".", "-var=instance_type=kafka.m7g.large", "-var=server_properties=num.partitions=3");
    expect([...changes].map(([address, { actions }]) => [address, ...actions])).toEqual([
      ["aws_msk_cluster.cdc", "update"],
      ["aws_msk_configuration.cdc", "update"],
    ]);
    expect(changes.get("aws_msk_configuration.cdc")?.after_unknown).toMatchObject({ latest_revision: true });
  });

  test("fails if what AWS can't change is changed in place", () => {
    const changes = plan(".", "-var=in_cluster=false", "-var=storage_encrypted=false", "-var=bucket_prefix=other");
    expect(changes.get("aws_msk_cluster.cdc")?.replace_paths).toEqual([
      ["encryption_info", 0, "encryption_in_transit", 0, "in_cluster"],
    ]);
    expect(changes.get("aws_db_instance.source")?.replace_paths).toEqual([["storage_encrypted"]]);
    expect(changes.get("aws_s3_bucket.events")?.actions).toEqual(["delete", "create"]);
    expect(changes.get("aws_s3_bucket_versioning.events")?.replace_paths).toEqual([["bucket"]]);
    expect(changes.get("null_resource.setup")?.replace_paths).toEqual([["triggers"]]);
  });

  test("fails if a changed trigger doesn't run the setup again", () => {
    const changes = plan(".", "-var=engine_version=18");
    expect(changes.get("aws_db_instance.source")?.actions).toEqual(["update"]);
    expect(changes.get("null_resource.setup")?.actions).toEqual(["delete", "create"]);
  });

  test("fails if versioning can be turned off", () => {
    const { status, output } = terraform(".", "plan", "-no-color", "-var=versioning=Disabled");
    expect(status).toBe(1);
    expect(output).toContain("versioning_configuration.status cannot be updated from 'Enabled' to");
    expect(output).toMatch(/in resource "aws_s3_bucket_versioning" "events":[^]*status = var\.versioning/);
    expect(plan(".", "-var=versioning=Suspended").get("aws_s3_bucket_versioning.events")?.actions).toEqual(["update"]);
  });

  test("fails if destroy leaves something", () => {
    succeed(".", "destroy", "-auto-approve");
    expect((JSON.parse(state()) as { resources: unknown[] }).resources).toEqual([]);
  });
});

test("fails if an import block replaces what it brings along, or a type beside the table isn't served", () => {
  succeed("import", "init");
  const changes = plan("import");
  expect(changes.get("aws_s3_bucket.brought_along")).toMatchObject({
    actions: ["update"],
    importing: { id: "brought-along" },
  });
  expect(changes.get("aws_sqs_queue.extra")?.actions).toEqual(["create"]);
  succeed("import", "apply", "-auto-approve");
  expect(succeed("import", "plan", "-detailed-exitcode")).toContain("No changes.");
});

test.each(Object.entries(RESOURCE_TYPES))(
  "fails if the table names what %s doesn't have",
  (type, { replace, importAs }) => {
    const names = (path: readonly string[], block = buildSchema("resource", type)): boolean => {
      const nested = block.blocks.find(({ name }) => name === path[0]);
      if (nested && path.length > 1) return names(path.slice(1), nested.block);
      return path.length === 1 && (!!nested || block.attributes.some(({ name }) => name === path[0]));
    };
    const listed = [...(replace === "*" ? [] : replace), ...(importAs ? [importAs] : [])];
    expect(listed.filter((path) => !names(path.split(".")))).toEqual([]);
  },
);

test("fails if a connector's configuration replaces it, or its name doesn't", () => {
  const schema = buildSchema("resource", "aws_mskconnect_connector");
  const connector = (name: string, tasks: string) => ({
    ...Object.fromEntries(schema.attributes.map((attribute) => [attribute.name, null])),
    ...Object.fromEntries(schema.blocks.map((block) => [block.name, []])),
    name,
    connector_configuration: { "tasks.max": tasks },
  });
  const settings = { region: "us-east-1", defaultTags: {} };
  const replacing = (proposed: ReturnType<typeof connector>) =>
    planChange(schema, {
      type: "aws_mskconnect_connector",
      prior: connector("source", "1"),
      proposed,
      imported: false,
      settings,
    }).requiresReplace;
  expect(replacing(connector("source", "2"))).toEqual([]);
  expect(replacing(connector("other", "1"))).toEqual([["name"]]);
});

test("fails if tags that aren't known yet make known tags_all", () => {
  const schema = buildSchema("resource", "aws_sns_topic");
  const blank = Object.fromEntries(schema.attributes.map((attribute) => [attribute.name, null]));
  const { planned } = planChange(schema, {
    type: "aws_sns_topic",
    prior: null,
    proposed: { ...blank, name: "alarms", tags: { Name: UNKNOWN } },
    imported: false,
    settings: { region: "us-east-1", defaultTags: {} },
  });
  expect(planned.tags_all).toBe(UNKNOWN);
});

test("fails if JSON is compared as text, or texts that aren't JSON objects as JSON", () => {
  expect(sameJson('{"a":["x","y"],"b":["z"]}', ' { "b": "z", "a": ["y", "x"] }')).toBe(true);
  expect(sameJson('{"a":"x"}', '{"a":"y"}')).toBe(false);
  expect(sameJson("1", " 1")).toBe(false);
});

test("fails if the types of a synthesized stack are overlooked", () => {
  const stack = join(workspace, "stack");
  mkdirSync(join(stack, "modules/bucket"), { recursive: true });
  writeFileSync(join(stack, "cdk.tf.json"), '{"data":{"aws_region":{}},"resource":{"terraform_data":{}}}');
  writeFileSync(join(stack, "modules/bucket/cdk.tf.json"), '{"resource":{"aws_s3_bucket":{},"aws_sqs_queue":{}}}');
  expect(collectTypes(stack)).toEqual({
    resources: ["aws_s3_bucket", "aws_sqs_queue"],
    dataSources: ["aws_region"],
  });
});

test.each([
  ["aws_no_such_thing", "@cdktf/provider-aws has no aws_no_such_thing"],
  ["archive_file", "no stand-in for archive_file; there are aws, null, random, vault"],
])("fails if %s is served, or the error doesn't say why it can't be", async (type, message) => {
  await expect(startStandIns({ types: { resources: [type], dataSources: [] } })).rejects.toThrow(message);
});
