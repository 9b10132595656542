import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { MskCluster } from "@cdktf/provider-aws/lib/msk-cluster";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { CloudBackend, NamedCloudWorkspace, TerraformOutput, TerraformStack, TerraformVariable, Testing } from "cdktf";
import { ChildModule, RootModule } from "../../lib";
import { addresses, moduleJson, synthesized } from "../../testing";
import { newRoot } from "../lib/roots";

const CLUSTER = "module.kafka.aws_msk_cluster.cluster";

function exampleRoot(): RootModule {
  const root = newRoot({ moves: [{ from: "aws_msk_cluster.old", to: CLUSTER }] });
  const zones = new TerraformVariable(root, "zones", { type: "list(string)", description: "Availability zones." });
  new DataAwsRegion(root, "current");
  const kafka = new ChildModule(root, "kafka");
  const cluster = new MskCluster(kafka, "cluster", {
    clusterName: "cdc",
    kafkaVersion: "4.1.x.kraft",
    numberOfBrokerNodes: 3,
    brokerNodeGroupInfo: { clientSubnets: zones.listValue, instanceType: "kafka.m7g.large", securityGroups: ["sg"] },
  });
  const inner = new ChildModule(kafka, "inner");
  new S3Bucket(inner, "logs", { bucket: `logs-${cluster.clusterUuid}` }).importFrom("logs");
  new S3Bucket(root, "events", { bucket: "events" });
  new TerraformOutput(root, "cluster_arn", { value: cluster.arn, description: "The cluster." });
  return root;
}

const root = exampleRoot();
const ALL = [
  "aws_s3_bucket.events",
  "data.aws_region.current",
  CLUSTER,
  "module.kafka.module.inner.aws_s3_bucket.logs",
];

/** The message of a matcher that doesn't match, without colours. */
function messageOf(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return stripVTControlCharacters((error as Error).message);
  }
  throw new Error("the matcher matched");
}

describe("toHaveAddress", () => {
  test.each(ALL)("finds %s", (address) => {
    expect(root).toHaveAddress(address);
    expect(messageOf(() => expect(root).not.toHaveAddress(address))).toContain(`expected no address ${address}`);
  });

  test("fails if there is none, and names the nearest ones first", () => {
    expect(root).not.toHaveAddress("aws_msk_cluster.cluster");
    const message = messageOf(() => expect(root).toHaveAddress("module.kafka.aws_msk_cluster.clutser"));
    expect(message).toMatch(
      /^expected the address module\.kafka\.aws_msk_cluster\.clutser; there is none\. The nearest of 4:\n/,
    );
    expect(message.split("\n")[1]).toBe(`  ${CLUSTER}`);
  });

  test("fails if a stack without resources isn't told apart", () => {
    expect(messageOf(() => expect(newRoot()).toHaveAddress("aws_vpc.this"))).toBe(
      "expected the address aws_vpc.this; there is none. There is nothing of the kind.",
    );
  });
});

describe("toHaveAddresses", () => {
  test("takes them in any order", () => {
    expect(root).toHaveAddresses([...ALL].reverse());
    expect(addresses(root)).toEqual(ALL);
  });

  test("fails if one is missing or too many, and shows which", () => {
    expect(root).not.toHaveAddresses(ALL.slice(1));
    expect(root).not.toHaveAddresses([...ALL, "aws_vpc.this"]);
    const message = messageOf(() => expect(root).toHaveAddresses([...ALL.slice(1), "aws_vpc.this"]));
    expect(message).toMatch(/^\+ +"aws_s3_bucket\.events",$/m);
    expect(message).toMatch(/^- +"aws_vpc\.this",$/m);
    expect(messageOf(() => expect(root).not.toHaveAddresses(ALL))).toContain(`  ${CLUSTER}\n`);
  });
});

