import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached, cacheFolder } from "../../local/cache";
import { identify, isAlive, signalGroup } from "../../local/running/identity";
import { chooseRun, describeRun } from "../../local/running/overview";
import { findFreePorts } from "../../local/running/ports";
import {
  lastWords,
  ProcessEnded,
  restartProcess,
  startProcess,
  stopProcesses,
  waitFor,
} from "../../local/running/processes";
import { cleanUp, isRunning, runningRuns, stopRun } from "../../local/running/runs";
import { createRun, type Run, type RunState } from "../../local/running/state";

let cache: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "cdc-local-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(cache, { recursive: true, force: true });
});

/** A process that nobody misses. */
function sleeper(): ChildProcess & { readonly pid: number } {
  const child = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
  children.push(child);
  return child as ChildProcess & { readonly pid: number };
}

function ended(child: ChildProcess): Promise<unknown> {
  return child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once("exit", resolve))
    : Promise.resolve();
}

const command = { program: "sleep", args: ["60"], cwd: tmpdir() };

/** The identity of a process that is no more. */
const dead = { pid: spawnSync("true").pid, startedAt: "long ago" };

function run(changes: Partial<RunState> = {}): Run {
  return createRun(cache, {
    id: `test-${Math.random().toString(16).slice(2, 6)}`,
    startedAt: new Date().toISOString(),
    mode: "attached",
    supervisor: dead,
    processes: [],
    folders: [],
    ...changes,
  });
}

