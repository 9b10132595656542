import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { BrokerName, LocalPipeline } from "../reading/pipeline";
import type { Identity } from "./identity";

/** One process of a run. */
export interface RunningProcess extends Identity {
  readonly name: ProcessName;
  readonly log: string;
  readonly command: Command;
}

/** How a process was started. Without its environment, which may hold secrets. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Another user to run as. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

export type ProcessName = "postgres" | BrokerName | "objectStore" | "sourceWorker" | "sinkWorker";

/** What a run's folder says about it, so that any later command can look after it. */
export interface RunState {
  readonly id: string;
  readonly startedAt: string;
  /** `starting` and `attached` need their command; `detached` runs by itself; `kept` is data without processes. */
  readonly mode: "starting" | "attached" | "detached" | "kept";
  /** The command that started it. */
  readonly supervisor: Identity;
  readonly processes: readonly RunningProcess[];
  /** Folders outside of the run's own that go with it. */
  readonly folders: readonly string[];
  /** The jars with Kafka's tools. */
  readonly kafkaJars?: string;
  readonly java?: string;
  readonly pipeline?: LocalPipeline;
}

/** A run on disk. */
export class Run {
  public constructor(
    public readonly folder: string,
    public state: RunState,
  ) {}

  public update(changes: Partial<RunState>): void {
    this.state = { ...this.state, ...changes };
    const file = join(this.folder, "run.json");
    // It holds the database's password.
    writeFileSync(`${file}.new`, JSON.stringify(this.state, undefined, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  /** Another command stopped it. */
  public isGone(): boolean {
    return !existsSync(this.folder);
  }

  public remove(): void {
    for (const folder of [...this.state.folders, this.folder]) rmSync(folder, { recursive: true, force: true });
  }
}

export function createRun(cache: string, state: RunState): Run {
  const folder = join(runsFolder(cache), state.id);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const run = new Run(folder, state);
  run.update({});
  return run;
}

/** All runs that left a folder, the oldest first. One that can't be read is too new to have written its state. */
export function readRuns(cache: string): Run[] {
  const folder = runsFolder(cache);
  if (!existsSync(folder)) return [];
  const runs = readdirSync(folder).flatMap((id) => {
    try {
      return [new Run(join(folder, id), JSON.parse(readFileSync(join(folder, id, "run.json"), "utf8")) as RunState)];
    } catch {
      return [];
    }
  });
  return runs.sort((a, b) => a.state.startedAt.localeCompare(b.state.startedAt));
}

function runsFolder(cache: string): string {
  return join(cache, "runs");
}
