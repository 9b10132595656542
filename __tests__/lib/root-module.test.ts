import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { Resource } from "@cdktf/provider-null/lib/resource";
import { Annotations, App, Aspects, IAspect, S3Backend, TerraformOutput, Testing } from "cdktf";
import { IConstruct } from "constructs";
import { ChildModule, ConfigurationError, RootModule } from "../../lib";
import { synthesized } from "../../testing";
import { newRoot, REQUIRED_PROVIDERS } from "./roots";

/** A root with two modules, one of which is used by the other. */
function exampleRoot(app = Testing.app()): RootModule {
  const root = newRoot({ app });
  const bucket = new S3Bucket(new ChildModule(root, "store"), "bucket");
  new Resource(new ChildModule(root, "reader"), "shown", { triggers: { arn: bucket.arn } });
  return root;
}

const EXAMPLE_FILES = ["cdk.tf.json", "modules/reader/cdk.tf.json", "modules/store/cdk.tf.json"];

/** Every file of a folder with its content, by its path. */
function filesOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

class Visit implements IAspect {
  constructor(private readonly visitor: (node: IConstruct) => void) {}

  visit(node: IConstruct): void {
    this.visitor(node);
  }
}

describe("every way of synthesizing", () => {
  test("writes the root and its modules: app.synth", () => {
    const app = Testing.app();
    exampleRoot(app);
    app.synth();
    expect(Object.keys(filesOf(join(app.outdir, "stacks/root")))).toEqual(EXAMPLE_FILES);
    expect(app.outdir).toHaveModuleCall("reader", { store_bucket_arn: "${module.store.bucket_arn}" });
  });

  test("writes the same with Testing.fullSynth", () => {
    const app = Testing.app();
    exampleRoot(app);
    app.synth();
    const outdir = Testing.fullSynth(exampleRoot());
    expect(filesOf(join(outdir, "stacks/root"))).toEqual(filesOf(join(app.outdir, "stacks/root")));
  });

  test("wires with Testing.synth", () => {
    const json = JSON.parse(Testing.synth(exampleRoot(), true)) as { module: { reader: object } };
    expect(json.module.reader).toEqual({
      source: "./modules/reader",
      store_bucket_arn: "${module.store.bucket_arn}",
    });
  });

  test("works in a user's own App", () => {
    class OwnApp extends App {}
    const app = new OwnApp({ outdir: Testing.app().outdir, stackTraces: false });
    exampleRoot(app);
    app.synth();
    expect(app.outdir).toHaveTerraformOutput("module.store.bucket_arn");
  });

  test("fails if the second synthesis of one stack differs from the first", () => {
    const root = exampleRoot();
    const [first, second] = [Testing.fullSynth(root), Testing.fullSynth(root)];
    expect(filesOf(join(second, "stacks"))).toEqual(filesOf(join(first, "stacks")));
  });

  test("fails if the manifest has another stack than the root", () => {
    const app = Testing.app();
    exampleRoot(app);
    app.synth();
    const manifest = JSON.parse(readFileSync(join(app.outdir, "manifest.json"), "utf8")) as { stacks: object };
    expect(Object.keys(manifest.stacks)).toEqual(["root"]);
    expect(readdirSync(join(app.outdir, "stacks"))).toEqual(["root"]);
  });

  test("fails if a path of this machine, or an unsorted key, gets into a file", () => {
    const files = filesOf(join(Testing.fullSynth(exampleRoot()), "stacks/root"));
    for (const text of Object.values(files)) {
      expect(text).not.toContain(process.cwd());
      expect(text).not.toContain("cdktf.outdir");
      expect(text).toMatch(/\n}\n?$/);
      const keys = Object.keys(JSON.parse(text) as object);
      expect(keys).toEqual([...keys].sort());
    }
  });

  test("fails if HCL is asked for", () => {
    expect(() => void Testing.synthHcl(exampleRoot())).toThrow("leave out --hcl and unset SYNTH_HCL_OUTPUT");
  });

  test("fails if an error annotation in a module's body is overlooked", () => {
    const root = exampleRoot();
    Annotations.of(root.node.findChild("store")).addError("no good");
    expect(() => Testing.fullSynth(root)).toThrow("[root/store] no good");
  });
});

