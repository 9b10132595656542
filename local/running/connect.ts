import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HOST, type LocalConnector } from "../reading/pipeline";
import { renderProperties } from "../../lib/properties";
import { LocalFailure } from "./failures";
import { type JavaOptions, serverWords } from "./java";
import { startProcess, waitFor } from "./processes";
import type { ProcessName, Run } from "./state";

/** Megabytes. The facts: 1.2-1.5 GB in all. */
const HEAP = 1024;

/** Starts a connector's worker. It waits for the broker by itself, so it may start first. */
export async function startWorker(
  run: Run,
  name: Extract<ProcessName, "sourceWorker" | "sinkWorker">,
  connector: LocalConnector,
  options: JavaOptions & { readonly pluginFolder: string },
): Promise<void> {
  const file = join(run.folder, `${name}.properties`);
  writeFileSync(file, renderProperties({ ...connector.workerProperties, "plugin.path": options.pluginFolder }));
  const worker = await startProcess(run, {
    name,
    program: options.java,
    args: serverWords(run, HEAP, options.jars, "org.apache.kafka.connect.cli.ConnectDistributed", file),
    env: options.env,
    cwd: run.folder,
    signal: options.signal,
  });
  const rest = new ConnectRest(connector);
  await waitFor(`the worker of ${connector.name}`, () => rest.answers(), {
    process: worker,
    signal: options.signal,
    seconds: 180,
  });
}

/** What Kafka Connect says about a connector. */
export interface ConnectorStatus {
  readonly connector: { readonly state: string; readonly trace?: string };
  readonly tasks: readonly { readonly id: number; readonly state: string; readonly trace?: string }[];
}

/** A connector through its worker's REST API. */
export class ConnectRest {
  private readonly url: string;

  public constructor(private readonly connector: Pick<LocalConnector, "name" | "restPort" | "configuration">) {
    this.url = `http://${HOST}:${connector.restPort}`;
  }

  /** It answers this only once it has joined its group and read its configuration. */
  public async answers(): Promise<true | undefined> {
    try {
      const response = await fetch(`${this.url}/connectors`, { signal: AbortSignal.timeout(2000) });
      return response.ok ? true : undefined;
    } catch {
      return undefined;
    }
  }

  /** Creates the connector, and waits until it and its task run. */
  public async create(signal?: AbortSignal): Promise<void> {
    const response = await fetch(`${this.url}/connectors/${this.connector.name}/config`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(this.connector.configuration),
    });
    if (!response.ok) throw new ConnectorFailed(this.connector.name, await response.text());
    const running = async (): Promise<true | undefined> => {
      const status = await this.status();
      const failure = status && failureOf(status);
      if (failure !== undefined) throw new ConnectorFailed(this.connector.name, failure);
      return status && isRunning(status) ? true : undefined;
    };
    await waitFor(`${this.connector.name} RUNNING`, running, { signal, seconds: 60 });
  }

  /** Starts its task anew, with a new consumer. Connect 2.7 can't restart all tasks in one request. */
  public async restartTask(): Promise<void> {
    const response = await fetch(`${this.url}/connectors/${this.connector.name}/tasks/0/restart`, { method: "POST" });
    if (!response.ok) throw new ConnectorFailed(this.connector.name, await response.text());
  }

  /** None while the worker doesn't know of it, or doesn't answer. */
  public async status(): Promise<ConnectorStatus | undefined> {
    try {
      const response = await fetch(`${this.url}/connectors/${this.connector.name}/status`, {
        signal: AbortSignal.timeout(10_000),
      });
      return response.ok ? ((await response.json()) as ConnectorStatus) : undefined;
    } catch {
      return undefined;
    }
  }
}

export function isRunning({ connector, tasks }: ConnectorStatus): boolean {
  return connector.state === "RUNNING" && tasks.length > 0 && tasks.every(({ state }) => state === "RUNNING");
}

/** Why it doesn't run: the trace of the connector, or of its first failed task. */
export function failureOf({ connector, tasks }: ConnectorStatus): string | undefined {
  const failed = [connector, ...tasks].find(({ state }) => state === "FAILED");
  return failed && (failed.trace ?? "no reason given");
}

/** A connector didn't start; Kafka Connect's own words say why. */
export class ConnectorFailed extends LocalFailure {
  constructor(name: string, trace: string) {
    super(`${name} is FAILED:\n\n${reasons(trace)}`);
  }
}

/** A Java trace without its call stacks: the exceptions and what caused them. */
export function reasons(trace: string): string {
  return trace
    .split("\n")
    .filter((line) => !/^\s+(at |\.\.\. \d+ more)/.test(line))
    .join("\n")
    .trim();
}
