import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Environment } from "../environment";

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env: Environment;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** What the command reads. @default nothing */
  readonly input?: string;
  /** Told each line that the command writes, for progress. @default nobody */
  readonly onLine?: (line: string) => void;
  /** Another user to run as. @default the same */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** Runs a command to its end. The exit code of one that isn't installed is 127, as in a shell. */
export function runCommand(
  program: string,
  args: readonly string[],
  { env, cwd, signal, input, onLine, owner }: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...env }, signal, stdio: ["pipe", "pipe", "pipe"], ...owner });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    if (onLine) createInterface(child.stdout).on("line", onLine);
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") resolve({ exitCode: 127, stdout, stderr: `${program}: not found` });
      else reject(error);
    });
    child.once("close", (code) => resolve({ exitCode: code ?? 1, stdout, stderr }));
    // A command that ends before it read everything says why in its output.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input ?? "");
  });
}
