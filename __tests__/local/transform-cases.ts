import { createHash } from "node:crypto";

/** One setting, or several together, with rows and what has to lie in S3 in the end. */
export interface Case {
  /** Its schema in the database, its slot, and `cdc-<name>` its topic prefix. */
  readonly name: string;
  readonly settings: { readonly source?: object; readonly sink?: object };
  /** Tables, and rows that the snapshot reads. Every statement runs in the case's schema. */
  readonly before: string;
  /** Changes while the connectors run. */
  readonly during: string;
  /** Topic without its prefix → the events of its objects, in order. */
  readonly objects: Readonly<Record<string, readonly object[]>>;
}

/** A change event, as the tests compare it. */
function change(op: string, before: object | null, after: object | null, table = "orders"): object {
  return { table, op, before, after };
}

/** An unwrapped row, with what `unwrap` adds by itself. */
function unwrapped(row: object, op: string, deleted = false): object {
  return { ...row, __deleted: String(deleted), __op: op, __lsn: "number", __source_ts_ms: "number" };
}

const salt = "pepper_1";

function hash(value: string): string {
  return createHash("sha256").update(`${salt}${value}`).digest("hex");
}

export const cases: readonly Case[] = [
  {
    name: "included",
    settings: {
      source: {
        tableIncludeList: "included\\.orders",
        columnIncludeList: "included\\.orders\\.id,included\\.orders\\.status",
      },
    },
    before: `CREATE TABLE orders (id int PRIMARY KEY, status text, secret text); CREATE TABLE other (id int PRIMARY KEY);
      INSERT INTO orders VALUES (1, 'new', 'x'); INSERT INTO other VALUES (1);`,
    during: "INSERT INTO other VALUES (2); INSERT INTO orders VALUES (2, 'new', 'x');",
    objects: {
      "included.orders": [change("r", null, { id: 1, status: "new" }), change("c", null, { id: 2, status: "new" })],
    },
  },
  {
    name: "excluded",
    settings: {
      source: {
        tableIncludeList: undefined,
        schemaIncludeList: "excluded",
        tableExcludeList: "excluded\\.other",
        columnExcludeList: "excluded\\.orders\\.secret",
      },
    },
    before: `CREATE TABLE orders (id int PRIMARY KEY, status text, secret text); CREATE TABLE other (id int PRIMARY KEY);
      INSERT INTO orders VALUES (1, 'new', 'x'); INSERT INTO other VALUES (1);`,
    during: "INSERT INTO other VALUES (2); INSERT INTO orders VALUES (2, 'new', 'x');",
    objects: {
      "excluded.orders": [change("r", null, { id: 1, status: "new" }), change("c", null, { id: 2, status: "new" })],
    },
  },
  {
    name: "masked",
    settings: {
      source: {
        columnMasks: [
          { columns: "masked\\.users\\.(mail|age)", maskWithChars: 5 },
          { columns: "masked\\.users\\.note", maskWithChars: 0 },
          { columns: "masked\\.users\\.name", truncateToChars: 3 },
          { columns: "masked\\.users\\.phone", maskHashV2: { hashAlgorithm: "SHA-256", salt } },
        ],
      },
    },
    before: `CREATE TABLE users (id int PRIMARY KEY, mail text, age int, note varchar(20), name text, phone text);
      INSERT INTO users VALUES (1, 'a@example.com', 41, 'private', 'Robert', '+49 1');`,
    during: "INSERT INTO users VALUES (2); UPDATE users SET phone = '+49 1' WHERE id = 2;",
    objects: {
      "masked.users": [
        change("r", null, { id: 1, mail: "*****", age: 41, note: "", name: "Rob", phone: hash("+49 1") }, "users"),
        change("c", null, { id: 2, mail: "*****", age: null, note: "", name: null, phone: null }, "users"),
        change("u", null, { id: 2, mail: "*****", age: null, note: "", name: null, phone: hash("+49 1") }, "users"),
      ],
    },
  },
  {
    name: "filtered",
    settings: {
      source: {
        rowFilters: [
          { tables: "filtered\\.orders", condition: "row.status != 'draft'" },
          { tables: "filtered\\.payments", condition: "row.amount?.toBigDecimal() > 100" },
        ],
      },
    },
    before: `CREATE TABLE orders (id int PRIMARY KEY, status text); CREATE TABLE lines (id int PRIMARY KEY, status text);
      CREATE TABLE payments (id int PRIMARY KEY, amount numeric(10,2));
      INSERT INTO orders VALUES (1, 'paid'), (2, 'draft');`,
    during: `INSERT INTO lines VALUES (1, 'draft'); INSERT INTO payments VALUES (1, 20), (2, NULL), (3, 100.01);
      INSERT INTO orders VALUES (3, 'draft'), (4, 'paid');
      UPDATE orders SET status = 'paid' WHERE id = 2; UPDATE orders SET status = 'draft' WHERE id = 1;
      DELETE FROM orders WHERE id = 2; DELETE FROM orders WHERE id = 3; INSERT INTO orders VALUES (9, 'paid');`,
    objects: {
      "filtered.orders": [
        change("r", null, { id: 1, status: "paid" }),
        change("c", null, { id: 4, status: "paid" }),
        change("u", null, { id: 2, status: "paid" }),
        change("d", { id: 2, status: null }, null),
        change("d", { id: 3, status: null }, null),
        change("c", null, { id: 9, status: "paid" }),
      ],
      "filtered.lines": [change("c", null, { id: 1, status: "draft" }, "lines")],
      "filtered.payments": [change("c", null, { id: 3, amount: "100.01" }, "payments")],
    },
  },
  {
    name: "unwrapped",
    settings: { source: { unwrap: {} } },
    before: "CREATE TABLE orders (id int PRIMARY KEY, amount numeric(10,2)); INSERT INTO orders VALUES (1, 1.50);",
    during: `INSERT INTO orders VALUES (2, 2); UPDATE orders SET amount = 3 WHERE id = 1; DELETE FROM orders WHERE id = 2;
      INSERT INTO orders VALUES (9, 9);`,
    objects: {
      "unwrapped.orders": [
        unwrapped({ id: 1, amount: "1.50" }, "r"),
        unwrapped({ id: 2, amount: "2.00" }, "c"),
        unwrapped({ id: 1, amount: "3.00" }, "u"),
        unwrapped({ id: 2, amount: null }, "d", true),
        unwrapped({ id: 9, amount: "9.00" }, "c"),
      ],
    },
  },
  {
    name: "renamed",
    settings: {
      source: {
        unwrap: { addFields: "op" },
        renames: [{ tables: "renamed\\.users", fields: { mail: "email" } }, { fields: { at: "created_at" } }],
      },
    },
    before: `CREATE TABLE users (id int PRIMARY KEY, mail text, at text); CREATE TABLE other (id int PRIMARY KEY, mail text, at text);
      INSERT INTO users VALUES (1, 'a', 'b'); INSERT INTO other VALUES (1, 'a', 'b');`,
    during: "DELETE FROM users WHERE id = 1; INSERT INTO users VALUES (2, 'c', 'd');",
    objects: {
      "renamed.users": [
        { id: 1, email: "a", created_at: "b", __deleted: "false", __op: "r" },
        { id: 1, email: null, created_at: null, __deleted: "true", __op: "d" },
        { id: 2, email: "c", created_at: "d", __deleted: "false", __op: "c" },
      ],
      "renamed.other": [{ id: 1, mail: "a", created_at: "b", __deleted: "false", __op: "r" }],
    },
  },
  {
    name: "merged",
    settings: {
      source: { routes: [{ tables: "merged\\.orders_\\d+,merged\\.keyless", topic: "cdc-merged.all" }] },
    },
    before: `CREATE TABLE orders_1 (id int PRIMARY KEY); CREATE TABLE orders_2 (id int PRIMARY KEY);
      CREATE TABLE keyless (id int); CREATE TABLE orders_x (id int PRIMARY KEY); INSERT INTO orders_1 VALUES (1);`,
    during: `INSERT INTO orders_x VALUES (1); INSERT INTO orders_2 VALUES (1); INSERT INTO keyless VALUES (1);
      DELETE FROM orders_1; INSERT INTO orders_2 VALUES (9);`,
    objects: {
      all: [
        change("r", null, { id: 1 }, "orders_1"),
        change("c", null, { id: 1 }, "orders_2"),
        change("c", null, { id: 1 }, "keyless"),
        change("d", { id: 1 }, null, "orders_1"),
        change("c", null, { id: 9 }, "orders_2"),
      ],
      "merged.orders_x": [change("c", null, { id: 1 }, "orders_x")],
    },
  },
  {
    name: "split",
    settings: {
      source: {
        routes: [
          { tables: "split\\.orders", topic: "cdc-split.eu", condition: "row.region == 'eu'" },
          { tables: "split\\.orders", topic: "cdc-split.us", condition: "row.region == 'us' && row.id < 100" },
        ],
      },
    },
    before: `CREATE TABLE orders (id int PRIMARY KEY, region text); ALTER TABLE orders REPLICA IDENTITY FULL;
      INSERT INTO orders VALUES (1, 'eu'), (2, 'us');`,
    during: "INSERT INTO orders VALUES (3, 'asia'), (100, 'us'); DELETE FROM orders WHERE id < 3;",
    objects: {
      eu: [change("r", null, { id: 1, region: "eu" }), change("d", { id: 1, region: "eu" }, null)],
      us: [change("r", null, { id: 2, region: "us" }), change("d", { id: 2, region: "us" }, null)],
      "split.orders": [change("c", null, { id: 3, region: "asia" }), change("c", null, { id: 100, region: "us" })],
    },
  },
  {
    // All at once: each sees what those before it made.
    name: "together",
    settings: {
      source: {
        columnMasks: [{ columns: "together\\.orders\\.mail", maskWithChars: 3 }],
        rowFilters: [{ tables: "together\\.orders", condition: "row.zone != 'test'" }],
        unwrap: { addFields: "op,table", addFieldsPrefix: "_" },
        renames: [{ tables: "together\\.orders", fields: { zone: "region" } }],
        routes: [
          { tables: "together\\.orders", topic: "cdc-together.eu", condition: "row.region == 'eu' || row._op == 'd'" },
          { tables: "together\\..*", topic: "cdc-together.rest" },
        ],
        transforms: [
          {
            name: "stamp",
            type: "org.apache.kafka.connect.transforms.InsertField$Value",
            settings: { "static.field": "via", "static.value": "pipeline", predicate: "rest" },
          },
        ],
        extra: {
          predicates: "rest",
          "predicates.rest.type": "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
          "predicates.rest.pattern": "cdc-together\\.rest",
        },
      },
    },
    before: `CREATE TABLE orders (id int PRIMARY KEY, zone text, mail text); CREATE TABLE other (id int PRIMARY KEY);
      INSERT INTO orders VALUES (1, 'eu', 'a@b.c'), (2, 'test', 'a@b.c');`,
    during: `INSERT INTO orders VALUES (3, 'us', 'a@b.c'), (4, 'test', 'a@b.c'); INSERT INTO other VALUES (1);
      DELETE FROM orders WHERE id = 3; INSERT INTO orders VALUES (9, 'us', 'a@b.c');`,
    objects: {
      eu: [
        { id: 1, region: "eu", mail: "***", __deleted: "false", _op: "r", _table: "orders" },
        { id: 3, region: null, mail: "***", __deleted: "true", _op: "d", _table: "orders" },
      ],
      rest: [
        { id: 3, region: "us", mail: "***", __deleted: "false", _op: "c", _table: "orders", via: "pipeline" },
        { id: 1, __deleted: "false", _op: "c", _table: "other", via: "pipeline" },
        { id: 9, region: "us", mail: "***", __deleted: "false", _op: "c", _table: "orders", via: "pipeline" },
      ],
    },
  },
  {
    name: "poisoned",
    settings: {
      sink: {
        errorsTolerance: "all",
        errorsDeadletterqueueTopicName: "dead-letters",
        errorsDeadletterqueueContextHeadersEnable: true,
      },
    },
    before: "CREATE TABLE orders (id int PRIMARY KEY); INSERT INTO orders VALUES (1);",
    during: "INSERT INTO orders VALUES (2);",
    objects: {
      "poisoned.orders": [change("r", null, { id: 1 }), change("c", null, { id: 2 }), change("c", null, { id: 3 })],
    },
  },
];
