import type { Environment } from "../environment";
import type { LocalDatabase } from "../reading/pipeline";
import { psqlEnvironment, runPsql } from "../running/postgres";
import { LocalFailure } from "../running/failures";
import { readLines } from "./lines";

/** The table that is written to; all runs use it, one after the other. */
export const TABLE = "bench_events";

/** About 425 bytes of JSON for each row in Kafka, most of it what Debezium says about the row. */
const CREATE = `
SET client_min_messages = warning;
CREATE TABLE IF NOT EXISTS ${TABLE} (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run INTEGER NOT NULL,
    committed_us BIGINT NOT NULL,
    payload TEXT NOT NULL
);
-- One row a transaction, evenly over time. What a pause of the machine delayed is made up for afterwards.
CREATE OR REPLACE PROCEDURE bench_load(this_run INTEGER, rate INTEGER, seconds DOUBLE PRECISION) LANGUAGE plpgsql AS $$
DECLARE
    started CONSTANT DOUBLE PRECISION := extract(epoch FROM clock_timestamp());
    elapsed DOUBLE PRECISION := 0;
    written BIGINT := 0;
BEGIN
    WHILE written < rate * seconds LOOP
        WHILE written < rate * least(elapsed, seconds) LOOP
            INSERT INTO ${TABLE} (run, committed_us, payload)
            VALUES (this_run, extract(epoch FROM clock_timestamp()) * 1000000, repeat(md5(written::text), 3));
            COMMIT;
            written := written + 1;
        END LOOP;
        PERFORM pg_sleep(0.002);
        elapsed := extract(epoch FROM clock_timestamp()) - started;
    END LOOP;
END $$;
`;

/** Rows as the database has them: whatever else there is or isn't is measured against these. */
export interface CommittedRows {
  readonly firstId: number;
  /** By id, from firstId on: milliseconds of the clock; NaN for an id that no row has. */
  readonly committedAt: Float64Array;
  readonly count: number;
}

/** The database's side of a measurement. */
export class Workload {
  /** Why the database last ended a load before its time. */
  public lastProblem = "";
  private readonly psql: Environment;

  public constructor(
    database: LocalDatabase,
    env: Environment,
    private readonly signal?: AbortSignal,
  ) {
    this.psql = psqlEnvironment(database, env);
  }

  public async prepare(): Promise<void> {
    await this.sql(CREATE);
  }

  /** Writes rows, each in a transaction of its own. Answers whether the database let it finish. */
  public async tryLoad(run: number, rate: number, seconds: number): Promise<boolean> {
    const { exitCode, stderr } = await runPsql(`CALL bench_load(${run}, ${rate}, ${seconds})`, this.psql, this.signal);
    if (exitCode !== 0) this.lastProblem = stderr.trim();
    return exitCode === 0;
  }

  public async sql(text: string): Promise<string> {
    const { exitCode, stdout, stderr } = await runPsql(text, this.psql, this.signal);
    if (exitCode !== 0) throw new LocalFailure(`psql: ${stderr.trim()}`);
    return stdout;
  }

  public async rows(run: number): Promise<CommittedRows> {
    const [first = 0, last = -1] = (
      await this.sql(`SELECT coalesce(min(id), 0), coalesce(max(id), -1) FROM ${TABLE} WHERE run = ${run}`)
    )
      .trim()
      .split("|")
      .map(Number);
    const committedAt = new Float64Array(last - first + 1).fill(NaN);
    let count = 0;
    const copy = `COPY (SELECT id, committed_us FROM ${TABLE} WHERE run = ${run}) TO STDOUT`;
    const words = ["--no-psqlrc", "--no-password", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", copy];
    await readLines("psql", words, { env: this.psql, signal: this.signal }, (line) => {
      const [id, microseconds] = line.split("\t");
      committedAt[Number(id) - first] = Number(microseconds) / 1000;
      count++;
    });
    return { firstId: first, committedAt, count };
  }

  /** The next run begins with an empty table; a truncate isn't captured (skipped.operations). */
  public async forget(): Promise<void> {
    await this.sql(`TRUNCATE ${TABLE}`);
  }
}
