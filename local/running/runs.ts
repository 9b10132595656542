import { isAlive, signalGroup } from "./identity";
import { stopProcesses } from "./processes";
import { readRuns, type Run } from "./state";

/** Does it run, or can it still come to run? */
export function isRunning({ state }: Run): boolean {
  if (state.mode === "kept") return false;
  if (state.mode === "detached") return state.processes.some(isAlive);
  return isAlive(state.supervisor);
}

/** All that run now, the oldest first. */
export function runningRuns(cache: string): Run[] {
  return readRuns(cache).filter(isRunning);
}

/** Takes away what commands that were killed, or a restart of the machine, left behind. The answer names those runs. */
export async function cleanUp(cache: string): Promise<string[]> {
  const left = readRuns(cache).filter((run) => run.state.mode !== "kept" && !isRunning(run));
  for (const run of left) await stopRun(run, false);
  return left.map(({ state }) => state.id);
}

/** Ends the run with this process, however that ends: `stopRun` is the orderly way, this catches what it doesn't. */
export function tieToThisProcess(run: Run): void {
  process.once("exit", () => {
    if (run.state.mode === "detached" || run.state.mode === "kept" || run.isGone()) return;
    for (const child of run.state.processes) signalGroup(child, child.name === "postgres" ? "SIGQUIT" : "SIGKILL");
    run.remove();
  });
}

/** Ends a run's processes; its data goes, unless it is kept to be looked at. */
export async function stopRun(run: Run, keepData: boolean): Promise<void> {
  await stopProcesses(run.state.processes, keepData);
  if (keepData) run.update({ mode: "kept", processes: [] });
  else run.remove();
}
