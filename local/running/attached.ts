import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./identity";
import { ProcessEnded } from "./processes";
import type { Run } from "./state";

/** Waits until the signal comes, or the run was stopped from elsewhere. @throws ProcessEnded when a process ends by itself */
export async function watch(run: Run, signal?: AbortSignal): Promise<void> {
  while (!signal?.aborted) {
    const ended = run.state.processes.find((process) => !isAlive(process));
    // `npm run local -- stop` takes the folder away with the processes.
    if (ended !== undefined && run.isGone()) return;
    if (ended !== undefined) throw new ProcessEnded(ended.name, ended.log);
    await sleep(500, undefined, { signal }).catch(() => undefined);
  }
}
