import { topicPattern } from "./topics";
import { Predicate, Transform, extractNewRecordState } from "./transforms";
import { renderNamed } from "./values";

/** What happens to a change between the table and its topic, in this order. */
export interface SourceTransformProps {
  /** Rows to capture, table by table; all other tables are captured whole. Needs the plugin `debezium-scripting`. @default all rows */
  readonly rowFilters?: readonly RowFilter[];
  /** Keep only the row of a change event, without `before`, `source` and the rest. `{}` takes the defaults. @default whole change events */
  readonly unwrap?: Unwrap;
  /** New names for fields of unwrapped rows. @default the columns' names */
  readonly renames?: readonly Rename[];
  /** Other topics than one per table; the first route that fits a row counts. @default `<topic.prefix>.<schema>.<table>` */
  readonly routes?: readonly Route[];
  /** Other single message transforms, in order; `rowFilters`, `unwrap`, `renames`, `routes` run before, in this order. @default none */
  readonly transforms?: readonly Transform[];
}

/**
 * Debezium's transform Filter ("Message filtering"), and not PostgreSQL's own row filters (CREATE PUBLICATION … WHERE): with
 * those the application's UPDATEs and DELETEs fail when the filtered column isn't in the table's replica identity, the snapshot
 * isn't filtered, and a publication for all tables can't have any. The price: filtered rows still travel from the database to
 * the connector.
 */
export interface RowFilter {
  /** Tables, `schema.table`, comma-separated regular expressions. Case counts. */
  readonly tables: string;
  /**
   * Groovy expression that is true for the rows to keep, `row.status != 'draft'`; `row` is the row after the change. Deletes always
   * pass, with what they hold of the old row: the key, or all of it with REPLICA IDENTITY FULL. A row that an UPDATE takes out of the
   * filter stays downstream as it was. A column that isn't there stops the connector.
   */
  readonly condition: string;
}

/** Debezium's transform ExtractNewRecordState 2.5 ("Event flattening"), with defaults that lose nothing. */
export interface Unwrap {
  /**
   * What becomes of a delete: `rewrite` is the old row with `__deleted` "true", `rewrite-with-tombstone` also keeps the record
   * with a null value, `tombstone` keeps only that, `drop` nothing. @default "rewrite"; Debezium's own default drops deletes
   */
  readonly deleteTombstoneHandlingMode?: "rewrite" | "rewrite-with-tombstone" | "tombstone" | "drop";
  /** Fields of the change event that each row gets, comma-separated; `op` becomes `__op`, `source.ts_ms` becomes `__source_ts_ms`. @default "op,lsn,source.ts_ms" */
  readonly addFields?: string;
  /** What those fields' names begin with. @default "__" */
  readonly addFieldsPrefix?: string;
  /** The same as headers of the Kafka record; the S3 sink doesn't write headers. @default "": none */
  readonly addHeaders?: string;
  /** What those headers' names begin with. @default "__" */
  readonly addHeadersPrefix?: string;
}

