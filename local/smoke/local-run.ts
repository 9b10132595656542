import type { Environment } from "../environment";
import { bootstrapServers, type LocalPipeline } from "../reading/pipeline";
import { oneLiners } from "../report";
import { ConnectRest, failureOf, isRunning, reasons } from "../running/connect";
import { ObjectStore } from "../running/object-store";
import { psqlEnvironment } from "../running/postgres";
import type { Run } from "../running/state";
import { SmokeContext, type SinkControl } from "./context";
import { Unexpected } from "./steps";
import { type Entries, localEntries } from "./troubleshooting";

/** A pipeline that runs on this machine. */
export class LocalRun extends SmokeContext {
  public readonly preparation = [];
  public readonly entries: Entries;
  public readonly arrivalSeconds = 30;
  public readonly sinkControl: SinkControl;
  protected readonly millisecondsBetweenLooks = 300;
  private readonly pipeline: LocalPipeline;
  private readonly store: ObjectStore;

  public constructor(run: Run, env: Environment, signal?: AbortSignal) {
    const { pipeline, java = "java", kafkaJars = "" } = run.state;
    if (pipeline === undefined) throw new Error(`${run.state.id} has no pipeline yet`);
    super({
      source: pipeline.source,
      sink: pipeline.sink,
      schema: "public",
      database: psqlEnvironment(pipeline.database, env),
      kafka: { bootstrapServers: bootstrapServers(pipeline.brokers), java, jars: kafkaJars, env, signal },
      signal,
    });
    this.pipeline = pipeline;
    this.store = new ObjectStore(pipeline.objectStorePort);
    this.entries = localEntries(pipeline, oneLiners(pipeline, run.folder), run.folder);
    this.sinkControl = { restart: () => this.restartSink(), failure: () => this.sinkFailure() };
  }

  public async expectRunning(): Promise<string> {
    for (const connector of [this.pipeline.source, this.pipeline.sink]) {
      const { name } = connector;
      const status = await new ConnectRest(connector).status();
      if (status === undefined) throw new Unexpected(`${name}: its worker doesn't answer`);
      const failure = failureOf(status);
      if (failure !== undefined) throw new Unexpected(`${name} is FAILED:\n${reasons(failure)}`);
      if (!isRunning(status)) throw new Unexpected(`${name}: ${JSON.stringify(status)}`);
    }
    return "both RUNNING, no failed task";
  }

  protected async listObjects(prefix: string): Promise<string[]> {
    return (await this.store.list(this.pipeline.bucket.name)).filter((key) => key.startsWith(prefix));
  }

  protected readObject(key: string): Promise<string> {
    return this.store.read(this.pipeline.bucket.name, key);
  }

  private async restartSink(): Promise<void> {
    const rest = new ConnectRest(this.pipeline.sink);
    await rest.restartTask();
    await this.until(30, async () => {
      const status = await rest.status();
      return status && isRunning(status) ? [] : ["the sink doesn't run after its restart"];
    });
  }

  private async sinkFailure(): Promise<string | undefined> {
    const status = await new ConnectRest(this.pipeline.sink).status();
    const failure = status && failureOf(status);
    return failure && reasons(failure);
  }
}
