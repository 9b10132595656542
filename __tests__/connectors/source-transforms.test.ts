import { renderProblem } from "../../lib/errors";
import { checkConnectors } from "../../connectors/checks";
import { DebeziumPostgresSourceProps, debeziumPostgresSource } from "../../connectors/debezium-postgres-source";
import { PluginName } from "../../connectors/plugins/sources";
import { S3SinkProps } from "../../connectors/s3-sink";
import { Rename, scriptingTransforms } from "../../connectors/source-transforms";
import { goodSink, goodSource, goodWorker, lines } from "./examples";

type Source = Partial<DebeziumPostgresSourceProps>;

function findings(
  source: Source,
  sink: Partial<S3SinkProps> = {},
  sourcePlugin?: PluginName,
): ReturnType<typeof checkConnectors> {
  return checkConnectors({
    source: { ...goodSource, ...source },
    sink: { ...goodSink, ...sink },
    sourceWorker: goodWorker,
    sourcePlugin,
  });
}

/** What is said about the settings, and not about the rest of them. */
function check(source: Source, sink: Partial<S3SinkProps> = {}, sourcePlugin?: PluginName): string[] {
  return lines(findings(source, sink, sourcePlugin));
}

/** Those of the rendered settings that transforms and masks made. */
function rendered(source: Source): Record<string, string> {
  const all = debeziumPostgresSource({ ...goodSource, ...source });
  return Object.fromEntries(Object.entries(all).filter(([name]) => /^(transforms|predicates|column\.)/.test(name)));
}

const hash = { hashAlgorithm: "SHA-256", salt: "pepper" } as const;
const draft = { tables: "public\\.orders", condition: "row.status != 'draft'" };
const all = { tables: "public\\.orders", topic: "postgres-cdc.orders" };

describe("rendering", () => {
  test("fails if nothing isn't rendered as nothing", () => {
    expect(rendered({})).toEqual({});
    expect(rendered({ columnMasks: [], rowFilters: [], renames: [], routes: [], transforms: [] })).toEqual({});
  });

  test("fails if masks of one kind don't share a property", () => {
    const columnMasks = [
      { columns: "public\\.users\\.email", maskWithChars: 8 },
      { columns: "public\\.users\\.phone", maskWithChars: 8 },
      { columns: "public\\.users\\.name", truncateToChars: 1 },
      { columns: "public\\.users\\.ssn", maskHashV2: hash },
    ];
    expect(rendered({ columnMasks })).toEqual({
      "column.mask.with.8.chars": "public\\.users\\.email,public\\.users\\.phone",
      "column.truncate.to.1.chars": "public\\.users\\.name",
      "column.mask.hash.v2.SHA-256.with.salt.pepper": "public\\.users\\.ssn",
    });
  });

  test("fails if the order isn't filters, unwrap, renames, routes, the others", () => {
    const source: Source = {
      transforms: [{ name: "mine", type: "x.Y" }],
      routes: [all, { ...all, condition: "row.id > 1" }],
      renames: [{ fields: { a: "b" } }, { fields: { c: "d" } }],
      unwrap: {},
      rowFilters: [draft],
    };
    expect(rendered(source).transforms).toBe("rowFilter1,unwrap,rename1,rename2,route1,route2,mine");
  });

  test("fails if a filter sees more than its tables, or takes out a delete", () => {
    expect(rendered({ rowFilters: [{ ...draft, tables: "public\\.orders, shop\\..*" }] })).toEqual({
      transforms: "rowFilter1",
      "transforms.rowFilter1.type": "io.debezium.transforms.Filter",
      "transforms.rowFilter1.language": "jsr223.groovy",
      "transforms.rowFilter1.topic.regex": "postgres-cdc\\.(?:public\\.orders|shop\\..*)",
      "transforms.rowFilter1.condition": "def row = value.after; row == null || (row.status != 'draft')",
    });
  });

  test("fails if unwrap loses deletes by default, or a setting of it is lost", () => {
    expect(rendered({ unwrap: {} })).toEqual({
      transforms: "unwrap",
      "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState",
      "transforms.unwrap.delete.tombstone.handling.mode": "rewrite",
      "transforms.unwrap.add.fields": "op,lsn,source.ts_ms",
    });
    const unwrap = {
      deleteTombstoneHandlingMode: "drop",
      addFields: "op",
      addFieldsPrefix: "_",
      addHeaders: "db",
      addHeadersPrefix: "h_",
    } as const;
    expect(rendered({ unwrap })).toMatchObject({
      "transforms.unwrap.delete.tombstone.handling.mode": "drop",
      "transforms.unwrap.add.fields": "op",
      "transforms.unwrap.add.fields.prefix": "_",
      "transforms.unwrap.add.headers": "db",
      "transforms.unwrap.add.headers.prefix": "h_",
    });
  });

  test("fails if a rename's tables aren't chosen by a predicate, or those of extra are lost", () => {
    const renames: Rename[] = [{ fields: { a: "b", c: "d" } }, { tables: "public\\.users", fields: { mail: "email" } }];
    const extra = { predicates: "mine", "predicates.mine.type": "x.P" };
    expect(rendered({ unwrap: {}, renames, extra })).toMatchObject({
      "transforms.rename1.type": "org.apache.kafka.connect.transforms.ReplaceField$Value",
      "transforms.rename1.renames": "a:b,c:d",
      "transforms.rename2.renames": "mail:email",
      "transforms.rename2.predicate": "rename2",
      predicates: "rename2,mine",
      "predicates.rename2.type": "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
      "predicates.rename2.pattern": "postgres-cdc\\.(?:public\\.users)",
      "predicates.mine.type": "x.P",
    });
    expect(rendered({ unwrap: {}, renames, extra })).not.toHaveProperty(["transforms.rename1.predicate"]);
    expect(rendered({ extra }).predicates).toBe("mine");
  });

  test("fails if a route isn't Debezium's, with and without a condition, wrapped and unwrapped", () => {
    expect(rendered({ routes: [all] })).toEqual({
      transforms: "route1",
      "transforms.route1.type": "io.debezium.transforms.ByLogicalTableRouter",
      "transforms.route1.topic.regex": "postgres-cdc\\.(?:public\\.orders)",
      "transforms.route1.topic.replacement": "postgres-cdc.orders",
    });
    const routes = [{ ...all, condition: "row.id > 1" }];
    expect(rendered({ routes })).toMatchObject({
      "transforms.route1.type": "io.debezium.transforms.ContentBasedRouter",
      "transforms.route1.language": "jsr223.groovy",
      "transforms.route1.topic.expression":
        "def row = value.after ?: value.before; row != null && (row.id > 1) ? 'postgres-cdc.orders' : null",
    });
    expect(rendered({ routes, unwrap: {} })["transforms.route1.topic.expression"]).toContain("def row = value; ");
  });

  test("fails if a prefix that only Terraform knows is changed", () => {
    const topicPrefix = "${TfToken[TOKEN.1]}";
    expect(rendered({ topicPrefix, rowFilters: [draft] })["transforms.rowFilter1.topic.regex"]).toBe(
      `${topicPrefix}\\.(?:public\\.orders)`,
    );
  });
});

