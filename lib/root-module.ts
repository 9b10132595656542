import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import {
  App,
  Aspects,
  ISynthesisSession,
  IStackSynthesizer,
  LocalBackend,
  TerraformBackend,
  TerraformStack,
} from "cdktf";
import { Construct } from "constructs";
import { ChildModule } from "./child-module";
import { ConfigurationError } from "./errors";
import { Json, JsonObject, stableJson } from "./json";
import { CARRIED_DEPENDENCY, wireModules } from "./wiring";

/** An entry of `required_providers`. */
export interface RequiredProvider {
  /** Full source address, `hashicorp/aws`: without the namespace OpenTofu and Terraform Cloud take it for another one. */
  readonly source: string;
  /** Version constraint, `~> 6.0`. */
  readonly version: string;
}

/** A resource or module that got another address: `moved { from = … to = … }`. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

export interface RootModuleProps {
  /** Every provider of the root and of its modules, by local name. */
  readonly requiredProviders: Readonly<Record<string, RequiredProvider>>;
  /**
   * Version constraint for Terraform itself.
   * @default - any version
   */
  readonly requiredVersion?: string;
  /**
   * Address changes that Terraform shall follow instead of destroying and creating.
   * @default - none
   */
  readonly moves?: readonly Move[];
}

/**
 * A root module whose `ChildModule`s are real Terraform modules, in `modules/<name>` inside its own folder: there they travel
 * with Terraform Cloud's uploads, and `-target=module.<name>` and existing state addresses work.
 */
export class RootModule extends TerraformStack {
  /** Every provider of the root and of its modules, by local name. */
  readonly requiredProviders: Readonly<Record<string, RequiredProvider>>;
  private readonly moves: readonly Move[];
  private emittedModules = new Map<string, JsonObject>();
  private isPrepared = false;

  constructor(scope: Construct, id: string, props: RootModuleProps) {
    super(scope, id);
    this.requiredProviders = props.requiredProviders;
    this.moves = props.moves ?? [];
    wireModules(App.of(this));
    this.addOverride("terraform.required_providers", props.requiredProviders);
    if (props.requiredVersion) this.addOverride("terraform.required_version", props.requiredVersion);
    this.synthesizer = new ModuleTreeSynthesizer(this.synthesizer, this, () => this.emittedModules);
  }

  /**
   * Local state, by a relative path: cdktf's own default writes this machine's absolute path into the output. It stays at the
   * project's root, because `cdktf.out` is thrown away; and not as `terraform.tfstate`, with which the cdktf CLI refuses to
   * work.
   */
  override ensureBackendExists(): TerraformBackend {
    const existing = this.node.findAll().find((node): node is TerraformBackend => TerraformBackend.isBackend(node));
    return (
      existing ??
      new LocalBackend(this, {
        path: `${this.pathToProject()}/terraform.${this.node.id}.tfstate`,
        workspaceDir: `${this.pathToProject()}/terraform.${this.node.id}.tfstate.d`,
      })
    );
  }

  override runAllValidations(): void {
    // cdktf demands a provider construct beside every resource; a module's provider is its caller's.
    this.modules().forEach((module) => module.inheritProviders());
    super.runAllValidations();
  }

  override prepareStack(): void {
    super.prepareStack();
    this.isPrepared = true;
  }

  override toTerraform(): JsonObject {
    // The testing helpers of cdktf don't look for references across modules first, and aspects may have added some since.
    if (!this.isPrepared || hasAspects(this)) [this, ...this.modules()].forEach((module) => module.prepareStack());
    this.isPrepared = false;
    const emitted = new Map<string, JsonObject>();
    const json = emitTree(this, super.toTerraform() as JsonObject, ".", emitted);
    const moved = [...this.moves.map((move) => ({ ...move })), ...list(json.moved)];
    this.emittedModules = emitted;
    return { ...json, ...(moved.length > 0 ? { moved } : {}) };
  }

  override toHclTerraform(): never {
    throw new ConfigurationError("the output format", [
      {
        code: "hcl-output",
        path: "--hcl",
        got: "HCL",
        expected: "Terraform's JSON syntax: modules are emitted as cdk.tf.json",
        fix: "leave out --hcl and unset SYNTH_HCL_OUTPUT",
      },
    ]);
  }

  /** From the stack's folder to the project's: three up from cdktf.out/stacks/<id>. An output folder elsewhere counts as cdktf.out. */
  private pathToProject(): string {
    const output = relative(process.cwd(), App.of(this).outdir);
    const folders = output === "" || output.startsWith("..") || isAbsolute(output) ? 1 : output.split(sep).length;
    return Array(folders + 2)
      .fill("..")
      .join("/");
  }

