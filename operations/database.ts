import type { Environment } from "../local/environment";
import type { DeployedSettings } from "../local/reading/deployed";
import type { Outputs } from "../local/reading/outputs";
import { runPsql } from "../local/running/postgres";
import { credentialProblems } from "../local/smoke/deployed-checks";
import { databaseEnvironment } from "../local/smoke/deployed-pipeline";
import { type Aws, awsMessage, once } from "./aws";

export interface DatabaseOptions {
  readonly outputs: Outputs;
  readonly settings: DeployedSettings;
  readonly aws: Aws;
  readonly env: Environment;
  readonly signal?: AbortSignal;
  /** Told each secret that is learnt. */
  readonly keep: (secret: string | undefined) => void;
}

/** The database can't be asked from here: no psql, no password, no way to it. */
export class Unreachable extends Error {}

/** The database doesn't let this user in. */
export class Refused extends Error {}

/** The source database, by psql. */
export class Database {
  private readonly environment: () => Promise<Environment>;

  public readonly settings: DeployedSettings;

  public constructor(private readonly options: DatabaseOptions) {
    this.settings = options.settings;
    this.environment = once(() => this.findEnvironment());
  }

  /** Runs SQL; the answer is its rows. @throws Unreachable, Refused */
  public async sql(text: string): Promise<string[][]> {
    const run = await runPsql(`SET statement_timeout = '20s';${text}`, await this.environment(), this.options.signal);
    const reason = run.stderr.trim();
    if (run.exitCode === 127) throw new Unreachable("psql isn't installed: install the PostgreSQL client");
    // psql's exit code for a connection that failed; where PostgreSQL itself said no, its reason begins with FATAL.
    if (run.exitCode === 2) throw reason.includes("FATAL") ? new Refused(reason) : new Unreachable(reason);
    if (run.exitCode !== 0) throw new Error(reason);
    return run.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split("|"));
  }

  /** User and password from the environment, else from where the pipeline keeps them. */
  private async findEnvironment(): Promise<Environment> {
    const { outputs, settings, env } = this.options;
    const database = { outputs, settings, schema: "pg_catalog", sslMode: env.PGSSLMODE ?? "require" };
    if (env.PGUSER && env.PGPASSWORD) return databaseEnvironment(database, env);
    const { username, password } = await this.readSecret();
    this.options.keep(password);
    return databaseEnvironment(database, { ...env, PGUSER: username, PGPASSWORD: password });
  }

  private async readSecret(): Promise<{ username: string; password: string }> {
    const { aws, env, settings } = this.options;
    const help = credentialProblems(env, settings).map(({ fix }) => fix);
    const no = (reason: string): Unreachable =>
      new Unreachable([`no user and password: the secret ${settings.secretName}: ${reason}`, ...help].join("\n"));
    let text: string | undefined;
    try {
      ({ SecretString: text } = await (await aws.secretsManager()).getSecretValue({ SecretId: settings.secretName }));
    } catch (error) {
      throw no(awsMessage(error));
    }
    const secret = parse(text ?? "");
    const { username, password } = secret;
    if (typeof username === "string" && typeof password === "string") return { username, password };
    // Never the text itself.
    throw no("isn't JSON with username and password");
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A name as a literal of SQL. */
export function literal(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
