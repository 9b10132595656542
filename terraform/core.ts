import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ConfigurationError, ErrorForPeople } from "../lib/errors";

/** What a run of `terraform` printed and how it ended. */
export interface TerraformRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerraformOptions {
  /** The folder with the configuration. */
  readonly folder: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told each line as it is printed, for people who wait. */
  readonly onLine?: (line: string) => void;
}

/** Runs the `terraform` on the PATH. @throws ConfigurationError when there is none */
async function runTerraform(args: readonly string[], options: TerraformOptions): Promise<TerraformRun> {
  const child = spawn("terraform", args, {
    cwd: options.folder,
    env: { ...process.env, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  if (options.onLine) createInterface(child.stdout).on("line", options.onLine);
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => reject(error.code === "ENOENT" ? missing() : error));
    child.once("close", (code) => resolve(code ?? 1));
  });
  return { exitCode, stdout, stderr };
}

/** Runs `terraform` and gives what it printed. @throws TerraformFailure when it doesn't succeed */
export async function terraform(args: readonly string[], options: TerraformOptions): Promise<string> {
  const run = await runTerraform(args, options);
  if (run.exitCode !== 0) throw new TerraformFailure(args, run);
  return run.stdout;
}

/** Terraform refused; its own words say why. */
export class TerraformFailure extends ErrorForPeople {
  constructor(args: readonly string[], run: TerraformRun) {
    super(`terraform ${args[0] ?? ""} failed\n\n${(run.stderr || run.stdout).trim()}`);
  }
}

function missing(): ConfigurationError {
  return new ConfigurationError("the tools on this machine", [
    {
      code: "terraform-missing",
      path: "PATH",
      got: undefined,
      expected: "a terraform command, version 1.9 or later",
      fix: "install Terraform: https://developer.hashicorp.com/terraform/install",
    },
  ]);
}
