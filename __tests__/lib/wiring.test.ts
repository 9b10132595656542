import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { MskCluster } from "@cdktf/provider-aws/lib/msk-cluster";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Resource } from "@cdktf/provider-null/lib/resource";
import { Id } from "@cdktf/provider-random/lib/id";
import { DataVaultGenericSecret } from "@cdktf/provider-vault/lib/data-vault-generic-secret";
import { Fn, TerraformCount, TerraformLocal, TerraformOutput, TerraformVariable, Testing, Token } from "cdktf";
import { Construct } from "constructs";
import { ChildModule, EphemeralResource, RegistryModule } from "../../lib";
import { callArguments, newRoot, requiredProviders } from "./roots";

/** A null_resource that shows a value. */
function show(scope: Construct, value: unknown, id = "shown"): Resource {
  return new Resource(scope, id, { triggers: { value: Token.asString(value) } });
}

describe("a value of the root that a module uses", () => {
  test("becomes an argument and a variable", () => {
    const root = newRoot();
    const id = new Id(root, "suffix", { byteLength: 4 });
    show(new ChildModule(root, "reader"), `bucket-${id.hex}`);
    expect(root).toHaveModuleCall("reader", { source: "./modules/reader", suffix_hex: "${random_id.suffix.hex}" });
    expect(root).toHaveTerraformVariable("module.reader.suffix_hex", {
      type: "string",
      description: "`random_id.suffix.hex` of the calling module.",
      sensitive: undefined,
    });
    expect(root).toHaveTerraformResource("module.reader.null_resource.shown", {
      triggers: { value: "bucket-${var.suffix_hex}" },
    });
  });

  test("is one argument, however often it is used", () => {
    const root = newRoot();
    const id = new Id(root, "suffix", { byteLength: 4 });
    const reader = new ChildModule(root, "reader");
    show(reader, id.hex);
    show(reader, Fn.upper(id.hex), "again");
    expect(Object.keys(callArguments(root, "reader"))).toEqual(["suffix_hex"]);
  });

  test("is a variable of the root: keeps its name, type and sensitivity", () => {
    const root = newRoot();
    const secret = new TerraformVariable(root, "api_key", { type: "string", sensitive: true });
    const zones = new TerraformVariable(root, "zones", { type: "list(string)" });
    const reader = new ChildModule(root, "reader");
    show(reader, secret.stringValue);
    show(reader, Fn.join(",", zones.listValue), "zones");
    expect(callArguments(root, "reader")).toEqual({ api_key: "${var.api_key}", zones: "${var.zones}" });
    expect(root).toHaveTerraformVariable("module.reader.api_key", { type: "string", sensitive: true });
    expect(root).toHaveTerraformVariable("module.reader.zones", { type: "list(string)", sensitive: undefined });
  });

  test("is one that nothing may store: the variable says so", () => {
    const root = newRoot();
    const vault = { type: "vault_generic_secret", provider: "vault", arguments: { path: "secret/rds" } };
    const password = new EphemeralResource(root, "rds", vault).entry("data", "password");
    const secret = { secretId: "rds", secretStringWo: Fn.jsonencode({ password }), secretStringWoVersion: 1 };
    new SecretsmanagerSecretVersion(new ChildModule(root, "reader"), "version", secret);
    expect((JSON.parse(Testing.synth(root)) as { ephemeral: object }).ephemeral).toMatchObject({
      vault_generic_secret: { rds: { path: "secret/rds" } },
    });
    expect(callArguments(root, "reader")).toEqual({
      rds_data_password: '${ephemeral.vault_generic_secret.rds.data["password"]}',
    });
    expect(root).toHaveTerraformVariable("module.reader.rds_data_password", { sensitive: true, ephemeral: true });
    expect(root).toHaveTerraformResource("module.reader.aws_secretsmanager_secret_version.version", {
      secret_string_wo: '${jsonencode({"password" = var.rds_data_password})}',
    });
  });

  test("is a local or data source of the root", () => {
    const root = newRoot();
    const local = new TerraformLocal(root, "greeting", "hello");
    const identity = new DataAwsCallerIdentity(root, "current");
    const reader = new ChildModule(root, "reader");
    show(reader, `${local.asString} ${identity.accountId}`);
    expect(callArguments(root, "reader")).toEqual({
      greeting: "${local.greeting}",
      current_account_id: "${data.aws_caller_identity.current.account_id}",
    });
  });
});

