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

/**
 * The tables of an include list that are plain names: `public.orders,public\.users` gives both, `public\..*` none. Debezium's
 * lists are regular expressions in which an unescaped dot is most often meant as a dot.
 */
export function plainTables(includeList: string): string[] {
  return includeList
    .split(",")
    .map((entry) => entry.trim().replaceAll("\\.", "."))
    .filter((entry) => /^[A-Za-z0-9_$-]+\.[A-Za-z0-9_$-]+$/.test(entry));
}

/** Debezium's default topic naming: `<topic.prefix>.<schema>.<table>`; characters that Kafka doesn't allow become `_`. */
export function topicOf(topicPrefix: string, table: string): string {
  return `${topicPrefix}.${table}`.replace(/[^a-zA-Z0-9._-]/g, "_");
}

/** The table that a heartbeat's statement writes to, with its schema: `public.heartbeat`; undefined when it can't be told. */
export function tableWrittenBy(query: string): string | undefined {
  const found = /^\s*(?:insert\s+into|update|delete\s+from|merge\s+into)\s+(?:only\s+)?([\w$".]+)/i.exec(query)?.[1];
  if (found === undefined) return undefined;
  const parts = found.split(".").map((part) => (part.startsWith('"') ? part.replaceAll('"', "") : part.toLowerCase()));
  return parts.length === 1 ? `public.${parts[0]}` : parts.slice(0, 2).join(".");
}
