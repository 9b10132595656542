import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { MskCluster } from "@cdktf/provider-aws/lib/msk-cluster";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Resource } from "@cdktf/provider-null/lib/resource";
import { Id } from "@cdktf/provider-random/lib/id";
import { DataVaultGenericSecret } from "@cdktf/provider-vault/lib/data-vault-generic-secret";
import { App, Fn, TerraformCount, TerraformLocal, TerraformOutput, TerraformVariable, Testing, Token } from "cdktf";
import { ChildModule, RegistryModule, RootModule } from "../../lib";
import { newRoot } from "./roots";
import { TerraformCore } from "./terraform-core";

const workspace = mkdtempSync(join(tmpdir(), "cdc-test-"));
let core: TerraformCore;

beforeAll(async () => {
  core = await TerraformCore.start();
});

afterAll(async () => {
  await core.stop();
  rmSync(workspace, { recursive: true, force: true });
});

/** An app with an output folder of its own, one below the folder in which the states are kept. */
function newApp(name: string): App {
  mkdirSync(join(workspace, name));
  return Testing.app({ outdir: join(workspace, name, "cdktf.out") });
}

/** Every kind of value and dependency, in every direction, and nested. */
function everything(root: RootModule): void {
  const prefix = new TerraformVariable(root, "prefix", { type: "string", default: "cdc" });
  const sizes = new TerraformVariable(root, "sizes", { type: "list(number)", default: [3, 5] });
  const suffix = new Id(root, "suffix", { byteLength: 4 });
  const vault = new DataVaultGenericSecret(root, "rds", { path: "secret/rds" });
  const version = new TerraformLocal(root, "version", "17");

  const network = new ChildModule(root, "network");
  const vpc = new RegistryModule(network, "vpc", {
    source: "terraform-aws-modules/vpc/aws",
    version: "~> 5.0",
    usesProviders: ["aws"],
    inputs: {
      name: prefix.stringValue,
      cidr: "10.0.0.0/16",
      azs: ["us-east-1a"],
      public_subnets: ["10.0.1.0/24"],
    },
  });
  const subnets = vpc.listOutput("public_subnets");

  const source = new ChildModule(root, "source");
  const db = new DbInstance(source, "db", {
    engine: "postgres",
    engineVersion: version.asString,
    instanceClass: "db.t4g.micro",
    allocatedStorage: Token.asNumber(Fn.element(sizes.listValue, 1)),
    username: vault.data.lookup("username"),
    password: vault.data.lookup("password"),
    multiAz: true,
    skipFinalSnapshot: true,
  });

  const kafka = new ChildModule(root, "kafka", { dependsOn: [network, source] });
  const group = new SecurityGroup(kafka, "group", { vpcId: vpc.stringOutput("vpc_id"), tags: { Name: "kafka" } });
  const cluster = new MskCluster(kafka, "cluster", {
    clusterName: `${prefix.stringValue}-${suffix.hex}`,
    kafkaVersion: "4.1.x.kraft",
    numberOfBrokerNodes: 3,
    brokerNodeGroupInfo: { clientSubnets: subnets, instanceType: "kafka.m7g.large", securityGroups: [group.id] },
  });

  const store = new ChildModule(root, "store");
  const bucket = new S3Bucket(new ChildModule(store, "inner"), "bucket", { bucket: `${prefix.stringValue}-events` });
  const count = TerraformCount.of(Token.asNumber(Fn.element(sizes.listValue, 0)));
  new S3Object(store, "object", { bucket: bucket.bucket, key: `part-${Token.asString(count.index)}`, count });

  const reader = new ChildModule(root, "reader");
  const shown = new Resource(new ChildModule(reader, "core"), "shown", {
    triggers: {
      bucket: `${bucket.bucket}/*`,
      port: `${db.port}`,
      storage: `${db.allocatedStorage}`,
      multi_az: Token.asString(db.multiAz),
      tags: Fn.jsonencode(group.tagsAll),
      subnets: Token.asString(Fn.lengthOf(subnets)),
      instance_type: cluster.brokerNodeGroupInfo.instanceType,
      user: Token.asString(Fn.nonsensitive(db.username)),
      version: version.asString,
    },
    dependsOn: [cluster, bucket],
  });
  new SecretsmanagerSecretVersion(reader, "password", { secretId: "x", secretString: vault.data.lookup("password") });
  new TerraformOutput(root, "shown", { value: shown.id });
  new Resource(root, "last", { dependsOn: [reader, shown] });
}

