import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { VaultProvider } from "@cdktf/provider-vault/lib/provider";
import { App, Testing } from "cdktf";
import { RootModule, RootModuleProps } from "../../lib";
import { callAddress, calls, Subject, synthesized } from "../../testing/synthesized";

export const REQUIRED_PROVIDERS = {
  aws: { source: "hashicorp/aws", version: "~> 6.0" },
  null: { source: "hashicorp/null", version: "~> 3.0" },
  random: { source: "hashicorp/random", version: "~> 3.0" },
  vault: { source: "hashicorp/vault", version: "~> 5.0" },
};

/** A root with its providers, in an app of its own unless told otherwise. */
export function newRoot({
  app = Testing.app(),
  id = "root",
  ...props
}: Partial<RootModuleProps> & { app?: App; id?: string } = {}): RootModule {
  const root = new RootModule(app, id, { requiredProviders: REQUIRED_PROVIDERS, ...props });
  new AwsProvider(root, "aws", { region: "us-east-1" });
  new NullProvider(root, "null_provider");
  new RandomProvider(root, "random_provider");
  new VaultProvider(root, "vault");
  return root;
}

/** What a module is called with, beside its source. */
export function callArguments(subject: Subject, module: string): Record<string, unknown> {
  const block = calls(synthesized(subject)).get(callAddress(module)) ?? {};
  return Object.fromEntries(Object.entries(block).filter(([name]) => name !== "source"));
}

/** The `required_providers` of a module. */
export function requiredProviders(subject: Subject, module: string): unknown {
  const { terraform } = synthesized(subject).modules.get(module) as { terraform?: { required_providers?: object } };
  return terraform?.required_providers;
}