describe("checks", () => {
  test.each<[string, Source]>([
    [
      "each way to mask",
      {
        columnMasks: [
          { columns: "a.b.c", maskWithChars: 0 },
          { columns: "a.b.d", truncateToChars: 1 },
        ],
      },
    ],
    ["a mask by regular expression", { columnMasks: [{ columns: ".*email", maskWithChars: 3 }] }],
    ["a filter", { rowFilters: [draft] }],
    [
      "a filter for a captured table",
      { rowFilters: [draft], tableIncludeList: "public.orders", tableExcludeList: undefined },
    ],
    ["a filter that only Java can read", { rowFilters: [{ ...draft, tables: "(?i)public\\.orders" }] }],
    ["unwrap", { unwrap: {} }],
    [
      "deletes with tombstones, as the sink ignores those",
      { unwrap: { deleteTombstoneHandlingMode: "rewrite-with-tombstone" } },
    ],
    ["renames", { unwrap: {}, renames: [{ fields: { a: "b" } }, { fields: { c: "b" } }] }],
    ["routes of one table", { routes: [{ ...all, condition: "row.id > 1" }, all] }],
    ["a routed table, unwrapped", { unwrap: {}, routes: [all] }],
    [
      "routed tables, unwrapped with their names",
      { unwrap: { addFields: "op,table" }, routes: [{ ...all, tables: ".*" }] },
    ],
    ["routed tables, wrapped", { routes: [{ ...all, tables: ".*" }] }],
  ])("passes %s", (_name, source) => {
    expect(check(source, {}, "debezium-scripting")).toEqual([]);
  });

  test.each<[string, Source, string]>([
    [
      "a table has no schema",
      { tableIncludeList: "users", tableExcludeList: undefined },
      "name-never-matches source.tableIncludeList",
    ],
    [
      "a table has a database",
      { tableExcludeList: "db.public.users,cdc\\.heartbeat" },
      "name-never-matches source.tableExcludeList",
    ],
    ["a schema has a table", { schemaIncludeList: "public.users" }, "name-never-matches source.schemaIncludeList"],
    ["a column has no schema", { columnExcludeList: "users.email" }, "name-never-matches source.columnExcludeList"],
    ["a list is broken", { columnIncludeList: "public\\.(users" }, "pattern-invalid source.columnIncludeList"],
    ["a list is empty", { schemaExcludeList: "" }, "pattern-empty source.schemaExcludeList"],

    ["a mask has no way", { columnMasks: [{ columns: "a.b.c" }] }, "column-mask-ways source.columnMasks[0]"],
    [
      "a mask has two ways",
      { columnMasks: [{ columns: "a.b.c", maskWithChars: 1, truncateToChars: 1 }] },
      "column-mask-ways source.columnMasks[0]",
    ],
    [
      "a mask has a negative length",
      { columnMasks: [{ columns: "a.b.c", maskWithChars: -1 }] },
      "number-out-of-bounds source.columnMasks[0].maskWithChars",
    ],
    [
      "values are cut to nothing",
      { columnMasks: [{ columns: "a.b.c", truncateToChars: 0 }] },
      "number-out-of-bounds source.columnMasks[0].truncateToChars",
    ],
    [
      "a masked column has no table",
      { columnMasks: [{ columns: "users.email", maskWithChars: 1 }] },
      "name-never-matches source.columnMasks[0].columns",
    ],
    [
      "a masked column's table isn't captured",
      {
        columnMasks: [{ columns: "public.user.email", maskWithChars: 1 }],
        tableIncludeList: "public.users",
        tableExcludeList: undefined,
      },
      "tables-not-captured source.columnMasks[0].columns",
    ],
    [
      "a column is masked twice",
      {
        columnMasks: [
          { columns: "a.b.c", maskWithChars: 1 },
          { columns: "x.y.z,a\\.b\\.c", truncateToChars: 1 },
        ],
      },
      "column-masked-twice source.columnMasks[1].columns",
    ],
    [
      "extra has a mask",
      { extra: { "column.mask.with.3.chars": "a.b.c" } },
      'extra-repeats-property source.extra["column.mask.with.3.chars"]',
    ],

    [
      "a filter's table has no schema",
      { rowFilters: [{ ...draft, tables: "orders" }] },
      "name-never-matches source.rowFilters[0].tables",
    ],
    [
      "a filter's table isn't captured",
      {
        rowFilters: [{ ...draft, tables: "public\\.order" }],
        tableIncludeList: "public.orders",
        tableExcludeList: undefined,
      },
      "tables-not-captured source.rowFilters[0].tables",
    ],
    [
      "a filter has no condition",
      { rowFilters: [{ ...draft, condition: " " }] },
      "condition-empty source.rowFilters[0].condition",
    ],
    [
      "Terraform would read a condition",
      { rowFilters: [{ ...draft, condition: '"${row.id}" == "1"' }] },
      "condition-for-terraform source.rowFilters[0].condition",
    ],
    [
      "a transform takes a filter's name",
      { rowFilters: [draft], transforms: [{ name: "rowFilter1", type: scriptingTransforms.filter }] },
      "transform-twice source.transforms[0].name",
    ],

    [
      "deletes are handled in no known way",
      { unwrap: { deleteTombstoneHandlingMode: "none" as "drop" } },
      "unwrap-delete-mode source.unwrap.deleteTombstoneHandlingMode",
    ],

    [
      "fields are renamed inside of change events",
      { renames: [{ fields: { a: "b" } }] },
      "rename-without-unwrap source.renames",
    ],
    ["nothing is renamed", { unwrap: {}, renames: [{ fields: {} }] }, "rename-fields source.renames[0].fields"],
    [
      "two fields get one name",
      { unwrap: {}, renames: [{ fields: { a: "x", b: "x" } }] },
      "rename-fields source.renames[0].fields",
    ],
    [
      "a name has a colon",
      { unwrap: {}, renames: [{ fields: { a: "x:y" } }] },
      "rename-fields source.renames[0].fields",
    ],

    ["a topic is somebody else's", { routes: [{ ...all, topic: "orders" }] }, "route-topic source.routes[0].topic"],
    [
      "a topic has a blank",
      { routes: [{ ...all, topic: "postgres-cdc.all orders" }] },
      "route-topic source.routes[0].topic",
    ],
    [
      "a route is never taken",
      { routes: [all, { ...all, condition: "row.id > 1" }] },
      "route-never-taken source.routes[1].tables",
    ],
    [
      "a route has no condition in its condition",
      { routes: [{ ...all, condition: "" }] },
      "condition-empty source.routes[0].condition",
    ],
  ])("fails if %s", (_name, source, expected) => {
    expect(
      check(source, { topicsRegex: ".*" }, "debezium-scripting").filter((line) => line.startsWith("error")),
    ).toEqual([`error ${expected}`]);
  });

  test.each<[string, Source, string]>([
    [
      "the salt can be read",
      { columnMasks: [{ columns: "a.b.c", maskHashV2: hash }] },
      "salt-readable source.columnMasks[0].maskHashV2",
    ],
    [
      "deletes are dropped",
      { unwrap: { deleteTombstoneHandlingMode: "drop" } },
      "deletes-dropped source.unwrap.deleteTombstoneHandlingMode",
    ],
    [
      "deletes are null values",
      { unwrap: { deleteTombstoneHandlingMode: "tombstone" } },
      "deletes-dropped source.unwrap.deleteTombstoneHandlingMode",
    ],
    [
      "rows don't tell their table",
      { unwrap: {}, routes: [{ ...all, tables: "public\\..*" }] },
      "route-mixes-tables source.unwrap.addFields",
    ],
  ])("warns if %s", (_name, source, expected) => {
    expect(check(source, {}, "debezium-scripting")).toEqual([`warning ${expected}`]);
  });

  test.each([
    [
      "the algorithm is made up",
      { hashAlgorithm: "ROT13" as "MD5", salt: "pepper" },
      "column-mask-algorithm source.columnMasks[0].maskHashV2.hashAlgorithm",
    ],
    [
      "the salt has other characters",
      { hashAlgorithm: "MD5", salt: "red pepper" } as const,
      "column-mask-salt source.columnMasks[0].maskHashV2.salt",
    ],
    [
      "the salt is empty",
      { hashAlgorithm: "MD5", salt: "" } as const,
      "column-mask-salt source.columnMasks[0].maskHashV2.salt",
    ],
  ])("fails if %s, or the salt is told", (_name, maskHashV2, expected) => {
    const found = findings({ columnMasks: [{ columns: "a.b.c", maskHashV2 }] });
    expect(lines(found)).toContain(`error ${expected}`);
    expect(found.map(renderProblem).join("\n")).not.toContain("pepper");
  });

  test("fails if a null value that unwrap keeps isn't seen to stop the sink", () => {
    const stop = { behaviorOnNullValues: "fail" } as const;
    const stops = "warning first-delete-stops-sink sink.behaviorOnNullValues";
    expect(check({ unwrap: {} }, stop)).toEqual([]);
    expect(check({ unwrap: { deleteTombstoneHandlingMode: "rewrite-with-tombstone" } }, stop)).toEqual([stops]);
  });
});