describe("modules that are no longer called", () => {
  /** Synthesizes into the same folder as before. */
  function into(outdir: string, body: (root: RootModule) => void): string {
    const app = Testing.app({ outdir });
    body(newRoot({ app }));
    app.synth();
    return join(outdir, "stacks/root");
  }

  test("are removed, and nothing else is", () => {
    const { outdir } = Testing.app();
    const folder = into(outdir, (root) => {
      new Resource(new ChildModule(root, "kept"), "a");
      new Resource(new ChildModule(new ChildModule(root, "outer"), "inner"), "a");
      new Resource(new ChildModule(root, "gone"), "a");
    });
    mkdirSync(join(folder, ".terraform/modules"), { recursive: true });
    writeFileSync(join(folder, ".terraform/modules/modules.json"), "{}");
    writeFileSync(join(folder, "terraform.tfvars"), "");
    into(outdir, (root) => {
      new Resource(new ChildModule(root, "kept"), "a");
      new Resource(new ChildModule(root, "outer"), "a");
    });
    expect(Object.keys(filesOf(folder))).toEqual([
      ".terraform/modules/modules.json",
      "cdk.tf.json",
      "modules/kept/cdk.tf.json",
      "modules/outer/cdk.tf.json",
      "terraform.tfvars",
    ]);
    expect(existsSync(join(folder, "modules/outer/modules/inner"))).toBe(false);
    into(outdir, () => undefined);
    expect(existsSync(join(folder, "modules/kept"))).toBe(false);
  });

  test("stay as long as the synthesis fails", () => {
    const { outdir } = Testing.app();
    const folder = into(outdir, (root) => new Resource(new ChildModule(root, "store"), "a"));
    const before = filesOf(folder);
    const failing = (root: RootModule): void => {
      const { fqn } = new Resource(new ChildModule(root, "other"), "a");
      new TerraformOutput(root, "all", { value: fqn });
    };
    expect(() => into(outdir, failing)).toThrow(ConfigurationError);
    expect(filesOf(folder)).toEqual(before);
  });
});

describe("the backend", () => {
  test("is local by default, at the project's root by a relative path", () => {
    expect(exampleRoot()).toHaveBackend("local", {
      path: "../../../terraform.root.tfstate",
      workspace_dir: "../../../terraform.root.tfstate.d",
    });
  });

  test.each([
    ["cdktf.out", "../../.."],
    ["build/cdktf.out", "../../../.."],
    ["../elsewhere", "../../.."],
  ])("fails if the path for the output folder %s doesn't begin with %s", (outdir, expected) => {
    const before = process.cwd();
    const project = join(mkdtempSync(join(tmpdir(), "cdc-test-")), "project");
    mkdirSync(join(project, "build"), { recursive: true });
    process.chdir(project);
    try {
      const root = newRoot({ app: Testing.app({ outdir }) });
      expect(root).toHaveBackend("local", { path: `${expected}/terraform.root.tfstate` });
    } finally {
      process.chdir(before);
    }
  });

  test("is the declared one where there is one, and in the root only", () => {
    const root = exampleRoot();
    new S3Backend(root, { bucket: "state", key: "cdc" });
    expect(root).toHaveBackend("s3", { bucket: "state", key: "cdc" });
    expect(root).not.toHaveBackend("local");
    for (const module of synthesized(root).modules.values()) expect(module.terraform).not.toHaveProperty("backend");
  });
});

describe("the settings of the root", () => {
  test("fails if required_providers or required_version aren't what was asked for", () => {
    const { root } = synthesized(newRoot({ requiredVersion: ">= 1.9" }));
    expect(root.terraform).toMatchObject({ required_providers: REQUIRED_PROVIDERS, required_version: ">= 1.9" });
    expect(synthesized(newRoot()).root.terraform).not.toHaveProperty("required_version");
  });
});

