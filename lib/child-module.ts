import {
  ITerraformDependable,
  TerraformAsset,
  TerraformBackend,
  TerraformDataSource,
  TerraformModule,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
} from "cdktf";
import { Construct } from "constructs";
import { ConfigurationError } from "./errors";
import { freeName, joinNames, RESERVED_INPUT_NAMES, TERRAFORM_NAME } from "./names";
import { CrossingValue } from "./reference";
import { RegistryModule } from "./registry-module";

export interface ChildModuleProps {
  /**
   * What has to exist before anything in this module does.
   * @default - only what the module's values refer to
   */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * A Terraform module: a scope whose resources keep addresses like `module.msk_cluster.aws_msk_cluster.cluster`.
 *
 * Put plain constructs into it and hand plain values around. A value that is used on the other side of the module's
 * boundary becomes an output, an argument and a variable by itself. The module is emitted as a folder of its own,
 * `modules/<name>/cdk.tf.json`, that anyone can read and call from HCL.
 */
export class ChildModule extends TerraformStack implements ITerraformDependable {
  /** The `module` block in the calling module. */
  readonly call: ModuleCall;
  /** The module that calls this one. */
  readonly parent: TerraformStack;
  private readonly outputs = new Map<string, string>();
  private readonly inputs = new Map<string, string>();

  /**
   * @param name the module's name in addresses: `msk_cluster` for `module.msk_cluster`
   * @throws ConfigurationError when the name is no snake_case name or another module of the caller has it
   */
  constructor(scope: Construct, name: string, props: ChildModuleProps = {}) {
    super(scope, name);
    this.parent = TerraformStack.of(scope);
    checkName(this, name);
    this.call = new ModuleCall(scope, name, props.dependsOn);
    // The root writes the files of its modules; a module is no deployable stack and has no entry in the manifest.
    this.synthesizer = { synthesize: () => undefined };
  }

  /** `module.<name>`, for `dependsOn` of other constructs. */
  get fqn(): string {
    return this.call.fqn;
  }

  /** Makes a value of this module readable for its caller. Returns the caller's expression for it, and its names there. */
  expose(expression: string, value: CrossingValue): { expression: string; value: CrossingValue } {
    const output = this.outputs.get(expression) ?? this.addOutput(expression, value);
    const names = [joinNames(this.node.id, output), joinNames(this.node.id, "output", output)];
    return { expression: `module.${this.node.id}.${output}`, value: { ...value, names } };
  }

  /** Takes a value of the caller as an argument. Returns this module's expression for it. */
  accept(expression: string, value: CrossingValue): string {
    return `var.${this.inputs.get(expression) ?? this.addInput(expression, value)}`;
  }

  /** A module has no backend of its own; asking for it gives the caller's. */
  override ensureBackendExists(): TerraformBackend {
    return this.parent.ensureBackendExists();
  }

  override prepareStack(): void {
    checkElements(this, elementsOf(this));
    this.inheritProviders();
    super.prepareStack();
  }

  /** Says which providers the module needs; the root has configured them. */
  inheritProviders(): void {
    for (const name of providerNames(elementsOf(this))) {
      if (!this.node.tryFindChild(`provider.${name}`)) new InheritedProvider(this, name, requiredProvider(this, name));
    }
  }

  private addOutput(expression: string, value: CrossingValue): string {
    const name = freeName(value.names, namesOf(this, TerraformOutput));
    new TerraformOutput(this, `output.${name}`, {
      value: `\${${expression}}`,
      description: `\`${expression}\``,
      ...(value.sensitive ? { sensitive: true } : {}),
    }).overrideLogicalId(name);
    this.outputs.set(expression, name);
    return name;
  }

  private addInput(expression: string, value: CrossingValue): string {
    const name = freeName(value.names, namesOf(this, TerraformVariable));
    const variable = new TerraformVariable(this, `variable.${name}`, {
      type: value.type,
      description: `\`${expression}\` of the calling module.`,
      ...(value.sensitive ? { sensitive: true } : {}),
    });
    variable.overrideLogicalId(name);
    // Younger than cdktf's class.
    if (value.ephemeral) variable.addOverride("ephemeral", true);
    this.call.arguments[name] = `\${${expression}}`;
    this.inputs.set(expression, name);
    return name;
  }
}

/** The `module` block that calls a `ChildModule`. */
export class ModuleCall extends TerraformModule {
  /** The arguments, by the name of the module's variable. */
  readonly arguments: Record<string, string> = {};

