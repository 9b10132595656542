import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../environment";
import { LocalFailure } from "./failures";
import { identify, isAlive, signalGroup } from "./identity";
import type { ProcessName, Run, RunningProcess } from "./state";

export interface StartOptions {
  readonly name: ProcessName;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  /** Another user to run as. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Starts nothing any more once it is aborted. */
  readonly signal?: AbortSignal;
}

/** Starts a process in a group of its own, so that ctrl-C reaches it through this command and not beside it. */
export async function startProcess(run: Run, options: StartOptions): Promise<RunningProcess> {
  options.signal?.throwIfAborted();
  const log = join(run.folder, `${options.name}.log`);
  const output = openSync(log, "a");
  const child = spawn(options.program, options.args, {
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: ["ignore", output, output],
    ...options.owner,
  });
  closeSync(output);
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      child.unref();
      const identity = identify(child.pid ?? 0);
      if (identity === undefined) return reject(new ProcessEnded(options.name, log));
      const started = { name: options.name, log, ...identity };
      // One that was killed and is started again takes its own place.
      const others = run.state.processes.filter((other) => other.name !== options.name || isAlive(other));
      run.update({ processes: [...others, started] });
      resolve(started);
    });
  });
}

/** A process of the run ended by itself; its last words say why. */
export class ProcessEnded extends LocalFailure {
  constructor(name: string, log: string) {
    super(`${name} ended by itself. Its last words (--keep-data keeps the whole log):\n\n${lastWords(log)}`);
  }
}

export interface WaitOptions {
  /** Whose end is the end of the waiting. */
  readonly process?: RunningProcess;
  readonly signal?: AbortSignal;
  readonly seconds: number;
  /** Between two checks. @default 100 */
  readonly everyMs?: number;
}

/** Waits until a check answers; a process that ends meanwhile, or a deadline, ends the waiting. */
export async function waitFor<Result>(
  what: string,
  check: () => Promise<Result | undefined>,
  options: WaitOptions,
): Promise<Result> {
  const deadline = Date.now() + options.seconds * 1000;
  for (;;) {
    options.signal?.throwIfAborted();
    const result = await check();
    if (result !== undefined) return result;
    if (options.process && !isAlive(options.process)) throw new ProcessEnded(options.process.name, options.process.log);
    if (Date.now() > deadline) throw new WaitedTooLong(what, options.seconds, options.process?.log);
    await sleep(options.everyMs ?? 100);
  }
}

/** Something didn't happen in time. */
export class WaitedTooLong extends LocalFailure {
  constructor(what: string, seconds: number, log?: string) {
    const end = log === undefined ? "" : ` Its last words (--keep-data keeps the whole log):\n\n${lastWords(log)}`;
    super(`${what}: not within ${seconds} seconds.${end}`);
  }
}

/** Those that use others end first. */
const order: readonly ProcessName[] = ["sinkWorker", "sourceWorker", "broker", "objectStore", "postgres"];

/**
 * Stops processes. Data that nobody keeps needs no orderly end: PostgreSQL is told to stop at once (SIGQUIT) so that it returns
 * its shared memory, the others are killed.
 */
export async function stopProcesses(processes: readonly RunningProcess[], orderly: boolean): Promise<void> {
  for (const process of [...processes].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))) {
    const postgres = process.name === "postgres";
    signalGroup(process, orderly ? (postgres ? "SIGINT" : "SIGTERM") : postgres ? "SIGQUIT" : "SIGKILL");
    if (orderly) await gone(process, 20_000);
  }
  for (const process of processes) {
    if (!(await gone(process, 5000))) signalGroup(process, "SIGKILL");
  }
}

async function gone(process: RunningProcess, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (isAlive(process)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/** The end of a log file, for messages: what went wrong where it says so, without call stacks. */
export function lastWords(log: string, count = 10): string {
  const lines = existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [];
  const telling = lines.filter((line) => !/^\s+(at |\.\.\. )/.test(line));
  const wrong = telling.filter((line) => /\b(ERROR|FATAL|PANIC)\b|Exception|Error:|^Caused by/.test(line));
  return (wrong.length > 0 ? wrong : telling).slice(-count).join("\n");
}
