import { readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import type { Run } from "../running/state";

/** Seconds of one core that each process of a run has used so far, and this command itself. */
export type ProcessorTime = Readonly<Record<string, number>>;

export function processorTime(run: Run): ProcessorTime {
  const { user, system } = process.cpuUsage();
  const processes = run.state.processes.map(({ name, pid }) => [
    name,
    secondsOf(name === "postgres" ? group(pid) : [pid]),
  ]);
  return { ...(Object.fromEntries(processes) as ProcessorTime), bench: (user + system) / 1e6 };
}

export function between(before: ProcessorTime, after: ProcessorTime): ProcessorTime {
  const names = Object.keys(after).map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const);
  return Object.fromEntries(names.map(([name, seconds]) => [name, Math.max(0, Math.round(seconds * 10) / 10)]));
}

/** PostgreSQL is many processes: all that were started in its group. */
function group(pid: number): number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,pgid="], { encoding: "utf8" });
  const rows = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  return rows.flatMap(([member, leader]) => (leader === pid && member !== undefined ? [member] : []));
}

function secondsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (process.platform === "linux" ? linuxSeconds(pid) : psSeconds(pid)), 0);
}

/** Fields 14 to 17 of /proc/<pid>/stat, in ticks of a hundredth of a second: its own time, and that of children that ended. */
function linuxSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) / 100, 0);
  } catch {
    return 0;
  }
}

/** `12:34.56` or `1:02:03`. */
function psSeconds(pid: number): number {
  const { stdout } = spawnSync("ps", ["-o", "time=", "-p", String(pid)], { encoding: "utf8" });
  return stdout
    .trim()
    .split(/[:-]/)
    .reduce((sum, part) => sum * 60 + Number(part), 0);
}
