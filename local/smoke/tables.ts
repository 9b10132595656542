import type { SmokeContext } from "./context";
import { Unexpected } from "./steps";

export const tables = ["users", "orders"] as const;

/** The comment by which a later test knows its tables. */
const MARK = "made by the smoke test of postgres-cdc-pipeline";

/** The README's tables, "Create Test Tables". */
export const createTables = `
CREATE TABLE IF NOT EXISTS users (
    id SERIAL PRIMARY KEY,
    username VARCHAR(50) NOT NULL,
    email VARCHAR(100) NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS orders (
    id SERIAL PRIMARY KEY,
    user_id INTEGER REFERENCES users(id),
    total_amount DECIMAL(10,2),
    status VARCHAR(20),
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
COMMENT ON TABLE users IS '${MARK}';
COMMENT ON TABLE orders IS '${MARK}';
-- Of the last smoke test on this pipeline.
ALTER TABLE users DROP COLUMN IF EXISTS phone;
`;

export const users = [
  { username: "john_doe", email: "john@example.com" },
  { username: "jane_smith", email: "jane@example.com" },
  { username: "bob_jones", email: "bob@example.com" },
] as const;

/** `user` counts from 0: the README's ids are those of a fresh database. */
export const orders = [
  { user: 0, total_amount: "99.99", status: "completed" },
  { user: 1, total_amount: "149.99", status: "pending" },
  { user: 0, total_amount: "79.99", status: "completed" },
] as const;

/** What was inserted. */
export interface Inserted {
  readonly userIds: readonly number[];
  readonly orderIds: readonly number[];
  /** Where the database's log ended before the first insert, and where that may begin: what lies before is of other tests. */
  readonly since: number;
}

/**
 * Makes sure that the test can't write into somebody else's tables, in a database that is not its own: what the schema has under
 * the tables' names was made by an earlier test. A schema that is missing is created. @throws Unexpected
 */
export async function claimTables(context: Pick<SmokeContext, "sql" | "schema">): Promise<string> {
  const { schema } = context;
  const found =
    await context.sql(`SELECT relname, obj_description(pg_class.oid, 'pg_class') IS NOT DISTINCT FROM '${MARK}'
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = '${schema}' AND relname IN (${tables.map((table) => `'${table}'`).join(", ")})`);
  const foreign = found.filter((row) => row.endsWith("|f")).map((row) => `${schema}.${row.split("|")[0] ?? ""}`);
  if (foreign.length > 0) {
    throw new Unexpected(
      `not made by a smoke test: ${foreign.join(", ")}\nName a schema without such tables: --schema`,
    );
  }
  // Not IF NOT EXISTS: that asks for the right to create one even where it is there.
  const [exists] = await context.sql(`SELECT 1 FROM pg_namespace WHERE nspname = '${schema}'`);
  if (exists === undefined) await context.sql(`CREATE SCHEMA ${schema}`);
  return found.length > 0 ? "made by an earlier test" : "not there yet";
}

/** Makes the tables and inserts the README's rows. */
export async function insertRows(context: SmokeContext): Promise<Inserted> {
  await context.sql(`SET client_min_messages = warning;${createTables}`);
  const [since] = await context.sql("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn");
  const userRows = users.map(({ username, email }) => `('${username}', '${email}')`);
  const userIds = await numbers(
    context,
    `INSERT INTO users (username, email) VALUES ${userRows.join(", ")} RETURNING id`,
  );
  const orderRows = orders.map(({ user, total_amount, status }) => `(${userIds[user]}, ${total_amount}, '${status}')`);
  const insertOrders = `INSERT INTO orders (user_id, total_amount, status) VALUES ${orderRows.join(", ")} RETURNING id`;
  return { userIds, orderIds: await numbers(context, insertOrders), since: Number(since) };
}

async function numbers(context: SmokeContext, sql: string): Promise<number[]> {
  return (await context.sql(sql)).map(Number);
}
