import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../components/command";
import type { Environment } from "../environment";
import { HOST, type LocalDatabase } from "../reading/pipeline";
import { LocalFailure } from "./failures";
import { type StartOptions, startProcess, waitFor } from "./processes";
import type { Run } from "./state";

/** PostgreSQL refuses to run as root, so root runs it as this user: nobody. */
const NOBODY = { uid: 65534, gid: 65534 };

/** Makes a cluster with the database's user and starts it with its parameters. */
export async function startPostgres(
  run: Run,
  database: LocalDatabase,
  { native, env, signal }: { readonly native: string; readonly env: Environment; readonly signal?: AbortSignal },
): Promise<void> {
  const owner = process.getuid?.() === 0 ? NOBODY : undefined;
  const { folder, programs } = prepareFolder(run, native, owner);
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, database.password, { mode: 0o600 });
  if (owner) chownSync(passwordFile, owner.uid, owner.gid);
  const options = { env, cwd: folder, owner, signal };
  const words = ["-D", data, "-U", database.user, "-A", "scram-sha-256", `--pwfile=${passwordFile}`];
  // Without syncing: nobody needs these rows after a power cut.
  await initialize(join(programs, "initdb"), [...words, "-E", "UTF8", "--locale=C", "--no-sync"], options);
  rmSync(passwordFile);
  const parameters = {
    // What RDS sets and initdb doesn't.
    timezone: "UTC",
    fsync: "off",
    ...database.parameters,
    listen_addresses: HOST,
    port: String(database.port),
    unix_socket_directories: "",
  };
  const settings = Object.entries(parameters).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = await startProcess(run, {
    name: "postgres",
    program: join(programs, "postgres"),
    args: ["-D", data, ...settings],
    ...options,
  });
  const psql = psqlEnvironment(database, env);
  await waitFor(
    "PostgreSQL",
    async () => ((await runPsql("SELECT 1", { ...psql, PGDATABASE: "postgres" })).exitCode === 0 ? true : undefined),
    { process: server, signal, seconds: 30 },
  );
  const created = await runPsql(`CREATE DATABASE "${database.name}"`, { ...psql, PGDATABASE: "postgres" });
  if (created.exitCode !== 0) throw new LocalFailure(`CREATE DATABASE: ${created.stderr}`);
}

/** Another user can't enter root's cache, nor maybe the project's folder: it gets a folder and the programs in /tmp. */
function prepareFolder(run: Run, native: string, owner: StartOptions["owner"]): { folder: string; programs: string } {
  if (owner === undefined) {
    const folder = join(run.folder, "postgres");
    mkdirSync(folder);
    return { folder, programs: join(native, "bin") };
  }
  const folder = mkdtempSync(join(tmpdir(), `cdc-${run.state.id}-`));
  run.update({ folders: [...run.state.folders, folder] });
  cpSync(native, join(folder, "native"), { recursive: true, verbatimSymlinks: true });
  chmodSync(folder, 0o755);
  chownSync(folder, owner.uid, owner.gid);
  return { folder, programs: join(folder, "native", "bin") };
}

async function initialize(
  program: string,
  args: readonly string[],
  options: Pick<StartOptions, "env" | "cwd" | "owner" | "signal">,
): Promise<void> {
  const run = await runCommand(program, args, options);
  if (run.exitCode !== 0) throw new LocalFailure(`initdb failed:\n${run.stdout}${run.stderr}`);
}

/** How psql, and all that reads libpq's variables, reaches the database. */
export function psqlEnvironment(database: LocalDatabase, env: Environment): Environment {
  return {
    ...env,
    PGHOST: HOST,
    PGPORT: String(database.port),
    PGUSER: database.user,
    PGPASSWORD: database.password,
    PGDATABASE: database.name,
    PGSSLMODE: "disable",
    PGCONNECT_TIMEOUT: "10",
  };
}

/** Runs SQL and prints only values, columns apart by |. */
export function runPsql(sql: string, env: Environment, signal?: AbortSignal): ReturnType<typeof runCommand> {
  const words = ["--no-psqlrc", "--no-password", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1"];
  return runCommand("psql", words, { env, input: sql, signal });
}