describe("a value of a module that the root uses", () => {
  test("becomes an output", () => {
    const root = newRoot();
    const bucket = new S3Bucket(new ChildModule(root, "store"), "bucket");
    new TerraformOutput(root, "arn", { value: bucket.arn });
    expect(root).toHaveTerraformOutput("arn", { value: "${module.store.bucket_arn}" });
    expect(root).toHaveTerraformOutput("module.store.bucket_arn", {
      value: "${aws_s3_bucket.bucket.arn}",
      description: "`aws_s3_bucket.bucket.arn`",
      sensitive: undefined,
    });
  });

  test("fails if an output is there that nobody uses", () => {
    const root = newRoot();
    const bucket = new S3Bucket(new ChildModule(root, "store"), "bucket");
    expect(bucket.arn).toBeTruthy();
    show(root, "nothing of the module");
    expect(root).not.toHaveTerraformOutput("module.store.bucket_arn");
  });

  test("is named after its type when it is called this", () => {
    const root = newRoot();
    show(root, new S3Bucket(new ChildModule(root, "store"), "this").arn);
    expect(root).toHaveTerraformOutput("module.store.s3_bucket_arn");
  });
});

describe("a value of one module that another uses", () => {
  test("becomes an output, an argument and a variable", () => {
    const root = newRoot();
    const bucket = new S3Bucket(new ChildModule(root, "store"), "bucket");
    show(new ChildModule(root, "reader"), `${bucket.arn}/*`);
    expect(root).toHaveTerraformOutput("module.store.bucket_arn", { value: "${aws_s3_bucket.bucket.arn}" });
    expect(callArguments(root, "reader")).toEqual({ store_bucket_arn: "${module.store.bucket_arn}" });
    expect(root).toHaveTerraformVariable("module.reader.store_bucket_arn", { type: "string" });
    expect(root).toHaveTerraformResource("module.reader.null_resource.shown", {
      triggers: { value: "${var.store_bucket_arn}/*" },
    });
  });

  test("goes through functions, and inside text inside functions", () => {
    const root = newRoot();
    const bucket = new S3Bucket(new ChildModule(root, "store"), "bucket");
    show(new ChildModule(root, "reader"), Fn.jsonencode({ all: [`${bucket.arn}/*`], domain: bucket.bucketDomainName }));
    expect(root).toHaveTerraformResource("module.reader.null_resource.shown", {
      triggers: {
        value: '${jsonencode({"all" = ["${var.store_bucket_arn}/*"], "domain" = var.store_bucket_domain_name})}',
      },
    });
  });

  test("crosses every boundary between two nested modules", () => {
    const root = newRoot();
    const left = new ChildModule(root, "left");
    const bucket = new S3Bucket(new ChildModule(left, "inner"), "bucket");
    const right = new ChildModule(root, "right");
    show(new ChildModule(right, "core"), bucket.arn);
    expect(root).toHaveTerraformOutput("module.left.module.inner.bucket_arn", { value: "${aws_s3_bucket.bucket.arn}" });
    expect(root).toHaveTerraformOutput("module.left.inner_bucket_arn", { value: "${module.inner.bucket_arn}" });
    expect(root).toHaveModuleCall("right", { left_inner_bucket_arn: "${module.left.inner_bucket_arn}" });
    expect(root).toHaveModuleCall("module.right.module.core", {
      source: "./modules/core",
      left_inner_bucket_arn: "${var.left_inner_bucket_arn}",
    });
    expect(root).toHaveTerraformVariable("module.right.module.core.left_inner_bucket_arn", { type: "string" });
    expect(root).toHaveTerraformResource("module.right.module.core.null_resource.shown", {
      triggers: { value: "${var.left_inner_bucket_arn}" },
    });
  });

  test("goes up and down inside one module without the root", () => {
    const root = newRoot();
    const outer = new ChildModule(root, "outer");
    const bucket = new S3Bucket(outer, "bucket");
    const inner = new ChildModule(outer, "inner");
    show(outer, show(inner, bucket.arn).id, "outside");
    expect(callArguments(root, "outer")).toEqual({});
    expect(root).toHaveModuleCall("module.outer.module.inner", { bucket_arn: "${aws_s3_bucket.bucket.arn}" });
    expect(root).toHaveTerraformResource("module.outer.null_resource.outside", {
      triggers: { value: "${module.inner.shown_id}" },
    });
    expect(root).not.toHaveTerraformOutput("module.outer.inner_shown_id");
  });

  test("reaches a module that stands in a construct of another scope", () => {
    const root = newRoot();
    const bucket = new S3Bucket(new ChildModule(new Construct(root, "data"), "store"), "bucket");
    show(new ChildModule(new Construct(root, "compute"), "reader"), bucket.arn);
    expect(callArguments(root, "reader")).toEqual({ store_bucket_arn: "${module.store.bucket_arn}" });
  });
});

