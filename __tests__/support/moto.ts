import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { cached, cacheFolder } from "../../local/cache";
import { freePort } from "./postgres";

/** An emulator of AWS's APIs, from PyPI. It has neither MSK Connect nor, of MSK, more than the cluster's creation. */
const MOTO = "5.1.22";

/** Of every request: the emulator asks for one, and believes any. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "made-up-secret-key" };

/** A running emulator, empty. */
export class Moto {
  private constructor(
    public readonly endpoint: string,
    private readonly server: ChildProcess,
  ) {}

  /** Installs it once, into the cache, and starts it on a free port. `settings` are the emulator's own, as it names them. */
  public static async start(settings: Readonly<Record<string, string>> = {}): Promise<Moto> {
    const folder = await cached(cacheFolder(process.env), `moto-server-${MOTO}`, install, () => undefined);
    const port = await freePort();
    const words = ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)];
    const server = spawn(join(folder, "bin", "python3"), words, {
      // It otherwise reads thousands of images at the first look at EC2.
      env: { ...process.env, MOTO_EC2_LOAD_DEFAULT_AMIS: "false", ...settings },
      stdio: "ignore",
    });
    const moto = new Moto(`http://127.0.0.1:${port}`, server);
    await moto.answers();
    return moto;
  }

  public stop(): void {
    this.server.kill("SIGKILL");
  }

  private async answers(): Promise<void> {
    for (let attempt = 0; attempt < 600; attempt += 1) {
      if (this.server.exitCode !== null) throw new Error("moto_server ended");
      const answer = await fetch(`${this.endpoint}/moto-api/data.json`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("moto_server doesn't answer");
  }
}

function install(folder: string): Promise<void> {
  const run = (program: string, ...words: string[]): void => {
    const { status, stderr, error } = spawnSync(program, words, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${program} ${words.join(" ")}: ${error?.message ?? stderr}`);
  };
  run("python3", "-m", "venv", folder);
  run(join(folder, "bin", "python3"), "-m", "pip", "install", "--quiet", `moto[server]==${MOTO}`);
  return Promise.resolve();
}
