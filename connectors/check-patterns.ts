import { Finding, error } from "./finding";
import { alternatives, isBrokenRegex, parseJavaRegex, plainNames, plainTables } from "./topics";
import { known } from "./values";

const examples = {
  schema: "public",
  "schema.table": "public.users",
  "schema.table.column": "public.users.email",
} as const;

/**
 * A list of names like Debezium's: each entry has to match the whole name. Debezium takes an entry that can't match without a
 * word, and then captures nothing, or hides nothing.
 */
export function checkPattern(path: string, list: string | undefined, form: keyof typeof examples): Finding[] {
  if (list === undefined || known(list) === undefined) return [];
  const parts = form.split(".").length;
  const wrong = plainNames(list).filter((name) => name.split(".").length !== parts);
  const fix = `write ${examples[form]}, or a regular expression like ${examples[form].replaceAll(".", "\\.")}.*`;
  const expected = `${form}, comma-separated, each a whole name or a regular expression for it`;
  return [
    ...(list.trim() === "" ? [error({ code: "pattern-empty", path, got: list, expected, fix })] : []),
    ...wrong.map((got) => error({ code: "name-never-matches", path, got, expected, fix })),
    ...alternatives(list)
      .filter(isBrokenRegex)
      .map((got) => error({ code: "pattern-invalid", path, got, expected, fix })),
  ];
}

/** What a setting says about tables that aren't captured is never done; most likely a name is misspelt. */
export function checkCaptured(path: string, tables: string, tableIncludeList: string | undefined): Finding[] {
  const included = known(tableIncludeList) ?? "";
  const captured = plainTables(included);
  const regex = parseJavaRegex(alternatives(tables).join("|"));
  const unsure = captured.length < alternatives(included).length || regex === undefined;
  if (unsure || captured.some((table) => regex.test(table))) return [];
  const expected = `a pattern that matches one of the captured tables ${captured.join(", ")}`;
  return [
    error({
      code: "tables-not-captured",
      path,
      got: tables,
      expected,
      fix: "correct it, or add the table to tableIncludeList",
    }),
  ];
}