describe("toHaveTerraformResource", () => {
  test("compares the named properties, inside and outside of modules", () => {
    expect(root).toHaveTerraformResource("aws_s3_bucket.events", { bucket: "events" });
    expect(root).toHaveTerraformResource("data.aws_region.current");
    expect(root).toHaveTerraformResource(CLUSTER, {
      cluster_name: expect.stringMatching(/^c/) as string,
      broker_node_group_info: expect.objectContaining({ client_subnets: "${var.zones}" }) as object,
      enhanced_monitoring: undefined,
    });
  });

  test("fails if a property differs, and shows the differing ones only", () => {
    expect(root).not.toHaveTerraformResource(CLUSTER, { number_of_broker_nodes: 4 });
    const message = messageOf(() =>
      expect(root).toHaveTerraformResource(CLUSTER, {
        cluster_name: "cdc",
        number_of_broker_nodes: 4,
        enhanced_monitoring: "DEFAULT",
      }),
    );
    expect(message).toBe(
      [
        `expected the resource ${CLUSTER} with other properties:`,
        "",
        "number_of_broker_nodes",
        "  expected: 4",
        "  received: 3",
        "",
        "enhanced_monitoring",
        '  expected: "DEFAULT"',
        "  received: not set",
      ].join("\n"),
    );
  });

  test("fails if a block differs, and shows where in it", () => {
    const message = messageOf(() =>
      expect(root).toHaveTerraformResource(CLUSTER, {
        broker_node_group_info: {
          client_subnets: "${var.zones}",
          instance_type: "kafka.m5.large",
          security_groups: ["sg"],
        },
      }),
    );
    expect(message).toMatch(/^ +- +"instance_type": "kafka\.m5\.large",$/m);
    expect(message).toMatch(/^ +\+ +"instance_type": "kafka\.m7g\.large",$/m);
  });

  test("fails if a property is there that must not be", () => {
    expect(root).not.toHaveTerraformResource("aws_s3_bucket.events", { bucket: undefined });
    expect(
      messageOf(() => expect(root).toHaveTerraformResource("aws_s3_bucket.events", { bucket: undefined })),
    ).toMatch(/expected: undefined\n +received: "events"/);
  });

  test("fails if there is another type or name, or .not finds it", () => {
    expect(messageOf(() => expect(root).toHaveTerraformResource("data.aws_region.other"))).toContain(
      "expected the data source data.aws_region.other; there is none. The nearest of 4:\n  data.aws_region.current",
    );
    expect(
      messageOf(() => expect(root).not.toHaveTerraformResource("aws_s3_bucket.events", { bucket: "events" })),
    ).toBe('expected no resource aws_s3_bucket.events with {"bucket": "events"}, but there is:\n{"bucket": "events"}');
  });
});

describe("toHaveModuleCall", () => {
  test("finds modules of the root and of modules", () => {
    expect(root).toHaveModuleCall("kafka", { source: "./modules/kafka", zones: "${var.zones}", depends_on: undefined });
    expect(root).toHaveModuleCall("module.kafka");
    expect(root).toHaveModuleCall("module.kafka.module.inner", {
      cluster_uuid: "${aws_msk_cluster.cluster.cluster_uuid}",
    });
  });

  test("fails if there is none, or an argument differs", () => {
    expect(root).not.toHaveModuleCall("inner");
    expect(messageOf(() => expect(root).toHaveModuleCall("kafak"))).toContain(
      "expected the call module.kafak; there is none. The nearest of 2:\n  module.kafka\n",
    );
    expect(messageOf(() => expect(root).toHaveModuleCall("kafka", { zones: [] }))).toMatch(/zones\n +expected: \[\]/);
  });
});

describe("toHaveTerraformOutput and toHaveTerraformVariable", () => {
  test("find those of the root and of modules", () => {
    expect(root).toHaveTerraformOutput("cluster_arn", { value: "${module.kafka.cluster_arn}" });
    expect(root).toHaveTerraformOutput("module.kafka.cluster_arn", { value: "${aws_msk_cluster.cluster.arn}" });
    expect(root).toHaveTerraformVariable("zones", { default: undefined, type: "list(string)" });
    expect(root).toHaveTerraformVariable("module.kafka.zones", { type: "list(string)" });
    expect(root).toHaveTerraformVariable("module.kafka.module.inner.cluster_uuid");
  });

  test("fails if there is none, or it differs", () => {
    expect(root).not.toHaveTerraformOutput("zones");
    expect(root).not.toHaveTerraformVariable("cluster_arn");
    expect(messageOf(() => expect(root).toHaveTerraformOutput("arn"))).toContain("expected the output arn; there is");
    expect(messageOf(() => expect(root).toHaveTerraformVariable("zones", { type: "string" }))).toMatch(
      /the variable zones with other properties:\n\ntype\n +expected: "string"\n +received: "list\(string\)"/,
    );
  });
});

