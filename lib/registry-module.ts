import { TerraformModule, TerraformModuleConfig, Token } from "cdktf";
import { Construct } from "constructs";

/** A call of a module that somebody else wrote, from a registry or from Git. */
export interface RegistryModuleProps extends TerraformModuleConfig {
  /** The module's input variables by their own names. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Local names of the providers that the module uses; its caller has to require them too. */
  readonly usesProviders: readonly string[];
}

/**
 * Calls a published module, like `module "vpc" { source = "terraform-aws-modules/vpc/aws" }`.
 * Its outputs are read with their type, so that what is wired from them has that type too.
 */
export class RegistryModule extends TerraformModule {
  /** Local names of the providers that the module uses. */
  readonly usesProviders: readonly string[];
  private readonly inputs: Readonly<Record<string, unknown>>;
  private readonly outputTypes = new Map<string, string>();

  constructor(scope: Construct, id: string, props: RegistryModuleProps) {
    super(scope, id, props);
    this.usesProviders = props.usesProviders;
    this.inputs = props.inputs;
  }

  /** An output of type string. */
  stringOutput(name: string): string {
    this.outputTypes.set(name, "string");
    return this.getString(name);
  }

  /** An output of type list(string). */
  listOutput(name: string): string[] {
    this.outputTypes.set(name, "list(string)");
    return Token.asList(this.interpolationForOutput(name));
  }

  /** The type with which an output was read; undefined when nobody read it. */
  typeOf(output: string): string | undefined {
    return this.outputTypes.get(output);
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.inputs };
  }
}
