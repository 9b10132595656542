import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Environment } from "../environment";
import { LocalFailure } from "../running/failures";

/** Runs a command and takes its output line by line: it may be more than fits into memory at once. */
export async function readLines(
  program: string,
  args: readonly string[],
  { env, signal }: { readonly env: Environment; readonly signal?: AbortSignal },
  onLine: (line: string) => void,
): Promise<void> {
  const child = spawn(program, args, { env: { ...env }, signal, stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-2000)));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const lines = createInterface({ input: child.stdout, crlfDelay: Infinity });
  lines.on("line", onLine);
  const exitCode = await ended;
  if (exitCode !== 0) throw new LocalFailure(`${program} failed: ${stderr.trim()}`);
}