describe("moved and import blocks", () => {
  test("come to the root with the addresses of the root", () => {
    const root = newRoot({ moves: [{ from: "aws_s3_bucket.b", to: "module.store.aws_s3_bucket.b" }] });
    const store = new ChildModule(root, "store");
    new S3Bucket(store, "bucket").importFrom("brought-along");
    new S3Bucket(store, "renamed").moveFromId("aws_s3_bucket.old_name");
    new S3Bucket(new ChildModule(store, "inner"), "bucket").importFrom("deep");
    new S3Bucket(new ChildModule(store, "moved"), "bucket").moveFromId("aws_s3_bucket.deep");
    expect(root).toHaveMovedBlock("aws_s3_bucket.b", "module.store.aws_s3_bucket.b");
    expect(root).toHaveMovedBlock("module.store.aws_s3_bucket.old_name", "module.store.aws_s3_bucket.renamed");
    expect(root).toHaveMovedBlock(
      "module.store.module.moved.aws_s3_bucket.deep",
      "module.store.module.moved.aws_s3_bucket.bucket",
    );
    expect(root).toHaveImportBlock("module.store.aws_s3_bucket.bucket", "brought-along");
    expect(root).toHaveImportBlock("module.store.module.inner.aws_s3_bucket.bucket", "deep");
    for (const module of synthesized(root).modules.values()) {
      expect(module).not.toHaveProperty("moved");
      expect(module).not.toHaveProperty("import");
    }
  });

  test("are absent without moves and imports", () => {
    const { root } = synthesized(exampleRoot());
    expect(root).not.toHaveProperty("moved");
    expect(root).not.toHaveProperty("import");
  });

  test("of the root's own resources stay as they are", () => {
    const root = newRoot();
    new S3Bucket(root, "bucket").importFrom("own");
    new S3Bucket(root, "renamed").moveFromId("aws_s3_bucket.old_name");
    expect(root).toHaveImportBlock("aws_s3_bucket.bucket", "own");
    expect(root).toHaveMovedBlock("aws_s3_bucket.old_name", "aws_s3_bucket.renamed");
  });
});

describe("aspects", () => {
  const ways: [name: string, synth: (root: RootModule, app: App) => string][] = [
    ["Testing.fullSynth", (root) => Testing.fullSynth(root)],
    ["app.synth", (_root, app) => (app.synth(), app.outdir)],
  ];

  test.each(ways)("reach the resources of modules: %s", (_name, synth) => {
    const app = Testing.app();
    const root = exampleRoot(app);
    const tag = new Visit((node) => {
      if (node instanceof S3Bucket) node.tags = { ...node.tagsInput, Owner: "data" };
    });
    Aspects.of(app).add(tag);
    Aspects.of(root).add(tag);
    expect(synth(root, app)).toHaveTerraformResource("module.store.aws_s3_bucket.bucket", { tags: { Owner: "data" } });
  });

  test.each(ways)("may add a reference across modules: %s", (_name, synth) => {
    const app = Testing.app();
    const root = exampleRoot(app);
    const suffix = new Resource(new ChildModule(root, "naming"), "suffix");
    Aspects.of(root).add(
      new Visit((node) => {
        if (node instanceof S3Bucket) node.bucket = `events-${suffix.id}`;
      }),
    );
    const outdir = synth(root, app);
    expect(outdir).toHaveTerraformOutput("module.naming.suffix_id", { value: "${null_resource.suffix.id}" });
    expect(outdir).toHaveModuleCall("store", { naming_suffix_id: "${module.naming.suffix_id}" });
    expect(outdir).toHaveTerraformResource("module.store.aws_s3_bucket.bucket", {
      bucket: "events-${var.naming_suffix_id}",
    });
  });

  test.each(ways)("may add a resource of another provider to a module: %s", (_name, synth) => {
    const app = Testing.app();
    const root = exampleRoot(app);
    Aspects.of(root).add(
      new Visit((node) => {
        if (node instanceof S3Bucket && !node.node.scope?.node.tryFindChild("extra")) {
          new Resource(node.node.scope ?? root, "extra", { triggers: { bucket: node.id } });
        }
      }),
    );
    const outdir = synth(root, app);
    expect(outdir).toHaveTerraformResource("module.store.null_resource.extra");
    expect(synthesized(outdir).modules.get("module.store")?.terraform).toEqual({
      required_providers: { aws: REQUIRED_PROVIDERS.aws, null: REQUIRED_PROVIDERS.null },
    });
  });
});