describe("toHaveMovedBlock and toHaveImportBlock", () => {
  test("find the blocks of the root", () => {
    expect(root).toHaveMovedBlock("aws_msk_cluster.old", CLUSTER);
    expect(root).toHaveImportBlock("module.kafka.module.inner.aws_s3_bucket.logs");
    expect(root).toHaveImportBlock("module.kafka.module.inner.aws_s3_bucket.logs", "logs");
  });

  test("fails if there is another one", () => {
    expect(root).not.toHaveMovedBlock(CLUSTER, "aws_msk_cluster.old");
    expect(root).not.toHaveImportBlock("module.kafka.module.inner.aws_s3_bucket.logs", "other");
    expect(messageOf(() => expect(root).toHaveMovedBlock("a", "b"))).toBe(
      `expected a moved block with {"from": "a", "to": "b"}; there are:\n  {"from": "aws_msk_cluster.old", "to": "${CLUSTER}"}`,
    );
    expect(messageOf(() => expect(newRoot()).toHaveImportBlock("a"))).toContain("there are:\n  none");
    expect(messageOf(() => expect(root).not.toHaveMovedBlock("aws_msk_cluster.old", CLUSTER))).toContain(
      "expected no moved block",
    );
  });
});

describe("toHaveBackend", () => {
  test("finds the declared one, Terraform Cloud too", () => {
    expect(root).toHaveBackend("local", { path: "../../../terraform.root.tfstate" });
    const cloud = newRoot();
    new CloudBackend(cloud, { organization: "acme", workspaces: new NamedCloudWorkspace("cdc") });
    expect(cloud).toHaveBackend("cloud", { organization: "acme", workspaces: { name: "cdc" } });
    expect(cloud).not.toHaveBackend("local");
  });

  test("fails if there is another one, or other settings", () => {
    expect(root).not.toHaveBackend("s3");
    expect(messageOf(() => expect(root).toHaveBackend("s3"))).toContain("The nearest of 1:\n  local");
    expect(messageOf(() => expect(root).toHaveBackend("local", { path: "x" }))).toContain('expected: "x"');
  });
});

describe("what the matchers take", () => {
  test("the folder of Testing.fullSynth, of app.synth and of a stack", () => {
    const outdir = Testing.fullSynth(root);
    for (const folder of [outdir, join(outdir, "stacks/root")]) expect(folder).toHaveAddresses(ALL);
  });

  test("any stack, with or without modules", () => {
    const stack = new TerraformStack(Testing.app(), "plain");
    new TerraformOutput(stack, "greeting", { value: "hello" });
    expect(stack).toHaveTerraformOutput("greeting", { value: "hello" });
  });

  test("a stack that isn't complete yet", () => {
    const incomplete = new RootModule(Testing.app(), "root", { requiredProviders: {} });
    new S3Bucket(incomplete, "bucket");
    expect(incomplete).toHaveAddresses(["aws_s3_bucket.bucket"]);
  });

  test("fails if it is anything else, with .not too", () => {
    const nowhere = mkdtempSync(join(tmpdir(), "cdc-test-"));
    expect(messageOf(() => expect(nowhere).not.toHaveAddress("a"))).toContain(`no synthesized stack in ${nowhere}`);
    expect(messageOf(() => expect({}).not.toHaveAddress("a"))).toContain("expected a stack, or the folder");
    const app = Testing.app();
    [newRoot({ app, id: "one" }), newRoot({ app, id: "two" })].forEach((one) => expect(one).toHaveAddresses([]));
    app.synth();
    expect(messageOf(() => expect(app.outdir).toHaveAddress("a"))).toContain(
      "pass the folder of one of them, stacks/one or stacks/two",
    );
  });
});

describe("the JSON of a module", () => {
  test("is what cdktf's own matchers take", () => {
    expect(moduleJson(root, "kafka")).toHaveResourceWithProperties(MskCluster, { cluster_name: "cdc" });
    expect(moduleJson(root, "module.kafka.module.inner")).toHaveResource(S3Bucket);
    expect(moduleJson(root, "kafka")).not.toHaveResource(S3Bucket);
  });

  test("fails if there is no such module, and says which there are", () => {
    expect(() => moduleJson(root, "kafak")).toThrow(
      "there is no module.kafak; there are: module.kafka, module.kafka.module.inner",
    );
    expect(() => moduleJson(newRoot(), "kafka")).toThrow("there are: none");
  });

  test("is there for every module, by its address", () => {
    expect([...synthesized(root).modules.keys()]).toEqual(["module.kafka", "module.kafka.module.inner"]);
    expect(synthesized(root).root).toHaveProperty("module.kafka.source", "./modules/kafka");
  });
});
