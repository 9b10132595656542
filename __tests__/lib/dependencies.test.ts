import { Resource } from "@cdktf/provider-null/lib/resource";
import { ITerraformDependable, Testing, TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import { ChildModule, ConfigurationError, RegistryModule } from "../../lib";
import { callArguments, newRoot } from "./roots";

function resource(scope: Construct, id: string, ...dependsOn: ITerraformDependable[]): Resource {
  return new Resource(scope, id, { dependsOn });
}

describe("dependsOn", () => {
  test("of a module on a module, a root resource and a resource inside a module", () => {
    const root = newRoot();
    const network = new ChildModule(root, "network");
    const setup = resource(root, "setup");
    const inside = resource(new ChildModule(root, "store"), "inside");
    new ChildModule(root, "reader", { dependsOn: [network, setup, inside, network] });
    expect(callArguments(root, "reader")).toEqual({
      depends_on: ["module.network", "null_resource.setup", "module.store"],
    });
  });

  test("of a root resource on modules names each module once", () => {
    const root = newRoot();
    const store = new ChildModule(root, "store");
    resource(root, "last", store, resource(store, "a"), resource(store, "b"), resource(root, "other"));
    expect(root).toHaveTerraformResource("null_resource.last", {
      depends_on: ["module.store", "null_resource.other"],
    });
  });

  test("inside one module stays there", () => {
    const root = newRoot();
    const store = new ChildModule(root, "store");
    resource(store, "second", resource(store, "first"));
    expect(root).toHaveTerraformResource("module.store.null_resource.second", {
      depends_on: ["null_resource.first"],
    });
    expect(callArguments(root, "store")).toEqual({});
  });

  test("of a resource in a module on one in another becomes one of the modules", () => {
    const root = newRoot();
    const store = new ChildModule(root, "store");
    const reader = new ChildModule(root, "reader");
    resource(reader, "one", resource(store, "a"));
    resource(reader, "two", store, resource(reader, "zero"));
    expect(callArguments(root, "reader")).toEqual({ depends_on: ["module.store"] });
    expect(root).toHaveTerraformResource("module.reader.null_resource.one", { depends_on: undefined });
    expect(root).toHaveTerraformResource("module.reader.null_resource.two", { depends_on: ["null_resource.zero"] });
  });

  test("of a resource in a module on a root resource goes to the module block", () => {
    const root = newRoot();
    resource(new ChildModule(root, "reader"), "one", resource(root, "setup"));
    expect(callArguments(root, "reader")).toEqual({ depends_on: ["null_resource.setup"] });
  });

  test("between nested modules stands where their ways part", () => {
    const root = newRoot();
    const outer = new ChildModule(root, "outer");
    const deep = resource(new ChildModule(outer, "left"), "deep");
    const right = new ChildModule(outer, "right");
    resource(new ChildModule(right, "inner"), "late", deep);
    resource(root, "last", deep);
    expect(root).toHaveModuleCall("module.outer.module.right", { depends_on: ["module.left"] });
    expect(root).toHaveModuleCall("module.outer.module.right.module.inner", { depends_on: undefined });
    expect(root).toHaveModuleCall("outer", { depends_on: undefined });
    expect(root).toHaveTerraformResource("null_resource.last", { depends_on: ["module.outer"] });
  });

  test("of a registry module and of an output", () => {
    const root = newRoot();
    const store = new ChildModule(root, "store");
    new RegistryModule(root, "vpc", { source: "x/vpc/aws", usesProviders: [], inputs: {}, dependsOn: [store] });
    new TerraformOutput(root, "ready", { value: "yes", dependsOn: [resource(store, "a")] });
    expect(root).toHaveModuleCall("vpc", { depends_on: ["module.store"] });
    expect(root).toHaveTerraformOutput("ready", { depends_on: ["module.store"] });
  });
});

describe("a whole resource as a value", () => {
  const uses: [name: string, use: (target: Resource, inside: ChildModule) => void][] = [
    ["in the root", ({ fqn }, { parent }) => new TerraformOutput(parent, "all", { value: fqn })],
    ["in another module", ({ fqn }, inside) => new Resource(inside, "all", { triggers: { all: fqn } })],
    ["in a text", ({ fqn }, inside) => new Resource(inside, "all", { triggers: { all: `<${fqn}>` } })],
  ];
  test.each(uses)("fails if it crosses a boundary: %s", (_name, use) => {
    const root = newRoot();
    use(resource(new ChildModule(root, "store"), "a"), new ChildModule(root, "reader"));
    expect(() => Testing.synth(root)).toThrow(ConfigurationError);
    expect(() => Testing.synth(root)).toThrow("fix: use an attribute, for example cluster.arn instead of cluster.fqn");
  });

  test("is a value like any other inside its module", () => {
    const root = newRoot();
    const store = new ChildModule(root, "store");
    new TerraformOutput(store, "all", { value: resource(store, "a").fqn });
    expect(root).toHaveTerraformOutput("module.store.all", { value: "${null_resource.a}" });
  });
});