describe("two roots in one app", () => {
  function twoRoots(app = Testing.app()): { app: App; first: RootModule; second: RootModule; bucket: S3Bucket } {
    const first = newRoot({ app, id: "first" });
    const second = newRoot({ app, id: "second" });
    const bucket = new S3Bucket(new ChildModule(first, "store"), "bucket");
    return { app, first, second, bucket };
  }
  const remote =
    "data.terraform_remote_state.cross-stack-reference-input-first.outputs.cross-stack-output-modulestorebucket_arn";

  test("have modules of the same name, each its own", () => {
    const { app, first, second, bucket } = twoRoots();
    const other = new S3Bucket(new ChildModule(second, "store"), "bucket");
    new Resource(new ChildModule(first, "reader"), "shown", { triggers: { arn: bucket.arn } });
    new Resource(new ChildModule(second, "reader"), "shown", { triggers: { id: other.id } });
    app.synth();
    expect(join(app.outdir, "stacks/first")).toHaveModuleCall("reader", { store_bucket_id: undefined });
    expect(join(app.outdir, "stacks/second")).toHaveModuleCall("reader", {
      store_bucket_id: "${module.store.bucket_id}",
      store_bucket_arn: undefined,
    });
  });

  test("read values of each other's modules through the remote state", () => {
    const { app, second, bucket } = twoRoots();
    const reader = new ChildModule(second, "reader");
    new Resource(reader, "a", { triggers: { arn: bucket.arn } });
    new Resource(reader, "b", { triggers: { text: `${bucket.arn}/*` } });
    new TerraformOutput(second, "arn", { value: bucket.arn });
    app.synth();
    const [first, other] = [join(app.outdir, "stacks/first"), join(app.outdir, "stacks/second")];
    expect(first).toHaveTerraformOutput("cross-stack-output-modulestorebucket_arn", {
      value: "${module.store.bucket_arn}",
    });
    expect(first).toHaveTerraformOutput("module.store.bucket_arn", { value: "${aws_s3_bucket.bucket.arn}" });
    expect(other).toHaveTerraformResource("data.terraform_remote_state.cross-stack-reference-input-first", {
      backend: "local",
      config: {
        path: "../../../terraform.first.tfstate",
        workspace_dir: "../../../terraform.first.tfstate.d",
      },
    });
    expect(other).toHaveTerraformOutput("arn", { value: `\${${remote}}` });
    // One variable, however often the stack was prepared and the value used.
    expect(Object.keys(synthesized(other).modules.get("module.reader")?.variable ?? {})).toEqual(["store_bucket_arn"]);
    expect(other).toHaveModuleCall("reader", { store_bucket_arn: `\${${remote}}` });
    expect(other).toHaveTerraformVariable("module.reader.store_bucket_arn", {
      type: "string",
      description: `\`${remote}\` of the calling module.`,
    });
    expect(other).toHaveTerraformResource("module.reader.null_resource.b", {
      triggers: { text: "${var.store_bucket_arn}/*" },
    });
  });

  test("depend on each other as a whole", () => {
    const { app, second, bucket } = twoRoots();
    new S3Bucket(new ChildModule(second, "store"), "bucket", { dependsOn: [bucket] });
    new Resource(second, "setup", { dependsOn: [bucket] });
    app.synth();
    const folder = join(app.outdir, "stacks/second");
    expect(folder).toHaveTerraformResource("module.store.aws_s3_bucket.bucket", { depends_on: undefined });
    expect(folder).toHaveTerraformResource("null_resource.setup", { depends_on: undefined });
    const { stacks } = JSON.parse(readFileSync(join(app.outdir, "manifest.json"), "utf8")) as {
      stacks: Record<string, { dependencies: string[] }>;
    };
    expect(stacks.second?.dependencies).toEqual(["first"]);
  });

  test("fails if a circle of two roots is accepted", () => {
    const { app, first, second, bucket } = twoRoots();
    new Resource(second, "setup", { dependsOn: [bucket] });
    new Resource(first, "setup", { dependsOn: [new Resource(second, "other")] });
    expect(() => app.synth()).toThrow(/depend/);
  });
});
