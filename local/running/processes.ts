import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../environment";
import { LocalFailure } from "./failures";
import { identify, isAlive, signalGroup } from "./identity";
import type { Command, ProcessName, Run, RunningProcess } from "./state";

export interface StartOptions extends Command {
  readonly name: ProcessName;
  readonly env: Environment;
  /** Starts nothing any more once it is aborted. */
  readonly signal?: AbortSignal;
}

/** Starts a process in a group of its own, so that ctrl-C reaches it through this command and not beside it. */
export async function startProcess(run: Run, options: StartOptions): Promise<RunningProcess> {
  const { name, program, args, cwd, owner, env, signal } = options;
  signal?.throwIfAborted();
  const log = join(run.folder, `${name}.log`);
  const output = openSync(log, "a");
  const child = spawn(program, args, {
    cwd,
    env: { ...env },
    detached: true,
    stdio: ["ignore", output, output],
    ...owner,
  });
  closeSync(output);
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      child.unref();
      const identity = identify(child.pid ?? 0);
      if (identity === undefined) return reject(new ProcessEnded(name, log));
      const started = { name, log, ...identity, command: { program, args, cwd, owner } };
      const others = run.state.processes.filter((process) => process.name !== name);
      run.update({ processes: [...others, started] });
      resolve(started);
    });
  });
}

/** Starts a process of the run as at first, once it has ended: the same words, user and log. It takes the old one's place. */
export async function restartProcess(
  run: Run,
  name: ProcessName,
  { env, signal }: Pick<StartOptions, "env" | "signal">,
): Promise<RunningProcess> {
  const old = run.state.processes.find((process) => process.name === name);
  if (old === undefined) throw new LocalFailure(`${run.state.id} has no process ${name}`);
  if (!(await gone(old, 2000))) throw new LocalFailure(`${name} of ${run.state.id} still runs: end it first`);
  return startProcess(run, { name, ...old.command, env, signal });
}

/** What a person can do about an end, by the words of Java, Node.js and PostgreSQL for it. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /address (is )?already in use/i,
    "Another program took its port in between. Run the command again: it takes others.",
  ],
  [
    /no space left on device/i,
    "The disk is full. Make room, or set XDG_CACHE_HOME and TMPDIR to folders on another one.",
  ],
];

/** A process of the run ended by itself; its last words say why. */
export class ProcessEnded extends LocalFailure {
  constructor(name: string, log: string) {
    const words = lastWords(log);
    const remedy = remedies.find(([pattern]) => pattern.test(words))?.[1];
    super(
      [
        `${name} ended by itself. Its last words (--keep-data keeps the whole log):`,
        words,
        ...(remedy === undefined ? [] : [remedy]),
      ].join("\n\n"),
    );
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
const order = ["sinkWorker", "sourceWorker", "broker", "objectStore", "postgres"];

function rank({ name }: RunningProcess): number {
  return order.findIndex((kind) => name.startsWith(kind));
}

/**
 * Stops processes. Data that nobody keeps needs no orderly end: PostgreSQL is told to stop at once (SIGQUIT) so that it returns
 * its shared memory, the others are killed.
 */
export async function stopProcesses(processes: readonly RunningProcess[], orderly: boolean): Promise<void> {
  for (const process of [...processes].sort((a, b) => rank(a) - rank(b))) {
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