describe("the type of a variable", () => {
  const cases: [type: string, name: string, value: (module: ChildModule) => unknown][] = [
    ["string", "bucket_arn", (module) => new S3Bucket(module, "bucket").arn],
    ["number", "db_port", (module) => new DbInstance(module, "db", { instanceClass: "x" }).port],
    ["bool", "db_multi_az", (module) => new DbInstance(module, "db", { instanceClass: "x" }).multiAz],
    ["map(string)", "group_tags_all", (module) => new SecurityGroup(module, "group").tagsAll],
    [
      "list(string)",
      "db_enabled_cloudwatch_logs_exports",
      (module) => new DbInstance(module, "db", { instanceClass: "x" }).enabledCloudwatchLogsExports,
    ],
    [
      "string",
      "secret_data_username",
      (module) => new DataVaultGenericSecret(module, "secret", { path: "secret/rds" }).data.lookup("username"),
    ],
    ["map(string)", "secret_data", (module) => new DataVaultGenericSecret(module, "secret", { path: "x" }).data],
    ["any", "greeting", (module) => new TerraformLocal(module, "greeting", { a: 1 }).expression as unknown],
  ];

  test.each(cases)("is %s: %s", (type, name, value) => {
    const root = newRoot();
    const crossing = value(new ChildModule(root, "producer"));
    show(new ChildModule(root, "reader"), Fn.jsonencode(crossing));
    expect(root).toHaveTerraformOutput(`module.producer.${name}`);
    expect(root).toHaveTerraformVariable(`module.reader.producer_${name}`, { type });
  });

  test("is any for what is inside a block", () => {
    const root = newRoot();
    const cluster = new MskCluster(new ChildModule(root, "kafka"), "cluster", {
      clusterName: "cdc",
      kafkaVersion: "4.1.x.kraft",
      numberOfBrokerNodes: 3,
      brokerNodeGroupInfo: { clientSubnets: ["a"], instanceType: "kafka.m7g.large", securityGroups: ["b"] },
    });
    show(new ChildModule(root, "reader"), cluster.brokerNodeGroupInfo.instanceType);
    const [[name, expression] = []] = Object.entries(callArguments(root, "reader"));
    expect(expression).toBe(`\${module.kafka.${String(name).replace("kafka_", "")}}`);
    expect(root).toHaveTerraformVariable(`module.reader.${String(name)}`, { type: "any" });
  });
});

describe("what a resource with count has", () => {
  test("crosses by way of a local, and fails if it crosses as a whole", () => {
    const root = newRoot();
    const store = new ChildModule(root, "store");
    const objects = new S3Object(store, "object", { bucket: "b", key: "k", count: TerraformCount.of(2) });
    const tag = Token.asString(Fn.lookupNested(objects.fqn, [0, "etag"]));
    show(root, new TerraformLocal(store, "first_etag", tag).asString);
    expect(root).toHaveTerraformOutput("module.store.first_etag", { value: "${local.first_etag}" });
    show(root, tag, "wrong");
    expect(() => Testing.synth(root)).toThrow("use an attribute");
  });

  test("is counted by a value of another module", () => {
    const root = newRoot();
    const instance = new DbInstance(new ChildModule(root, "source"), "db", { instanceClass: "x" });
    const reader = new ChildModule(root, "reader");
    const count = TerraformCount.of(instance.allocatedStorage);
    new Resource(reader, "each", { count, triggers: { index: Token.asString(count.index) } });
    expect(callArguments(root, "reader")).toEqual({
      source_db_allocated_storage: "${module.source.db_allocated_storage}",
    });
    expect(root).toHaveTerraformVariable("module.reader.source_db_allocated_storage", { type: "number" });
    expect(root).toHaveTerraformResource("module.reader.null_resource.each", {
      count: "${var.source_db_allocated_storage}",
      triggers: { index: "${count.index}" },
    });
  });
});

describe("a secret", () => {
  test("fails if data of Vault crosses without being sensitive, on any of its ways", () => {
    const root = newRoot();
    const secret = new DataVaultGenericSecret(root, "rds", { path: "secret/rds" });
    const holder = new ChildModule(root, "holder");
    const password = secret.data.lookup("password");
    new SecretsmanagerSecretVersion(holder, "version", { secretId: "x", secretString: password });
    expect(root).toHaveModuleCall("holder", { rds_data_password: '${data.vault_generic_secret.rds.data["password"]}' });
    expect(root).toHaveTerraformVariable("module.holder.rds_data_password", { sensitive: true, type: "string" });
  });

  test("fails if a password attribute of one module becomes a plain output, or a plain variable of another", () => {
    const root = newRoot();
    const db = new DbInstance(new ChildModule(root, "source"), "db", { instanceClass: "x", password: "${var.p}" });
    show(new ChildModule(new ChildModule(root, "outer"), "reader"), Token.asString(db.getStringAttribute("password")));
    expect(root).toHaveTerraformOutput("module.source.db_password", { sensitive: true });
    for (const variable of ["module.outer.source_db_password", "module.outer.module.reader.source_db_password"]) {
      expect(root).toHaveTerraformVariable(variable, { sensitive: true });
    }
  });

  test("fails if what is no secret is hidden", () => {
    const root = newRoot();
    const db = new DbInstance(new ChildModule(root, "source"), "db", { instanceClass: "x" });
    show(new ChildModule(root, "reader"), db.username);
    expect(root).toHaveTerraformOutput("module.source.db_username", { sensitive: undefined });
    expect(root).toHaveTerraformVariable("module.reader.source_db_username", { sensitive: undefined });
  });
});

