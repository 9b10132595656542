import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ErrorForPeople } from "../lib/errors";
import { type PlanJson } from "./plan";
import { terraform, type TerraformOptions } from "./core";
import { collectTypes, DEFAULT_VAULT_SECRETS, startStandIns, type StandInTypes } from "./standins";
import type { StateFacts } from "./state";

/** A synthesized stack in a temporary folder of its own. */
export interface Synthesized {
  readonly stackFolder: string;
  /** What the synth warned of. */
  readonly warnings: readonly string[];
}

/** The synth failed; its own words say why. */
export class SynthFailure extends ErrorForPeople {
  constructor(output: string) {
    super(output.trim());
  }
}

/** Runs the app of this project as the cdktf CLI does, into another folder than cdktf.out. */
export async function synthesize(
  projectFolder: string,
  outputFolder: string,
  env: Record<string, string>,
): Promise<Synthesized> {
  mkdirSync(outputFolder, { recursive: true });
  const child = spawn(process.execPath, [join(projectFolder, "synth.js")], {
    cwd: projectFolder,
    env: { ...process.env, ...env, CDKTF_OUTDIR: outputFolder },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await new Promise((resolve) => child.once("close", resolve));
  if (exitCode !== 0) throw new SynthFailure(stderr);
  const manifest = JSON.parse(readFileSync(join(outputFolder, "manifest.json"), "utf8")) as {
    stacks: Record<string, { workingDirectory: string; annotations: { message: string }[] }>;
  };
  const [stack] = Object.values(manifest.stacks);
  return {
    stackFolder: join(outputFolder, stack?.workingDirectory ?? ""),
    warnings: (stack?.annotations ?? []).map(({ message }) => message),
  };
}

export interface PlanOptions {
  /** Files with variable values, as absolute paths. */
  readonly varFiles: readonly string[];
  /** A state to plan against. @default - nothing exists yet */
  readonly state?: { readonly file: string; readonly facts: StateFacts };
  /**
   * Applies the plan, to the stand-ins, and plans again: nothing is unknown in that plan. A psql that does nothing takes the
   * place of this machine's.
   * @default false
   */
  readonly applied?: boolean;
  /** Told before each step. */
  readonly progress: (step: string) => void;
  /** Colours in Terraform's text. */
  readonly color: boolean;
}

/** A plan as Terraform shows it, for people and for programs. */
export interface SandboxPlan {
  readonly text: string;
  readonly json: PlanJson;
}

/**
 * Plans a synthesized stack with the real Terraform core and stand-in providers: no account, no Vault, no network. The folder is
 * changed, so it must be a throw-away one: its backend goes, and the state is a copy.
 */
export async function planInSandbox(stackFolder: string, options: PlanOptions): Promise<SandboxPlan> {
  removeBackend(stackFolder);
  if (options.state) cpSync(options.state.file, join(stackFolder, "terraform.tfstate"));
  options.progress("starting the stand-in providers");
  const facts = options.state?.facts;
  const standIns = await startStandIns({
    types: mergeTypes(collectTypes(stackFolder), facts?.types),
    vaultSecrets: { ...DEFAULT_VAULT_SECRETS, ...facts?.vaultSecrets },
    accountId: facts?.accountId,
  });
  try {
    const run: TerraformOptions = {
      folder: stackFolder,
      env: options.applied ? { ...standIns.env, PATH: pathWithoutPsql(stackFolder) } : standIns.env,
    };
    const color = options.color ? [] : ["-no-color"];
    options.progress("terraform init");
    await terraform(["init", "-input=false", "-no-color"], run);
    options.progress("terraform plan");
    const varFiles = options.varFiles.map((file) => `-var-file=${file}`);
    const plan = ["plan", "-input=false", "-no-color", "-out=preview.tfplan", ...varFiles];
    await terraform(plan, run);
    if (options.applied) {
      options.progress("terraform apply, to the stand-ins");
      await terraform(["apply", "-input=false", "-no-color", "preview.tfplan"], run);
      await terraform(plan, run);
    }
    return {
      text: await terraform(["show", ...color, "preview.tfplan"], run),
      json: JSON.parse(await terraform(["show", "-json", "preview.tfplan"], run)) as PlanJson,
    };
  } finally {
    await standIns.stop();
  }
}

/** Gives the work a temporary folder and takes it away again, also after ctrl-C. */
export async function withTemporaryFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "cdc-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    return await work(folder);
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** A PATH on which the setup of the publication finds a psql that succeeds. */
function pathWithoutPsql(folder: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "psql"), "#!/bin/sh\ncat >/dev/null\n", { mode: 0o755 });
  return `${bin}${delimiter}${process.env.PATH ?? ""}`;
}

function removeBackend(stackFolder: string): void {
  const file = join(stackFolder, "cdk.tf.json");
  const json = JSON.parse(readFileSync(file, "utf8")) as { terraform: Record<string, unknown> };
  delete json.terraform.backend;
  delete json.terraform.cloud;
  writeFileSync(file, JSON.stringify(json));
}

function mergeTypes(a: StandInTypes, b: StandInTypes = { resources: [], dataSources: [] }): StandInTypes {
  return { resources: [...a.resources, ...b.resources], dataSources: [...a.dataSources, ...b.dataSources] };
}
