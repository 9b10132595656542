import { relative } from "node:path";
import { Annotations } from "cdktf";
import { Construct } from "constructs";
import pc from "picocolors";
import { ConfigurationError, Problem } from "../lib";
import type { Environment } from "../profiles/environment";

export interface Success {
  readonly environment: Environment;
  readonly profile: string;
  readonly stackFolder: string;
  readonly warnings: readonly Problem[];
}

/** Hands the warnings to cdktf: its CLI shows them, and the manifest keeps them. */
export function annotate(scope: Construct, warnings: readonly Problem[]): void {
  for (const warning of warnings) Annotations.of(scope).addWarning(sentence(warning));
}

/** Says what was written and what to do next. Under the cdktf CLI it stays quiet: that has its own words. */
export function succeeded({ environment, profile, stackFolder, warnings }: Success): void {
  if (environment.underCdktfCli) return;
  const colors = pc.createColors(process.stderr.isTTY);
  for (const warning of warnings) console.error(`${colors.yellow("warning")} ${sentence(warning)}`);
  const folder = relative(process.cwd(), stackFolder);
  console.error(`${colors.green("synthesized")} the profile ${profile} to ${folder}`);
  console.error(`next: terraform -chdir=${folder} init && terraform -chdir=${folder} plan`);
}

/** A wrong setting is told in words; anything else is a defect of this project and keeps its stack trace. */
export function failed(error: unknown): void {
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exitCode = 1;
}

function sentence({ code, path, got, expected, fix }: Problem): string {
  const value = got === undefined ? "missing" : JSON.stringify(got);
  return `${code}: ${path} is ${value}; better: ${expected}. Fix: ${fix}.`;
}
