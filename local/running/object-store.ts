import { join } from "node:path";
import type { Environment } from "../environment";
import { HOST, type LocalBucket } from "../reading/pipeline";
import { LocalFailure } from "./failures";
import { startProcess, waitFor } from "./processes";
import type { Run } from "./state";

export interface ObjectStoreOptions {
  readonly port: number;
  readonly env: Environment;
  readonly signal?: AbortSignal;
}

/** Starts the S3 server and makes the bucket. */
export async function startObjectStore(
  run: Run,
  bucket: LocalBucket,
  { port, env, signal }: ObjectStoreOptions,
): Promise<void> {
  const program = join(__dirname, "..", "s3-server", "main.ts");
  const server = await startProcess(run, {
    name: "objectStore",
    program: process.execPath,
    args: ["--require", require.resolve("tsx/cjs"), program, String(port), objectStoreFolder(run)],
    env,
    cwd: run.folder,
    signal,
  });
  const store = new ObjectStore(port);
  await waitFor("the S3 server", () => store.answers(), { process: server, signal, seconds: 60 });
  await store.createBucket(bucket);
}

/** Where its objects lie. */
export function objectStoreFolder(run: Run): string {
  return join(run.folder, "s3");
}

/** The S3 server through plain HTTP: it takes unsigned requests. */
export class ObjectStore {
  private readonly url: string;

  public constructor(port: number) {
    this.url = `http://${HOST}:${port}`;
  }

  public async answers(): Promise<true | undefined> {
    try {
      // Another program may have the port, and say nothing.
      return (await fetch(this.url, { signal: AbortSignal.timeout(2000) })).ok ? true : undefined;
    } catch {
      return undefined;
    }
  }

  public async createBucket({ name, versioning }: LocalBucket): Promise<void> {
    await this.put(`/${name}`, "");
    if (versioning === undefined) return;
    const configuration = `<VersioningConfiguration><Status>${versioning}</Status></VersioningConfiguration>`;
    await this.put(`/${name}?versioning`, configuration);
  }

  /** The names of all objects, a thousand at a time. */
  public async list(bucket: string): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const next = token === undefined ? "" : `&continuation-token=${encodeURIComponent(token)}`;
      const page = await this.get(`/${bucket}?list-type=2${next}`);
      for (const [, key] of page.matchAll(/<Key>([^<]*)<\/Key>/g)) keys.push(unescapeXml(key ?? ""));
      token = /<NextContinuationToken>([^<]*)</.exec(page)?.[1];
    } while (token !== undefined);
    return keys;
  }

  public read(bucket: string, key: string): Promise<string> {
    return this.get(`/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`);
  }

  /** fetch() itself only says "fetch failed". */
  private async ask(path: string, init?: RequestInit): Promise<Response> {
    try {
      return await fetch(`${this.url}${path}`, init);
    } catch {
      throw new LocalFailure(`the S3 server at ${this.url} doesn't answer`);
    }
  }

  private async get(path: string): Promise<string> {
    const response = await this.ask(path);
    if (!response.ok) throw new LocalFailure(`GET ${path}: ${response.status} ${await response.text()}`);
    return response.text();
  }

  private async put(path: string, body: string): Promise<void> {
    const response = await this.ask(path, { method: "PUT", body });
    if (!response.ok) throw new LocalFailure(`PUT ${path}: ${response.status} ${await response.text()}`);
  }
}

function unescapeXml(text: string): string {
  const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(/&(\w+);/g, (all, name: string) => entities[name] ?? all);
}