/** Kafka's transform ReplaceField, on values. */
export interface Rename {
  /** Tables, `schema.table`, comma-separated regular expressions. Case counts. @default all tables */
  readonly tables?: string;
  /** Old name → new name. A field that a table doesn't have is passed over. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Debezium's transform ByLogicalTableRouter ("Topic routing"), which adds the table to the key so that keys stay unique, or with
 * a condition ContentBasedRouter. Several tables with one topic: many to one. One table in several routes: one to many.
 */
export interface Route {
  /** Tables, `schema.table`, comma-separated regular expressions. Case counts. */
  readonly tables: string;
  /** The topic: the source's topic prefix, a dot, and letters, digits, `.`, `_` and `-`. */
  readonly topic: string;
  /**
   * Groovy expression that is true for the rows to route, `row.region == 'eu'`; the others go on to the next route. `row` is what
   * `unwrap` and `renames` made of it. A delete holds the key only, so it fits no condition on other columns, unless the table has
   * REPLICA IDENTITY FULL. Needs the plugin `debezium-scripting`. @default all rows
   */
  readonly condition?: string;
}

/** Transforms that evaluate an expression; Debezium's own archive doesn't have them. */
export const scriptingTransforms = {
  filter: "io.debezium.transforms.Filter",
  contentBasedRouter: "io.debezium.transforms.ContentBasedRouter",
} as const;

/** Property of `unwrap` → the transform's name. */
export const unwrapNames: Readonly<Record<keyof Unwrap, string>> = {
  deleteTombstoneHandlingMode: "delete.tombstone.handling.mode",
  addFields: "add.fields",
  addFieldsPrefix: "add.fields.prefix",
  addHeaders: "add.headers",
  addHeadersPrefix: "add.headers.prefix",
};

/** A transform with the setting that it was made of, for messages. */
export interface PlacedTransform extends Transform {
  /** `rowFilters[0]`, `transforms[1]` */
  readonly path: string;
}

type Props = SourceTransformProps & { readonly topicPrefix: string };
type Unnamed = Omit<Transform, "name">;

/** All transforms in the order in which they run. */
export function sourceTransforms(props: Props): PlacedTransform[] {
  const { rowFilters, unwrap, renames, routes, transforms = [] } = props;
  return [
    ...numbered("rowFilter", rowFilters, (filter) => filterTransform(filter, props)),
    ...(unwrap ? [{ ...unwrapTransform(unwrap), name: "unwrap", path: "unwrap" }] : []),
    ...numbered("rename", renames, renameTransform),
    ...numbered("route", routes, (route) => routeTransform(route, props)),
    ...transforms.map((transform, index) => ({ ...transform, path: `transforms[${index}]` })),
  ];
}

/** The predicates that choose the tables of `renames`, each named as its transform; the other transforms choose theirs themselves. */
export function sourcePredicates({ renames = [], topicPrefix }: Props): Predicate[] {
  const type = "org.apache.kafka.connect.transforms.predicates.TopicNameMatches";
  return renames.flatMap(({ tables }, index) => {
    if (tables === undefined) return [];
    return [{ name: `rename${index + 1}`, type, settings: { pattern: topicPattern(topicPrefix, tables) } }];
  });
}

/** The items of a list as transforms with names by number: `route1` is `routes[0]`. */
function numbered<Item>(
  name: string,
  items: readonly Item[] = [],
  make: (item: Item, name: string) => Unnamed,
): PlacedTransform[] {
  return items.map((item, index) => {
    const own = `${name}${index + 1}`;
    return { ...make(item, own), name: own, path: `${name}s[${index}]` };
  });
}

function filterTransform({ tables, condition }: RowFilter, { topicPrefix }: Props): Unnamed {
  return {
    type: scriptingTransforms.filter,
    settings: {
      language: "jsr223.groovy",
      "topic.regex": topicPattern(topicPrefix, tables),
      // Without a new row there is nothing to evaluate: deletes and truncates pass.
      condition: `def row = value.after; row == null || (${condition})`,
    },
  };
}

function unwrapTransform(unwrap: Unwrap): Unnamed {
  const { deleteTombstoneHandlingMode = "rewrite", addFields = "op,lsn,source.ts_ms" } = unwrap;
  return {
    type: extractNewRecordState,
    settings: renderNamed(unwrapNames, { ...unwrap, deleteTombstoneHandlingMode, addFields }),
  };
}

function renameTransform({ tables, fields }: Rename, name: string): Unnamed {
  const renames = Object.entries(fields).map(([from, to]) => `${from}:${to}`);
  return {
    type: "org.apache.kafka.connect.transforms.ReplaceField$Value",
    settings: { renames: renames.join(","), ...(tables === undefined ? {} : { predicate: name }) },
  };
}

function routeTransform({ tables, topic, condition }: Route, { topicPrefix, unwrap }: Props): Unnamed {
  const regex = { "topic.regex": topicPattern(topicPrefix, tables) };
  if (condition === undefined) {
    return { type: "io.debezium.transforms.ByLogicalTableRouter", settings: { ...regex, "topic.replacement": topic } };
  }
  const row = unwrap ? "value" : "value.after ?: value.before";
  return {
    type: scriptingTransforms.contentBasedRouter,
    settings: {
      ...regex,
      language: "jsr223.groovy",
      "topic.expression": `def row = ${row}; row != null && (${condition}) ? '${topic}' : null`,
    },
  };
}
