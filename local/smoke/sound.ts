import { type Change, changesSince, compare, type Expected, parseChange } from "./changes";
import { insertStep, readinessSteps, secondsUntilTopicsAreFound, topicsStep } from "./common-steps";
import type { SmokeContext } from "./context";
import type { Step } from "./steps";
import { type Inserted, orders, tables, users } from "./tables";

/** What a pipeline does that keeps the README's promises: every change arrives, once, on both ends. */
export function soundSteps(context: SmokeContext): Step[] {
  const { entries } = context;
  const expected: Expected[] = [];
  let inserted: Inserted = { userIds: [], orderIds: [], since: 0 };
  const parsed: (Change | undefined)[] = [];
  const inKafka = (): Change[] => {
    // What was there before may be many rows, so each is parsed once.
    const fresh = context.records.slice(parsed.length);
    for (const { value } of fresh) parsed.push(parseChange(value));
    return changesSince(parsed, inserted.since);
  };
  const inBucket = async (): Promise<Change[]> => {
    const objects = await Promise.all(tables.map((table) => context.objects(context.topic(table))));
    const read = objects.flat().flatMap(({ lines }) => lines.map(parseChange));
    return changesSince(read, inserted.since);
  };
  // Debezium's default, precise, is base64, which nobody can read: it counts as missing.
  const doubles = context.source.configuration["decimal.handling.mode"] === "double";
  const amount = (text: string): unknown => (doubles ? Number(text) : text);
  const looksIntoKafka = (name: string, seconds = context.arrivalSeconds): Step => ({
    name,
    entry: entries.connectorFails,
    needsKafka: true,
    run: async () => {
      await context.until(seconds, () => {
        const differences = compare(inKafka(), expected);
        return Promise.resolve(differences.length === 0 ? [] : [...differences, ...unreadable(context, parsed)]);
      });
      return `${expected.length} events`;
    },
  });
  return [
    ...readinessSteps(context),
    insertStep(context, (rows) => {
      inserted = rows;
      expected.push(...expectedInserts(rows, amount));
    }),
    topicsStep(context),
    looksIntoKafka("inserts are in Kafka"),
    {
      name: "UPDATE and DELETE",
      entry: entries.connectorFails,
      run: async () => {
        const [user, order] = [inserted.userIds[0], inserted.orderIds[1]];
        await context.sql(`UPDATE users SET email = 'john.doe@example.com' WHERE id = ${user};
DELETE FROM orders WHERE id = ${order};`);
        expected.push(
          {
            what: `UPDATE of user ${user}`,
            table: "users",
            op: "u",
            after: { id: user, email: "john.doe@example.com" },
          },
          { what: `DELETE of order ${order}`, table: "orders", op: "d", before: { id: order }, after: null },
        );
        return "expected: op u with the new row, op d with the old key";
      },
    },
    looksIntoKafka("UPDATE and DELETE are in Kafka"),
    {
      name: "ALTER TABLE ADD COLUMN, and a row with it",
      entry: entries.connectorFails,
      run: async () => {
        const [id] = await context.sql(`ALTER TABLE users ADD COLUMN phone VARCHAR(20);
INSERT INTO users (username, email, phone) VALUES ('new_shape', 'new@example.com', '555-0100') RETURNING id;`);
        const after = { id: Number(id), username: "new_shape", phone: "555-0100" };
        expected.push({ what: `INSERT of user ${id} with phone`, table: "users", op: "c", before: null, after });
        return "1 row inserted";
      },
    },
    looksIntoKafka("the row has the new column in Kafka"),
    {
      name: "an INSERT after the DELETE",
      entry: entries.connectorFails,
      run: async () => {
        const user = inserted.userIds[2];
        const [id] = await context.sql(
          `INSERT INTO orders (user_id, total_amount, status) VALUES (${user}, 10.00, 'pending') RETURNING id;`,
        );
        const after = { id: Number(id), user_id: user, status: "pending", total_amount: amount("10.00") };
        expected.push({ what: `INSERT of order ${id}`, table: "orders", op: "c", before: null, after });
        return "1 row inserted";
      },
    },
    looksIntoKafka("the row after the DELETE is in Kafka"),
    {
      name: "every change is in S3, exactly once",
      entry: entries.noFiles,
      run: async () => {
        const seconds = longestWait(context);
        await context.until(seconds, async () => [...compare(await inBucket(), expected), ...(await stopped(context))]);
        const objects = await context.objects(context.topic("users"));
        return `${expected.length} lines; ${objects[0]?.key ?? ""}`;
      },
    },
    // By now a duplicate would have had its time.
    looksIntoKafka("every change is in Kafka, exactly once", 1),
    { name: "the DELETE stopped nothing", entry: entries.noFiles, run: () => context.expectRunning() },
  ];
}

/** A hint for who finds rows missing: they may be there, but as something else than JSON. */
function unreadable({ records }: SmokeContext, parsed: readonly (Change | undefined)[]): string[] {
  const other = records.filter(({ value }, index) => parsed[index] === undefined && value !== "null");
  return other.length === 0 ? [] : [`not JSON events: ${other.length}, such as ${other[0]?.value.slice(0, 80) ?? ""}`];
}

function expectedInserts({ userIds, orderIds }: Inserted, amount: (text: string) => unknown): Expected[] {
  return [
    ...users.map((user, index) => insert("users", userIds[index], { ...user })),
    ...orders.map(({ user, status, total_amount }, index) =>
      insert("orders", orderIds[index], { user_id: userIds[user], status, total_amount: amount(total_amount) }),
    ),
  ];
}

function insert(table: string, id: number | undefined, columns: Record<string, unknown>): Expected {
  return { what: `INSERT into ${table}, id ${id}`, table, op: "c", before: null, after: { id, ...columns } };
}

/** A task that failed never writes: no need to wait until the end. @throws Unexpected */
async function stopped(context: SmokeContext): Promise<string[]> {
  await context.expectRunning();
  return [];
}

/** Rotation, the worker's look at the clock, finding a new topic, and some for the way there. */
function longestWait({ sink, arrivalSeconds }: SmokeContext): number {
  const { configuration, workerProperties } = sink;
  const rotation = configuration["rotate.schedule.interval.ms"] ?? configuration["rotate.interval.ms"] ?? "60000";
  const flush = workerProperties["offset.flush.interval.ms"] ?? "60000";
  const clocks = Math.ceil((Number(rotation) + Number(flush)) / 1000);
  return clocks + secondsUntilTopicsAreFound(sink) + arrivalSeconds;
}