describe("a root with everything in it", () => {
  let outdir: string;

  beforeAll(() => {
    const app = newApp("everything");
    everything(newRoot({ app }));
    app.synth();
    outdir = app.outdir;
  });

  test("fails if Terraform refuses it, or the values don't arrive", () => {
    const planned = core.planned(outdir);
    expect([...planned.keys()].filter((address) => !address.includes("module.vpc")).sort()).toEqual([
      "module.kafka.aws_msk_cluster.cluster",
      "module.kafka.aws_security_group.group",
      "module.reader.aws_secretsmanager_secret_version.password",
      "module.reader.module.core.null_resource.shown",
      "module.source.aws_db_instance.db",
      "module.store.aws_s3_object.object[0]",
      "module.store.aws_s3_object.object[1]",
      "module.store.aws_s3_object.object[2]",
      "module.store.module.inner.aws_s3_bucket.bucket",
      "null_resource.last",
      "random_id.suffix",
    ]);
    expect(planned.get("module.store.aws_s3_object.object[2]")).toMatchObject({ bucket: "cdc-events", key: "part-2" });
    expect(planned.get("module.source.aws_db_instance.db")).toMatchObject({
      engine_version: "17",
      allocated_storage: 5,
      password: "Sup3rSecret!",
    });
  });

  test("fails if the first apply doesn't do, or the second plan has changes", () => {
    core.run(outdir, "root", "apply", "-auto-approve", "-input=false");
    const planned = core.planned(outdir, "root", "-detailed-exitcode");
    const { triggers } = planned.get("module.reader.module.core.null_resource.shown") as { triggers: object };
    expect(triggers).toEqual({
      bucket: "cdc-events/*",
      port: expect.stringMatching(/^\d+$/) as string,
      storage: "5",
      multi_az: "true",
      tags: expect.stringContaining('"Name":"kafka"') as string,
      subnets: "1",
      instance_type: "kafka.m7g.large",
      user: "dbadmin",
      version: "17",
    });
  });

  test("fails if -target of a module plans what it doesn't need", () => {
    const { resource_changes } = core.plan(outdir, "root", "-destroy", "-target=module.reader");
    const destroyed = resource_changes.filter(({ mode }) => mode === "managed").map(({ address }) => address);
    expect(destroyed.sort()).toEqual([
      "module.reader.aws_secretsmanager_secret_version.password",
      "module.reader.module.core.null_resource.shown",
      "null_resource.last",
    ]);
  });

  test("fails if a move into a module, or an import inside one, makes a change", () => {
    const app = Testing.app({ outdir });
    const root = newRoot({
      app,
      moves: [
        { from: "module.store", to: "module.lake" },
        { from: "null_resource.last", to: "module.lake.null_resource.last" },
      ],
    });
    const lake = new ChildModule(root, "lake");
    new S3Bucket(new ChildModule(lake, "inner"), "events", { bucket: "cdc-events" }).moveFromId("aws_s3_bucket.bucket");
    new S3Bucket(lake, "brought", { bucket: "brought-along" }).importFrom("brought-along");
    new Resource(lake, "last");
    app.synth();
    const changes = core.plan(outdir).resource_changes.filter(({ address }) => address.startsWith("module.lake."));
    const actions = changes.filter(({ type }) => type !== "aws_s3_object");
    expect(Object.fromEntries(actions.map(({ address, change }) => [address, change]))).toMatchObject({
      "module.lake.module.inner.aws_s3_bucket.events": { actions: ["no-op"] },
      "module.lake.aws_s3_bucket.brought": { importing: { id: "brought-along" } },
      "module.lake.null_resource.last": { actions: ["no-op"] },
    });
  });
});

test("fails if a root can't read a value from a module of another", () => {
  const app = newApp("two");
  const first = newRoot({ app, id: "first" });
  const second = newRoot({ app, id: "second" });
  const bucket = new S3Bucket(new ChildModule(first, "store"), "bucket", { bucket: "cdc-events" });
  const reader = new ChildModule(second, "reader");
  new Resource(reader, "shown", { triggers: { bucket: `${bucket.bucket}/*` }, dependsOn: [bucket] });
  app.synth();
  core.run(app.outdir, "first", "init", "-input=false");
  core.run(app.outdir, "first", "apply", "-auto-approve", "-input=false");
  const planned = core.planned(app.outdir, "second");
  expect(planned.get("module.reader.null_resource.shown")).toMatchObject({ triggers: { bucket: "cdc-events/*" } });
});
