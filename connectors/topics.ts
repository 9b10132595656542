import { known } from "./values";

/** Syntax that Java reads and JavaScript reads differently, or not at all: `\Q…\E`, `\A`, `\z`, `\p{…}`, `&&`, `(?i)`, possessive `++`. */
const onlyJava = /\\[QEAzZGhHRXpP]|&&|\(\?[a-z-]+[:)]|\(\?>|[*+?}]\+/;

/**
 * `topics.regex` as JavaScript's expression; undefined where it is unset or can't be read with certainty. Kafka Connect asks
 * `Matcher.matches()`: the whole name has to match.
 */
export function parseJavaRegex(pattern: string | undefined): RegExp | undefined {
  if (pattern === undefined || onlyJava.test(pattern)) return undefined;
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return undefined;
  }
}

/** Neither Java nor JavaScript can read it. */
export function isBrokenRegex(pattern: string): boolean {
  return !onlyJava.test(pattern) && parseJavaRegex(pattern) === undefined;
}

/**
 * The tables of an include list that are plain names: `public.orders,public\.users` gives both, `public\..*` none. Debezium's
 * lists are regular expressions in which an unescaped dot is most often meant as a dot.
 */
export function plainTables(includeList: string): string[] {
  return plainNames(includeList).filter((name) => name.split(".").length === 2);
}

/** The entries of such a list that are plain names, of any number of parts. */
export function plainNames(list: string): string[] {
  return alternatives(list)
    .map((entry) => entry.replaceAll("\\.", "."))
    .filter((entry) => /^[A-Za-z0-9_$-]+(\.[A-Za-z0-9_$-]+)*$/.test(entry));
}

/** The entries of such a list. */
export function alternatives(list: string): string[] {
  return list.split(",").map((entry) => entry.trim());
}

/** Debezium's default topic naming: `<topic.prefix>.<schema>.<table>`; characters that Kafka doesn't allow become `_`. */
export function topicOf(topicPrefix: string, table: string): string {
  return `${topicPrefix}.${table}`.replace(/[^a-zA-Z0-9._-]/g, "_");
}

/** Where Debezium writes its heartbeats: `<topic.heartbeat.prefix>.<topic.prefix>`. */
export function heartbeatTopic(source: {
  readonly topicPrefix: string;
  readonly topicHeartbeatPrefix?: string;
}): string {
  return `${source.topicHeartbeatPrefix ?? "__debezium-heartbeat"}.${source.topicPrefix}`;
}

/**
 * Java's regular expression for the topics of these tables, a list like Debezium's `table.include.list`: its commas mean "or". A
 * prefix that only Terraform knows has no dots of its own to escape yet.
 */
export function topicPattern(topicPrefix: string, tables: string): string {
  const prefix = known(topicPrefix)?.replaceAll(".", "\\.") ?? topicPrefix;
  return `${prefix}\\.(?:${alternatives(tables).join("|")})`;
}

/** The table that a heartbeat's statement writes to, with its schema: `public.heartbeat`; undefined when it can't be told. */
export function tableWrittenBy(query: string): string | undefined {
  const found = /^\s*(?:insert\s+into|update|delete\s+from|merge\s+into)\s+(?:only\s+)?([\w$".]+)/i.exec(query)?.[1];
  if (found === undefined) return undefined;
  const parts = found.split(".").map((part) => (part.startsWith('"') ? part.replaceAll('"', "") : part.toLowerCase()));
  return parts.length === 1 ? `public.${parts[0]}` : parts.slice(0, 2).join(".");
}
