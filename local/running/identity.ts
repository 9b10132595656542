import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process that can't be mistaken for a later one with the same number. */
export interface Identity {
  readonly pid: number;
  /** When it started, in the words of the system. */
  readonly startedAt: string;
}

/** The identity of a process that runs now. */
export function identify(pid: number): Identity | undefined {
  const startedAt = startTime(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Does this very process still run? A zombie doesn't. */
export function isAlive({ pid, startedAt }: Identity): boolean {
  return startTime(pid) === startedAt;
}

/** Sends a signal to the process and the group that it leads, if it is still the same one. */
export function signalGroup(identity: Identity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(-identity.pid, signal);
  } catch {
    // It ended in between.
  }
}

function startTime(pid: number): string | undefined {
  return process.platform === "linux" ? linuxStartTime(pid) : psStartTime(pid);
}

/** Fields 3 (state) and 22 (start, in ticks since the system's start) of /proc/<pid>/stat: proc(5). */
function linuxStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function psStartTime(pid: number): string | undefined {
  const { status, stdout } = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" });
  const [state, ...started] = stdout.trim().split(/\s+/);
  return status !== 0 || state === undefined || state.startsWith("Z") ? undefined : started.join(" ");
}
