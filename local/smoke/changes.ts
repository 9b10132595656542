/** A row, or as much of it as matters. */
export type Row = Readonly<Record<string, unknown>>;

/** A change as Debezium tells it, read back from Kafka or from S3. */
export interface Change {
  readonly table: string;
  /** c, u, d, or r for a row of the first snapshot. */
  readonly op: string;
  readonly before: Row | null;
  readonly after: Row | null;
  /** Position in the database's log. */
  readonly lsn: number;
}

/** A change that must have arrived. Of a row only the columns that are given count; `undefined` allows anything. */
export interface Expected {
  readonly what: string;
  readonly table: string;
  readonly op: string;
  readonly before?: Row | null;
  readonly after?: Row | null;
}

/** Reads one event, with or without its schema around it. None for what isn't JSON or isn't a change: a tombstone. */
export function parseChange(text: string): Change | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const event = isRow(value) && "schema" in value && "payload" in value ? value.payload : value;
  if (!isRow(event) || !isRow(event.source) || typeof event.op !== "string") return undefined;
  const { table, lsn } = event.source;
  return {
    table: String(table),
    op: event.op,
    before: isRow(event.before) ? event.before : null,
    after: isRow(event.after) ? event.after : null,
    lsn: Number(lsn),
  };
}

/** Those that aren't of an earlier test. The log's end at the start is where the first new record may begin. */
export function changesSince(changes: readonly (Change | undefined)[], since: number): Change[] {
  return changes.filter((change): change is Change => change !== undefined && change.lsn >= since);
}

/** How the changes differ from those expected, each exactly once; empty when they don't. */
export function compare(changes: readonly Change[], expected: readonly Expected[]): string[] {
  const unmatched = new Set(changes);
  const differences = expected.flatMap((wanted) => {
    const found = changes.filter((change) => matches(change, wanted));
    for (const change of found) unmatched.delete(change);
    if (found.length === 1) return [];
    return [found.length === 0 ? `missing: ${wanted.what}` : `${found.length} times: ${wanted.what}`];
  });
  return [...differences, ...[...unmatched].map((change) => `unexpected: ${JSON.stringify(change)}`)];
}

function matches(change: Change, { table, op, before, after }: Expected): boolean {
  return change.table === table && change.op === op && covers(change.before, before) && covers(change.after, after);
}

function covers(row: Row | null, wanted: Row | null | undefined): boolean {
  if (wanted === undefined) return true;
  if (wanted === null || row === null) return row === wanted;
  return Object.entries(wanted).every(([column, value]) => row[column] === value);
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