describe("identity", () => {
  it("fails if a process isn't told from a later one with its number", () => {
    const identity = identify(sleeper().pid);
    expect(identity && isAlive(identity)).toBe(true);
    expect(identity && isAlive({ ...identity, startedAt: "1" })).toBe(false);
  });

  it("fails if a process that only has the number of ours gets a signal", async () => {
    const child = sleeper();
    signalGroup({ pid: child.pid, startedAt: "1" }, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(child.signalCode).toBeNull();
  });

  it("fails if a process that ended counts as alive", async () => {
    const child = sleeper();
    const identity = identify(child.pid);
    child.kill("SIGKILL");
    await ended(child);
    expect(identity && isAlive(identity)).toBe(false);
    expect(isAlive(dead)).toBe(false);
  });
});

describe("ports", () => {
  it("fails if two are the same, or one can't be listened to", async () => {
    const { brokers, postgres, objectStore, sourceWorker, sinkWorker } = await findFreePorts(3);
    const own = brokers.flatMap(({ port, controllerPort }) => [port, controllerPort]);
    const ports = [postgres, objectStore, sourceWorker, sinkWorker, ...own];
    expect(new Set(ports).size).toBe(10);
    for (const port of ports) {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("fails if an outgoing connection could take the port of a server that is down for a moment", async () => {
    const { brokers, postgres } = await findFreePorts(20);
    const ports = [postgres, ...brokers.map(({ port }) => port)];
    expect(ports.filter((port) => port >= 32_768)).toEqual([]);
  });
});

describe("runs", () => {
  it("fails if what a killed command left isn't taken away, processes and folders", async () => {
    const child = sleeper();
    const [identity, elsewhere] = [identify(child.pid) ?? dead, join(cache, "elsewhere")];
    mkdirSync(elsewhere);
    const left = run({ processes: [{ name: "broker", log: "", command, ...identity }], folders: [elsewhere] });
    expect(await cleanUp(cache)).toEqual([left.state.id]);
    await ended(child);
    expect([existsSync(left.folder), existsSync(elsewhere)]).toEqual([false, false]);
  });

  it("fails if cleaning up touches what runs, starts, or was kept", async () => {
    const alive = identify(sleeper().pid) ?? dead;
    const self = identify(process.pid) ?? dead;
    run({ mode: "detached", processes: [{ name: "broker", log: "", command, ...alive }] });
    run({ mode: "starting", supervisor: self });
    run({ mode: "attached", supervisor: self });
    const kept = run({ mode: "kept" });
    expect(await cleanUp(cache)).toEqual([]);
    expect(runningRuns(cache)).toHaveLength(3);
    expect(isAlive(alive)).toBe(true);
    expect([isRunning(kept), (await describeRun(kept)).state]).toEqual([false, "kept"]);
  });

  it("fails if a detached run whose processes all ended isn't cleaned up", async () => {
    const gone = run({ mode: "detached", processes: [{ name: "broker", log: "", command, ...dead }] });
    expect(await cleanUp(cache)).toEqual([gone.state.id]);
  });

  it("fails if data is gone that was to be kept", async () => {
    const kept = run();
    await stopRun(kept, true);
    expect([existsSync(kept.folder), kept.state.mode]).toEqual([true, "kept"]);
  });

  it("fails if somebody else could read the password in a run's state", () => {
    const { status, stdout } = spawnSync("find", [run().folder, "-perm", "/077"], { encoding: "utf8" });
    expect([status, stdout]).toEqual([0, ""]);
  });

  it("fails if it isn't clear which run is meant, and nobody asks", () => {
    expect(() => chooseRun([], undefined)).toThrow(/npm run local -- --detach/);
    const [first, second] = [run(), run()];
    expect(() => chooseRun([first, second], undefined)).toThrow(first.state.id);
    expect(() => chooseRun([first], "other")).toThrow(first.state.id);
    expect(chooseRun([first, second], second.state.id)).toBe(second);
  });
});

describe("processes", () => {
  it("fails if one isn't written down, in a group of its own, with its log", async () => {
    const owner = run();
    const words = { program: "/bin/sh", args: ["-c", "echo hello; exec sleep 60"], env: process.env, cwd: cache };
    const started = await startProcess(owner, { name: "broker", ...words });
    expect(owner.state.processes).toEqual([started]);
    await waitFor("hello", () => Promise.resolve(lastWords(started.log) === "hello" || undefined), { seconds: 5 });
    await stopRun(owner, false);
    expect(isAlive(started)).toBe(false);
  });

  it("fails if a process that ends isn't told with its last words", async () => {
    const owner = run();
    const words = {
      program: "/bin/sh",
      args: ["-c", "sleep 0.3; echo ERROR no disk; exit 3"],
      env: process.env,
      cwd: cache,
    };
    const started = await startProcess(owner, { name: "broker", ...words });
    const waiting = waitFor("never", () => Promise.resolve(undefined), { process: started, seconds: 5 });
    await expect(waiting).rejects.toThrow(ProcessEnded);
    await expect(waiting).rejects.toThrow("ERROR no disk");
  });

  it("fails if something is started after an interrupt", async () => {
    const words = { name: "broker", program: "sleep", args: ["60"], env: process.env, cwd: cache } as const;
    const owner = run();
    await expect(startProcess(owner, { ...words, signal: AbortSignal.abort() })).rejects.toThrow();
    expect(owner.state.processes).toEqual([]);
  });

  it("fails unless one that was killed starts again in its place: same words, same log, another number", async () => {
    const owner = run();
    const words = { program: "/bin/sh", args: ["-c", "echo hello $WHO; exec sleep 60"], cwd: cache };
    const first = await startProcess(owner, { name: "broker2", ...words, env: { ...process.env, WHO: "first" } });
    const other = await startProcess(owner, { name: "broker3", ...command, env: process.env });
    await waitFor("hello", () => Promise.resolve(lastWords(first.log) === "hello first" || undefined), { seconds: 5 });
    signalGroup(first, "SIGKILL");
    const again = await restartProcess(owner, "broker2", { env: { ...process.env, WHO: "again" } });
    expect(again).toMatchObject({ name: "broker2", log: first.log, command: words });
    expect(again.pid).not.toBe(first.pid);
    expect(owner.state.processes).toEqual([other, again]);
    await waitFor("hello", () => Promise.resolve(lastWords(again.log) === "hello first\nhello again" || undefined), {
      seconds: 5,
    });
    await stopRun(owner, false);
    expect([again, other].map(isAlive)).toEqual([false, false]);
  });

  it("fails if a process that still runs is started a second time, or one that never ran", async () => {
    const owner = run();
    const started = await startProcess(owner, { name: "broker", ...command, env: process.env });
    await expect(restartProcess(owner, "broker", { env: process.env })).rejects.toThrow("still runs");
    await expect(restartProcess(owner, "broker1", { env: process.env })).rejects.toThrow("no process broker1");
    expect([isAlive(started), owner.state.processes]).toEqual([true, [started]]);
    await stopRun(owner, false);
  });

  it("fails if the environment of a process is written down", async () => {
    const owner = run();
    await startProcess(owner, { name: "broker", ...command, env: { ...process.env, SECRET: "hush-hush" } });
    expect(readFileSync(join(owner.folder, "run.json"), "utf8")).not.toContain("hush-hush");
    await stopRun(owner, false);
  });

  it("fails if a broker ends before what uses it, whatever its number", async () => {
    const owner = run();
    const ends = join(cache, "ends");
    for (const name of ["broker", "broker1", "broker2", "sinkWorker", "postgres"] as const) {
      const script = `trap 'echo ${name.replace(/\d/, "")} >> ${ends}; exit' TERM INT; echo up; while :; do sleep 0.02; done`;
      const started = await startProcess(owner, {
        name,
        program: "/bin/sh",
        args: ["-c", script],
        env: process.env,
        cwd: cache,
      });
      await waitFor("up", () => Promise.resolve(lastWords(started.log) === "up" || undefined), { seconds: 5 });
    }
    await stopProcesses(owner.state.processes, true);
    expect(readFileSync(ends, "utf8").trim().split("\n")).toEqual([
      "sinkWorker",
      "broker",
      "broker",
      "broker",
      "postgres",
    ]);
  });

  it("fails if last words are a call stack", () => {
    const log = join(cache, "log");
    writeFileSync(log, "INFO a\nERROR b\n\tat c.d(E.java)\nCaused by: f\n\t... 3 more\nINFO g\n");
    expect(lastWords(log)).toBe("ERROR b\nCaused by: f");
  });
});

describe("cache", () => {
  it("fails if half of a download can be seen", async () => {
    const failing = cached(
      cache,
      "jars",
      () => Promise.reject(new Error("no network")),
      () => undefined,
    );
    await expect(failing).rejects.toThrow("no network");
    expect(spawnSync("ls", ["-A", cache], { encoding: "utf8" }).stdout).toBe("");
  });

  it("fails if two commands at the same time disturb each other, or a third fills it again", async () => {
    let filled = 0;
    const fill = (folder: string): Promise<void> => {
      filled++;
      writeFileSync(join(folder, "a.jar"), "");
      return new Promise((resolve) => setTimeout(resolve, 20));
    };
    const get = (): Promise<string> => cached(cache, "jars", fill, () => undefined);
    const [first, second] = await Promise.all([get(), get()]);
    expect([first, await get(), filled]).toEqual([second, second, 2]);
    expect(existsSync(join(first, "a.jar"))).toBe(true);
  });

  it("fails if XDG_CACHE_HOME isn't respected", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "/x", HOME: "/h" })).toBe("/x/postgres-cdc-pipeline");
    expect(cacheFolder({ XDG_CACHE_HOME: "", HOME: "/h" })).toBe("/h/.cache/postgres-cdc-pipeline");
  });
});
