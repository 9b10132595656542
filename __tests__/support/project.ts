import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The folder of this project. */
export const PROJECT = join(__dirname, "..", "..");

/** The example's values, which are the reference's. */
export const TFVARS = join(PROJECT, "terraform.tfvars.example");

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, as a terminal shows them. */
  readonly output: string;
}

/** A temporary folder that looks like the project's: `cdktf.out` in it, and the state beside that. */
export class Workbench {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "cdc-test-")));
  readonly outdir = join(this.folder, "cdktf.out");
  readonly stack = join(this.outdir, "stacks", "cdc");
  readonly state = join(this.folder, "terraform.cdc.tfstate");

  constructor(private readonly env: Readonly<Record<string, string>> = {}) {}

  /** Runs the app as the cdktf CLI does. */
  synth(context: object = {}, env: Readonly<Record<string, string>> = {}): Run {
    return run(process.execPath, ["synth.js"], {
      cwd: PROJECT,
      env: { ...this.env, CDKTF_OUTDIR: this.outdir, CDKTF_CONTEXT_JSON: JSON.stringify(context), ...env },
    });
  }

  /** Runs real Terraform core in the stack's folder. */
  terraform(...args: string[]): Run {
    return run("terraform", args, {
      cwd: this.stack,
      env: { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", ...this.env },
    });
  }

  /** The same, and it has to succeed. */
  terraformOk(...args: string[]): string {
    const result = this.terraform(...args);
    if (result.exitCode !== 0) throw new Error(`terraform ${args.join(" ")}\n${result.output}`);
    return result.stdout;
  }

  /** A plan as `terraform show -json` gives it. */
  planJson(...args: string[]): Plan {
    this.terraformOk("plan", "-input=false", "-out=test.tfplan", ...args);
    return JSON.parse(this.terraformOk("show", "-json", "test.tfplan")) as Plan;
  }

  read(...path: string[]): string {
    return readFileSync(join(this.folder, ...path), "utf8");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface PlannedModule {
  readonly resources?: readonly {
    readonly address: string;
    readonly mode: string;
    readonly values: Record<string, unknown>;
  }[];
  readonly child_modules?: readonly PlannedModule[];
}

export interface Plan {
  readonly planned_values: { readonly root_module: PlannedModule };
  readonly resource_changes: readonly {
    readonly address: string;
    readonly mode: string;
    readonly type: string;
    readonly change: { readonly actions: readonly string[]; readonly after: Record<string, unknown> | null };
  }[];
  readonly output_changes: Readonly<Record<string, { readonly actions: readonly string[] }>>;
}

/** Every managed resource of a plan, by address. */
export function plannedResources({
  resources = [],
  child_modules = [],
}: PlannedModule): Map<string, Record<string, unknown>> {
  const own = resources
    .filter(({ mode }) => mode === "managed")
    .map(({ address, values }) => [address, values] as const);
  return new Map([...own, ...child_modules.flatMap((module) => [...plannedResources(module)])]);
}

/** What of an applied stack can be tagged and lacks the tag Project=cdc. */
export function untagged(project: Workbench): string[] {
  const state = JSON.parse(project.terraformOk("show", "-json")) as { values: { root_module: object } };
  return [...plannedResources(state.values.root_module)]
    .filter(([, values]) => "tags_all" in values)
    .filter(([, values]) => (values.tags_all as Record<string, string> | null)?.Project !== "cdc")
    .map(([address]) => address);
}

/** Addresses and actions of everything that a plan changes. */
export function changes(plan: Plan): Record<string, string> {
  const changed = plan.resource_changes.filter(
    ({ mode, change }) => mode === "managed" && change.actions.join() !== "no-op",
  );
  return Object.fromEntries(changed.map(({ address, change }) => [address, change.actions.join("-")]));
}

/** A copy of the project, as a clone would be, with the same packages: for commands that write into the project's folder. */
export function copyProject(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "cdc-clone-")));
  const files = run("git", ["ls-files", "--cached", "--others", "--exclude-standard"])
    .stdout.split("\n")
    .filter(Boolean);
  for (const file of files.filter((name) => existsSync(join(PROJECT, name)))) {
    cpSync(join(PROJECT, file), join(folder, file), { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** A psql that notes what it was given and succeeds: Terraform runs it for a database that exists in a plan only. */
export function fakePsql(folder: string): { readonly path: string; readonly log: string } {
  const bin = join(folder, "bin");
  const log = join(folder, "psql.log");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "psql"), `#!/bin/sh\n{ echo "argv: $*"; env | grep '^PG'; cat; } >> '${log}' </dev/stdin\n`);
  chmodSync(join(bin, "psql"), 0o755);
  return { path: `${bin}:${process.env.PATH}`, log };
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Run {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: options.cwd ?? PROJECT,
    env: { ...process.env, ...options.env },
    encoding: "utf8",
    input: options.input ?? "",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  return { exitCode: status ?? 1, stdout, stderr, output: `${stdout}${stderr}` };
}