describe("plugins", () => {
  const evaluating: Source = {
    rowFilters: [draft],
    routes: [{ ...all, condition: "row.id > 1" }],
    transforms: [{ name: "mine", type: scriptingTransforms.contentBasedRouter }],
  };
  test("fails if conditions pass without scripting in the archive, or the fix doesn't say how to get it", () => {
    const found = findings(evaluating, {}, "debezium");
    expect(lines(found)).toEqual([
      "error transform-not-in-plugin source.rowFilters[0]",
      "error transform-not-in-plugin source.routes[0]",
      "error transform-not-in-plugin source.transforms[0]",
    ]);
    for (const { fix } of found) {
      expect(fix).toContain("debezium-postgres-connector-scripting.zip");
      expect(fix).toContain("npm run plugins -- --only debezium-scripting");
    }
  });

  test("fails if something is said about what needs no scripting, or about an archive of one's own", () => {
    expect(check({ unwrap: {}, renames: [{ fields: { a: "b" } }], routes: [all] }, {}, "debezium")).toEqual([]);
    expect(check({ ...evaluating, transforms: [{ name: "mine", type: "com.example.Mine" }] })).toEqual([]);
  });

  test("fails if a class that is in none of the archives passes", () => {
    expect(check({ transforms: [{ name: "mine", type: "com.example.Mine" }] }, {}, "debezium-scripting")).toEqual([
      "error transform-not-in-plugin source.transforms[0]",
    ]);
  });
});

describe("routes and the sink", () => {
  const listed = { tableIncludeList: "public.orders,public.users", tableExcludeList: undefined };
  const routed = "error route-not-read source.routes[0].topic";

  test("fails if a routed topic that the sink doesn't read passes", () => {
    expect(check({ routes: [all] }, { topicsRegex: "postgres-cdc\\.public\\..*" })).toEqual([routed]);
    const topics = "postgres-cdc.public.orders";
    expect(check({ routes: [all] }, { topicsRegex: undefined, topics })).toEqual([routed]);
    expect(check({ routes: [all] }, { topicsRegex: undefined, topics: `${topics},${all.topic}` })).toEqual([]);
  });

  test("fails if the topic of a table that is routed away has to be read", () => {
    const onlyRouted = { topicsRegex: "postgres-cdc\\.(orders|public\\.users)" };
    expect(check({ ...listed, routes: [all] }, onlyRouted)).toEqual([]);
    const some = { ...listed, routes: [{ ...all, condition: "row.id > 1" }] };
    expect(check(some, onlyRouted)).toEqual(["warning topics-not-read sink.topicsRegex"]);
  });
});
