import { captures } from "../../local/smoke/deployed-checks";
import { literal, Refused, Unreachable } from "../database";
import { type Check, Failing, NotCheckable } from "./check";
import { latestMetric } from "./metrics";
import type { Pipeline } from "./pipeline";
import { remedies } from "./remedies";

/** The database: its state, and what Debezium needs of it. */
export function databaseChecks(pipeline: Pipeline): Check[] {
  const slot = pipeline.source.settings.configuration["slot.name"] ?? "debezium";
  const publication = pipeline.source.settings.configuration["publication.name"] ?? "dbz_publication";
  return [
    {
      id: "database-state",
      name: "RDS instance is available",
      remedy: remedies.connectorFails,
      run: () => databaseState(pipeline),
    },
    {
      id: "database-login",
      name: "database accepts user and password",
      remedy: remedies.connectorFails,
      run: () => login(pipeline),
    },
    {
      id: "logical-replication",
      name: "logical replication is on",
      remedy: remedies.connectorFails,
      run: async () => {
        const [[level] = []] = await ask(pipeline, "SHOW wal_level");
        if (level === "logical") return "wal_level logical";
        throw new Failing(`wal_level is ${level}: rds.logical_replication has to be 1, and takes a reboot`);
      },
    },
    {
      id: "slot-active",
      name: `slot ${slot} is there and active`,
      remedy: remedies.connectorFails,
      run: () => slotActive(pipeline, slot),
    },
    {
      id: "slot-lag",
      name: `slot ${slot} keeps less than ${pipeline.limits.slotMegabytes} MB of WAL`,
      remedy: remedies.slotGrows,
      run: () => slotLag(pipeline, slot),
    },
    {
      id: "publication",
      name: `publication ${publication} has all captured tables`,
      remedy: remedies.connectorFails,
      run: () => publicationTables(pipeline, publication),
    },
  ];
}

async function databaseState(pipeline: Pipeline): Promise<string> {
  const { DBInstanceStatus: state, DBInstanceIdentifier: name } = await pipeline.databaseInstance();
  if (state === "available") return `${name} available`;
  throw new Failing(`${name} is ${state}`);
}

async function login(pipeline: Pipeline): Promise<string> {
  try {
    const [[version] = []] = await pipeline.database.sql("SHOW server_version");
    return `PostgreSQL ${version}`;
  } catch (error) {
    if (error instanceof Refused) throw new Failing(error.message);
    throw error;
  }
}

async function slotActive(pipeline: Pipeline, slot: string): Promise<string> {
  const [row] = await ask(
    pipeline,
    `SELECT plugin, active, coalesce(wal_status, ''), database = current_database()
     FROM pg_replication_slots WHERE slot_name = ${literal(slot)}`,
  );
  if (row === undefined) throw new Failing("there is no such slot; Debezium makes it when it starts");
  const [plugin, active, walStatus, ours] = row;
  if (ours !== "t") throw new Failing("it is a slot of another database: choose another source.slotName");
  if (plugin !== "pgoutput") throw new Failing(`its plugin is ${plugin}, not pgoutput`);
  if (walStatus === "lost") throw new Failing("its WAL is lost: Debezium has to read the tables again");
  if (active !== "t") throw new Failing("it isn't active: nobody reads it");
  return `${plugin}, active, WAL ${walStatus}`;
}

/** From the slot itself; where the database can't be asked, what RDS measured of its slowest slot. */
async function slotLag(pipeline: Pipeline, slot: string): Promise<string> {
  const bytes = await slotLagBytes(pipeline, slot);
  const megabytes = bytes / 1_000_000;
  const text = `${megabytes.toFixed(1)} MB`;
  if (megabytes > pipeline.limits.slotMegabytes) throw new Failing(`${text} behind`);
  return `${text} behind`;
}

async function slotLagBytes(pipeline: Pipeline, slot: string): Promise<number> {
  const sql = `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(confirmed_flush_lsn, restart_lsn))
               FROM pg_replication_slots WHERE slot_name = ${literal(slot)}`;
  try {
    const [row] = await ask(pipeline, sql);
    if (row === undefined) throw new NotCheckable("there is no such slot");
    return Number(row[0]);
  } catch (error) {
    if (!(error instanceof NotCheckable)) throw error;
    const { DBInstanceIdentifier: name = "" } = await pipeline.databaseInstance();
    const measured = await latestMetric(pipeline.aws, {
      ...{ namespace: "AWS/RDS", metric: "OldestReplicationSlotLag", statistic: "Maximum" },
      dimensions: { DBInstanceIdentifier: name },
    });
    if (measured === undefined) throw error;
    return measured;
  }
}

async function publicationTables(pipeline: Pipeline, publication: string): Promise<string> {
  const name = literal(publication);
  const [row] = await ask(pipeline, `SELECT puballtables FROM pg_publication WHERE pubname = ${name}`);
  if (row === undefined)
    throw new Failing("there is no such publication: tf apply -replace=null_resource.setup_postgres_cdc");
  if (row[0] === "t") return "all tables";
  const tables = await ask(
    pipeline,
    `SELECT nspname || '.' || relname, EXISTS (SELECT FROM pg_publication_tables
       WHERE pubname = ${name} AND schemaname = nspname AND tablename = relname)
     FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE relkind = 'r' AND NOT relispartition AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1`,
  );
  const { configuration } = pipeline.source.settings;
  const captured = tables.filter(([table = ""]) => captures(configuration, table));
  const missing = captured.filter(([, published]) => published !== "t").map(([table]) => table);
  if (missing.length > 0) throw new Failing(`without ${missing.join(", ")}: their changes don't reach Debezium`);
  return `${captured.length} tables`;
}

/** Rows; that it can't be asked fails the login only. */
async function ask({ database }: Pipeline, sql: string): Promise<string[][]> {
  try {
    return await database.sql(sql);
  } catch (error) {
    if (error instanceof Unreachable || error instanceof Refused) throw new NotCheckable("the database can't be asked");
    throw error;
  }
}