  private modules(): ChildModule[] {
    return this.node.findAll().filter((node): node is ChildModule => node instanceof ChildModule);
  }
}

function hasAspects(root: TerraformStack): boolean {
  return [...root.node.scopes, ...root.node.findAll()].some((node) => Aspects.of(node).all.length > 0);
}

/** Writes the modules after the root. Everything is computed before the first file is written. */
class ModuleTreeSynthesizer implements IStackSynthesizer {
  constructor(
    private readonly rootSynthesizer: IStackSynthesizer,
    private readonly root: RootModule,
    private readonly emittedModules: () => ReadonlyMap<string, JsonObject>,
  ) {}

  synthesize(session: ISynthesisSession): void {
    this.rootSynthesizer.synthesize(session);
    const folder = join(session.outdir, session.manifest.forStack(this.root).workingDirectory);
    const modules = this.emittedModules();
    for (const [path, json] of modules) {
      mkdirSync(join(folder, path), { recursive: true });
      writeFileSync(join(folder, path, "cdk.tf.json"), stableJson(json));
    }
    removeOthers(folder, modules);
  }
}

/** A module that is no longer called would stay in a committed `cdktf.out` for ever. */
function removeOthers(folder: string, modules: ReadonlyMap<string, JsonObject>): void {
  const parents = new Set([".", ...modules.keys()].map((path) => join(folder, path, "modules")));
  for (const parent of parents) {
    for (const name of namesIn(parent)) {
      const kept = [...modules.keys()].some((path) => join(folder, path) === join(parent, name));
      if (!kept) rmSync(join(parent, name), { recursive: true });
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Emits the modules that this one calls, and lifts out of them what Terraform accepts only in the root. */
function emitTree(module: TerraformStack, raw: JsonObject, path: string, emitted: Map<string, JsonObject>): JsonObject {
  const json = withoutCarriedDependencies(raw, module.node.path);
  for (const child of module.node.findAll()) {
    if (!(child instanceof ChildModule) || child.parent !== module) continue;
    const childPath = join(path, "modules", child.node.id);
    const { import: imports, moved, ...body } = emitTree(child, child.toTerraform() as JsonObject, childPath, emitted);
    emitted.set(childPath, withoutComments(body) as JsonObject);
    const address = `module.${child.node.id}`;
    json.import = [
      ...list(json.import),
      ...list(imports).map((block) => ({ ...block, to: prefixed(address, block.to) })),
    ];
    json.moved = [
      ...list(json.moved),
      ...list(moved).map((block) => ({ from: prefixed(address, block.from), to: prefixed(address, block.to) })),
    ];
  }
  return Object.fromEntries(Object.entries(json).filter(([, value]) => !(Array.isArray(value) && value.length === 0)));
}

function list(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? (value as JsonObject[]) : [];
}

function prefixed(module: string, address: Json | undefined): string {
  return `${module}.${address as string}`;
}

/** cdktf's notes about construct paths are for its CLI, which reads them from the root only. */
function withoutComments(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([key]) => key !== "//");
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutComments(inner)]));
}

/** Puts the addresses back that were carried here for `depends_on`; anywhere else they would be a reference to a whole module. */
function withoutCarriedDependencies(json: JsonObject, path: string): JsonObject {
  const clean = JSON.parse(JSON.stringify(json), (key, value: Json) => {
    if (key !== "depends_on" || !Array.isArray(value)) return value;
    const addresses = value.map((entry) => carriedAddress(entry as string)).filter((address) => address !== "");
    return addresses.length > 0 ? [...new Set(addresses)] : undefined;
  }) as JsonObject;
  if (!JSON.stringify(clean).includes(CARRIED_DEPENDENCY)) return clean;
  throw new ConfigurationError(path, [
    {
      code: "whole-object-reference",
      path,
      got: "a reference to a whole resource or module on the other side of a module's boundary",
      expected: "a reference to one of its attributes, or dependsOn",
      fix: "use an attribute, for example cluster.arn instead of cluster.fqn",
    },
  ]);
}

/** `module.vpc` for what stands for it, in an output as `${…}`; nothing where the dependency went to a module block. */
function carriedAddress(entry: string): string {
  const text = entry.replace(/^\$\{(.*)\}$/, "$1");
  return text.startsWith(CARRIED_DEPENDENCY) ? text.slice(CARRIED_DEPENDENCY.length + 1) : entry;
}
