import { ConfigurationError } from "../../lib/errors";
import { type Colors, renderTable } from "../report";
import { ConnectRest, failureOf, reasons } from "./connect";
import { isAlive } from "./identity";
import { isRunning } from "./runs";
import type { Run } from "./state";

/** How a run is, for programs. */
export interface Overview {
  readonly id: string;
  readonly folder: string;
  readonly startedAt: string;
  readonly state: "running" | "starting" | "killed" | "kept";
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly alive: boolean }[];
  readonly connectors: readonly { readonly name: string; readonly state: string; readonly reason?: string }[];
}

/** Looks at a run's processes and asks its connectors. */
export async function describeRun(run: Run): Promise<Overview> {
  const { id, startedAt, mode, pipeline, processes } = run.state;
  const running = isRunning(run);
  const connectors = running && pipeline ? [pipeline.source, pipeline.sink] : [];
  return {
    id,
    folder: run.folder,
    startedAt,
    state: mode === "kept" ? "kept" : !running ? "killed" : mode === "starting" ? "starting" : "running",
    processes: processes.map((process) => ({ name: process.name, pid: process.pid, alive: isAlive(process) })),
    connectors: await Promise.all(
      connectors.map(async (connector) => {
        const status = await new ConnectRest(connector).status();
        const failure = status && failureOf(status);
        const state = failure !== undefined ? "FAILED" : (status?.connector.state ?? "no answer");
        return { name: connector.name, state, ...(failure === undefined ? {} : { reason: reasons(failure) }) };
      }),
    ),
  };
}

/** All runs, for people or as JSON. */
export async function renderStatus(
  runs: readonly Run[],
  { json, colors }: { readonly json?: boolean; readonly colors: Colors },
): Promise<string> {
  const overviews = await Promise.all(runs.map(describeRun));
  if (json) return `${JSON.stringify(overviews, undefined, 2)}\n`;
  if (overviews.length === 0) return "Nothing runs. To start: npm run local\n";
  return `${overviews.map((overview) => renderOverview(overview, colors)).join("\n\n")}\n`;
}

function renderOverview({ id, state, startedAt, folder, processes, connectors }: Overview, colors: Colors): string {
  const good = (text: string, well: boolean): string => (well ? colors.green(text) : colors.red(text));
  const notes: Record<Overview["state"], string> = {
    running: "",
    starting: "",
    killed: "  (the next start cleans it up)",
    kept: `  (data without processes: npm run local -- stop ${id} removes it)`,
  };
  const rows = [
    ...processes.map(({ name, pid, alive }) => [`  ${name}`, String(pid), good(alive ? "alive" : "ended", alive)]),
    ...connectors.map((connector) => [`  ${connector.name}`, "", good(connector.state, connector.state === "RUNNING")]),
  ];
  const reasonLines = connectors.flatMap(({ name, reason }) => (reason === undefined ? [] : [`\n${name}:\n${reason}`]));
  const heading = `${colors.bold(id)}  ${state}, started ${new Date(startedAt).toLocaleString()}${notes[state]}`;
  return [heading, `  ${folder}`, ...(rows.length > 0 ? [renderTable(rows)] : []), ...reasonLines].join("\n");
}

/** The run that is meant: the one named, or the only one. @throws ConfigurationError when that isn't clear */
export function chooseRun(candidates: readonly Run[], name: string | undefined): Run {
  const chosen = name === undefined ? candidates : candidates.filter(({ state }) => state.id === name);
  const [only] = chosen;
  if (only !== undefined && chosen.length === 1) return only;
  const names = candidates.map(({ state }) => state.id);
  throw new ConfigurationError("the local pipelines", [
    {
      code: "local-which-run",
      path: "run",
      got: name,
      expected: names.length === 0 ? "a running local pipeline; there is none" : `one of ${names.join(", ")}`,
      fix: names.length === 0 ? "start one: npm run local -- --detach" : `name one: ${names[0] ?? ""}`,
    },
  ]);
}
