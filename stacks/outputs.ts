import { TerraformOutput } from "cdktf";
import { Construct } from "constructs";

/** Declares outputs of the root module, by their names in Terraform. */
export function pipelineOutputs(
  scope: Construct,
  outputs: Readonly<Record<string, readonly [value: string, description: string]>>,
): void {
  for (const [name, [value, description]] of Object.entries(outputs)) {
    // In Terraform an output may have a module's name; among constructs each name is there once.
    const id = scope.node.tryFindChild(name) ? `output.${name}` : name;
    new TerraformOutput(scope, id, { value, description }).overrideLogicalId(name);
  }
}
