import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { Resource } from "@cdktf/provider-null/lib/resource";
import { AssetType, TerraformAsset, TerraformOutput, TerraformVariable, Testing } from "cdktf";
import { Construct } from "constructs";
import { ChildModule, ConfigurationError, RegistryModule } from "../../lib";
import { RESERVED_INPUT_NAMES } from "../../lib/names";
import { synthesized } from "../../testing";
import { newRoot, REQUIRED_PROVIDERS, requiredProviders } from "./roots";

/** The error that something throws; fails when it throws none, or another. */
function problemOf(action: () => unknown): ConfigurationError["problems"] {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a module's name", () => {
  test.each(["msk-cluster", "MskCluster", "1st", "ä", "a.b"])("fails if it is %p", (name) => {
    const root = newRoot();
    expect(problemOf(() => new ChildModule(root, name))).toMatchObject([{ code: "module-name", got: name }]);
  });

  test.each(["msk_cluster", "_a", "a1"])("may be %p", (name) => {
    const root = newRoot();
    new Resource(new ChildModule(root, name), "a");
    expect(root).toHaveAddresses([`module.${name}.null_resource.a`]);
  });

  test("fails if another module of the caller has it, in whatever scope", () => {
    const root = newRoot();
    new ChildModule(root, "store");
    expect(() => new ChildModule(root, "store")).toThrow("There is already a Construct with name 'store'");
    const problems = problemOf(() => new ChildModule(new Construct(root, "group"), "store"));
    expect(problems).toMatchObject([{ code: "module-name-taken", path: "root/group/store", got: "store" }]);
  });

  test("may be that of a module of another caller, also of the own one", () => {
    const root = newRoot();
    const [a, b] = [new ChildModule(root, "a"), new ChildModule(root, "b")];
    for (const outer of [a, b]) new Resource(new ChildModule(outer, "a"), "x");
    expect(root).toHaveAddresses(["module.a.module.a.null_resource.x", "module.b.module.a.null_resource.x"]);
  });
});

describe("the providers of a module", () => {
  test("are those that it uses, with the root's constraints and without configuration", () => {
    const root = newRoot();
    const store = new ChildModule(root, "store");
    new S3Bucket(store, "bucket");
    new DataAwsRegion(store, "current");
    new Resource(store, "setup");
    const { aws, null: nothing } = REQUIRED_PROVIDERS;
    expect(requiredProviders(root, "module.store")).toEqual({ aws, null: nothing });
    expect(synthesized(root).modules.get("module.store")).not.toHaveProperty("provider");
  });

  test("fails if a module that only calls another requires what only that one uses", () => {
    const root = newRoot();
    const outer = new ChildModule(root, "outer");
    new S3Bucket(new ChildModule(outer, "inner"), "bucket");
    expect(requiredProviders(root, "module.outer")).toBeUndefined();
    expect(requiredProviders(root, "module.outer.module.inner")).toEqual({ aws: REQUIRED_PROVIDERS.aws });
  });

  test("fails if the root's requiredProviders lack one", () => {
    const root = newRoot({ requiredProviders: { aws: REQUIRED_PROVIDERS.aws } });
    new Resource(new ChildModule(root, "store"), "setup");
    expect(problemOf(() => Testing.synth(root))).toEqual([
      expect.objectContaining({
        code: "provider-not-required",
        path: "requiredProviders.null",
        fix: "add null to requiredProviders of the root module",
      }),
    ]);
  });

  test("fails if a registry module's provider isn't in the root's requiredProviders", () => {
    const root = newRoot();
    new RegistryModule(new ChildModule(root, "store"), "x", {
      source: "x/y/z",
      usesProviders: ["google"],
      inputs: {},
    });
    expect(problemOf(() => Testing.synth(root))).toMatchObject([{ path: "requiredProviders.google" }]);
  });

  test("fails if validations demand a provider construct in a module", () => {
    const root = newRoot();
    new S3Bucket(new ChildModule(root, "store"), "bucket");
    expect(() => Testing.synth(root, true)).not.toThrow();
  });

  test("fails if validations miss that the root has no provider construct", () => {
    const root = newRoot({ id: "with" });
    root.node.tryRemoveChild("aws");
    new S3Bucket(root, "bucket");
    expect(() => Testing.synth(root, true)).toThrow(/provider/i);
  });
});

describe("what belongs into the root", () => {
  test("fails if a module has a configured provider or an asset, and says both at once", () => {
    const root = newRoot();
    const store = new ChildModule(root, "store");
    new AwsProvider(store, "aws");
    new TerraformAsset(store, "archive", { path: __filename, type: AssetType.FILE });
    expect(problemOf(() => Testing.synth(root))).toMatchObject([
      { code: "root-only", path: "root/store/aws", got: "AwsProvider" },
      { code: "root-only", path: "root/store/archive", got: "TerraformAsset" },
    ]);
  });

  test.each(RESERVED_INPUT_NAMES)("fails if a module's own variable is called %s", (name) => {
    const root = newRoot();
    new TerraformVariable(new ChildModule(root, "store"), name, { default: "x" });
    expect(problemOf(() => Testing.synth(root))).toMatchObject([{ code: "reserved-variable-name", got: name }]);
  });

  test("is neither a variable with a default nor an output nor a resource", () => {
    const root = newRoot();
    const store = new ChildModule(root, "store");
    const size = new TerraformVariable(store, "size", { type: "number", default: 3 });
    new TerraformOutput(store, "double", { value: `${size.stringValue}${size.stringValue}` });
    expect(root).toHaveTerraformVariable("module.store.size", { type: "number", default: 3 });
    expect(root).toHaveTerraformOutput("module.store.double", { value: "${var.size}${var.size}" });
    expect(root).toHaveModuleCall("store", { size: undefined });
  });
});

test("fails if a module has a backend, or notes about construct paths", () => {
  const root = newRoot();
  new Resource(new ChildModule(root, "store"), "setup", { triggers: { a: "1" } });
  const outdir = Testing.fullSynth(root);
  expect(readFileSync(join(outdir, "stacks/root/modules/store/cdk.tf.json"), "utf8")).not.toContain('"//"');
  expect(synthesized(outdir).modules.get("module.store")?.terraform).toEqual({
    required_providers: { null: REQUIRED_PROVIDERS.null },
  });
});