  constructor(scope: Construct, name: string, dependsOn?: ITerraformDependable[]) {
    super(scope, `module.${name}`, {
      source: `./modules/${name}`,
      skipAssetCreationFromLocalModules: true,
      ...(dependsOn?.length ? { dependsOn } : {}),
    });
    this.overrideLogicalId(name);
  }

  /** Adds an address of the calling module to `depends_on`. */
  addDependency(address: string): void {
    this.dependsOn = [...(this.dependsOn ?? []), address];
  }

  protected override synthesizeAttributes(): Record<string, string> {
    return { ...this.arguments };
  }
}

/** The provider of a module: configured by the root, so all that the module says is which one it needs. */
class InheritedProvider extends TerraformProvider {
  constructor(
    scope: Construct,
    name: string,
    private readonly requirement: object,
  ) {
    super(scope, `provider.${name}`, {
      terraformResourceType: name,
      terraformGeneratorMetadata: { providerName: name },
    });
  }

  override toTerraform(): object {
    return { terraform: { required_providers: { [this.terraformResourceType]: this.requirement } } };
  }
}

/** Something that knows the version constraints: the root module. */
interface RequirementSource extends TerraformStack {
  readonly requiredProviders: Readonly<Record<string, object>>;
}

function requiredProvider(module: ChildModule, name: string): object {
  const root = module.node.scopes.find((scope): scope is RequirementSource => "requiredProviders" in scope);
  const requirement = root?.requiredProviders[name];
  if (requirement) return requirement;
  throw new ConfigurationError(`module.${module.node.id}`, [
    {
      code: "provider-not-required",
      path: `requiredProviders.${name}`,
      got: undefined,
      expected: "a source and a version constraint for every provider that a module uses",
      fix: `add ${name} to requiredProviders of the root module`,
    },
  ]);
}

/** The constructs of this module, without those of the modules it calls. */
function elementsOf(module: TerraformStack): Construct[] {
  return module.node.findAll().filter((node): node is Construct => TerraformStack.of(node) === module);
}

function providerNames(elements: readonly Construct[]): Set<string> {
  const names = elements.flatMap((node): readonly (string | undefined)[] => {
    if (node instanceof RegistryModule) return node.usesProviders;
    const usesProvider = TerraformResource.isTerraformResource(node) || TerraformDataSource.isTerraformDataSource(node);
    return usesProvider ? [node.terraformGeneratorMetadata?.providerName] : [];
  });
  return new Set(names.filter((name) => name !== undefined).filter((name) => name !== "terraform"));
}

function namesOf(module: TerraformStack, kind: typeof TerraformOutput | typeof TerraformVariable): Set<string> {
  const elements = elementsOf(module).filter((node) => node instanceof kind);
  return new Set(elements.map((element) => (element as TerraformOutput).friendlyUniqueId));
}

function checkName(module: ChildModule, name: string): void {
  const sibling = module.parent.node
    .findAll()
    .find(
      (node) =>
        node !== module && node instanceof ChildModule && node.parent === module.parent && node.node.id === name,
    );
  if (TERRAFORM_NAME.test(name) && !sibling) return;
  throw new ConfigurationError(`the module "${name}"`, [
    {
      code: sibling ? "module-name-taken" : "module-name",
      path: module.node.path,
      got: name,
      expected: sibling
        ? "one module of this name in the calling module"
        : "snake_case: a-z, 0-9 and _, not beginning with a digit",
      fix: "give the module another name; the name is part of every address in it",
    },
  ]);
}

function checkElements(module: ChildModule, elements: readonly Construct[]): void {
  const problems = elements.flatMap((node) => {
    if (node instanceof TerraformVariable && RESERVED_INPUT_NAMES.includes(node.friendlyUniqueId)) {
      return [
        {
          code: "reserved-variable-name",
          path: node.node.path,
          got: node.friendlyUniqueId,
          expected: `any name but ${RESERVED_INPUT_NAMES.join(", ")}`,
          fix: "rename the variable: Terraform keeps this name for module blocks",
        },
      ];
    }
    if (
      node instanceof TerraformAsset ||
      (TerraformProvider.isTerraformProvider(node) && !(node instanceof InheritedProvider))
    ) {
      return [
        {
          code: "root-only",
          path: node.node.path,
          got: node.constructor.name,
          expected: "resources, data sources, modules, locals, variables and outputs",
          fix: "create it in the root module and hand its values to the module",
        },
      ];
    }
    return [];
  });
  if (problems.length > 0) throw new ConfigurationError(`module.${module.node.id}`, problems);
}
