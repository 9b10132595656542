import { TerraformResource, Token } from "cdktf";
import { Construct } from "constructs";
import type { JsonObject } from "./json";

export interface EphemeralResourceProps {
  /** `vault_generic_secret` */
  readonly type: string;
  /** Local name of the provider. */
  readonly provider: string;
  /** Its arguments, in Terraform's names. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

/**
 * `ephemeral "vault_generic_secret" "rds" { … }`: a value that Terraform reads while it plans and applies, and stores neither in the
 * plan nor in the state. It may only go where nothing is stored: into write-only arguments and provisioners. Terraform 1.10;
 * cdktf's bindings have none of these.
 */
export class EphemeralResource extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: EphemeralResourceProps,
  ) {
    super(scope, id, {
      terraformResourceType: `ephemeral.${props.type}`,
      terraformGeneratorMetadata: { providerName: props.provider },
    });
  }

  /** An entry of a map attribute: `entry("data", "password")`. */
  entry(attribute: string, key: string): string {
    return Token.asString(this.interpolationForAttribute(`${attribute}["${key}"]`));
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.props.arguments };
  }

  override toTerraform(): JsonObject {
    const { resource } = super.toTerraform() as { resource: JsonObject };
    return { ephemeral: { [this.props.type]: resource[this.terraformResourceType] ?? {} } };
  }
}