describe("names", () => {
  test("fails if two values that want the same name get it", () => {
    const root = newRoot();
    const module = new ChildModule(root, "store");
    const bucket = new S3Bucket(module, "data");
    const group = new SecurityGroup(module, "data_group", {});
    group.overrideLogicalId("data");
    show(root, `${bucket.arn} ${group.arn}`);
    expect(root).toHaveTerraformOutput("module.store.data_arn", { value: "${aws_s3_bucket.data.arn}" });
    expect(root).toHaveTerraformOutput("module.store.security_group_data_arn", {
      value: "${aws_security_group.data.arn}",
    });
  });

  test("are the same in every synthesis, and when the stack is prepared twice", () => {
    const root = newRoot();
    const store = new ChildModule(root, "store");
    const [a, b] = [new S3Bucket(store, "a"), new S3Bucket(store, "b")];
    const reader = new ChildModule(root, "reader");
    show(reader, `${a.arn} ${b.arn}`);
    const first = callArguments(root, "reader");
    root.prepareStack();
    expect(callArguments(root, "reader")).toEqual(first);
    expect(Object.keys(first)).toEqual(["store_a_arn", "store_b_arn"]);
  });

  test("avoid the outputs and variables that are there already", () => {
    const root = newRoot();
    const store = new ChildModule(root, "store");
    const bucket = new S3Bucket(store, "bucket");
    new TerraformOutput(store, "bucket_arn", { value: "something else" });
    const reader = new ChildModule(root, "reader");
    new TerraformVariable(reader, "store_s3_bucket_arn", { default: "something else" });
    show(reader, bucket.arn);
    const [name] = Object.keys(callArguments(root, "reader"));
    expect(root).toHaveTerraformOutput("module.store.bucket_arn", { value: "something else" });
    expect(name).not.toBe("store_s3_bucket_arn");
    expect(root).toHaveTerraformResource("module.reader.null_resource.shown", {
      triggers: { value: `\${var.${name ?? ""}}` },
    });
  });

  test.each(["version", "source", "providers", "lifecycle", "locals"])(
    "fails if a value that would be called %s becomes an argument of that name",
    (word) => {
      const root = newRoot();
      const local = new TerraformLocal(root, word, "1");
      const reader = new ChildModule(root, "reader");
      show(reader, local.asString);
      expect(root).toHaveModuleCall("reader", { [`${word}_value`]: `\${local.${word}}` });
      expect(root).toHaveModuleCall("reader", { source: "./modules/reader" });
      expect(root).toHaveTerraformResource("module.reader.null_resource.shown", {
        triggers: { value: `\${var.${word}_value}` },
      });
    },
  );
});

describe("a registry module inside a module", () => {
  test("gives and takes values across the boundary with their types", () => {
    const root = newRoot();
    const cidr = new TerraformVariable(root, "cidr", { type: "string" });
    const network = new ChildModule(root, "network");
    const vpc = new RegistryModule(network, "vpc", {
      source: "terraform-aws-modules/vpc/aws",
      version: "~> 5.0",
      usesProviders: ["aws"],
      inputs: { cidr: cidr.stringValue },
    });
    show(root, Fn.join(",", [vpc.stringOutput("vpc_id"), Fn.join(",", vpc.listOutput("public_subnets"))]));
    const reader = new ChildModule(root, "reader");
    show(reader, Fn.join(",", vpc.listOutput("public_subnets")));
    expect(root).toHaveModuleCall("module.network.module.vpc", {
      source: "terraform-aws-modules/vpc/aws",
      version: "~> 5.0",
      cidr: "${var.cidr}",
    });
    expect(root).toHaveTerraformOutput("module.network.vpc_id", { value: "${module.vpc.vpc_id}" });
    expect(root).toHaveTerraformVariable("module.reader.network_public_subnets", { type: "list(string)" });
  });

  test("fails if the module doesn't require its providers", () => {
    const root = newRoot();
    const network = new ChildModule(root, "network");
    new RegistryModule(network, "vpc", { source: "x/vpc/aws", usesProviders: ["aws"], inputs: {} });
    expect(requiredProviders(root, "module.network")).toEqual({ aws: { source: "hashicorp/aws", version: "~> 6.0" } });
  });
});
