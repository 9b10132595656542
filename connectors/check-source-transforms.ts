import { checkCaptured, checkPattern } from "./check-patterns";
import { DebeziumPostgresSourceProps } from "./debezium-postgres-source";
import { Finding, error, warning } from "./finding";
import { plainTables } from "./topics";
import { known } from "./values";

/** What can be wrong with what happens to a change between the table and its topic. */
export function checkSourceTransforms(source: DebeziumPostgresSourceProps): Finding[] {
  const { rowFilters = [], renames = [], routes = [] } = source;
  const lists = { rowFilters, renames, routes };
  return [
    ...Object.entries(lists).flatMap(([name, rules]) =>
      rules.flatMap(({ tables }, index) => {
        if (tables === undefined) return [];
        const path = `source.${name}[${index}].tables`;
        return [...checkPattern(path, tables, "schema.table"), ...checkCaptured(path, tables, source.tableIncludeList)];
      }),
    ),
    ...Object.entries({ rowFilters, routes }).flatMap(([name, rules]) =>
      rules.flatMap(({ condition }, index) => checkCondition(`source.${name}[${index}].condition`, condition)),
    ),
    ...checkUnwrap(source),
    ...checkRenames(source),
    ...checkRoutes(source),
  ];
}

function checkCondition(path: string, condition: string | undefined): Finding[] {
  if (condition === undefined) return [];
  if (condition.trim() === "") {
    const expected = "a Groovy expression that is true or false";
    const fix = "write one, like row.status != 'draft', or remove the whole entry";
    return [error({ code: "condition-empty", path, got: condition, expected, fix })];
  }
  if (!/[$%]\{/.test(condition)) return [];
  const expected = "an expression without ${ and %{, which Terraform takes for its own";
  return [error({ code: "condition-for-terraform", path, got: condition, expected, fix: "join texts with +" })];
}

const deleteModes = ["rewrite", "rewrite-with-tombstone", "tombstone", "drop"];

function checkUnwrap({ unwrap }: DebeziumPostgresSourceProps): Finding[] {
  const mode = unwrap?.deleteTombstoneHandlingMode ?? "rewrite";
  const path = "source.unwrap.deleteTombstoneHandlingMode";
  if (!deleteModes.includes(mode)) {
    const expected = deleteModes.join(", ");
    return [error({ code: "unwrap-delete-mode", path, got: mode, expected, fix: "remove it for rewrite" })];
  }
  if (mode !== "drop" && mode !== "tombstone") return [];
  const expected = `rewrite: with ${mode} deletes never arrive in S3`;
  return [warning({ code: "deletes-dropped", path, got: mode, expected, fix: "remove it for rewrite" })];
}

function checkRenames({ renames = [], unwrap }: DebeziumPostgresSourceProps): Finding[] {
  const findings: Finding[] = [];
  if (renames.length > 0 && unwrap === undefined) {
    const expected =
      "together with unwrap: a change event has its columns inside of before and after, where Kafka can't rename";
    findings.push(
      error({ code: "rename-without-unwrap", path: "source.renames", got: renames, expected, fix: 'add "unwrap": {}' }),
    );
  }
  renames.forEach(({ fields }, index) => {
    const [from, to] = [Object.keys(fields), Object.values(fields)];
    const unusable = [...from, ...to].filter((field) => field.trim() === "" || /[:,]/.test(field));
    if (from.length > 0 && unusable.length === 0 && new Set(to).size === to.length) return;
    const path = `source.renames[${index}].fields`;
    const expected = "one old name or more, each with a new name of its own; no blanks, colons or commas";
    findings.push(error({ code: "rename-fields", path, got: fields, expected, fix: 'write { "mail": "email" }' }));
  });
  return findings;
}

function checkRoutes({ routes = [], topicPrefix, unwrap }: DebeziumPostgresSourceProps): Finding[] {
  return routes.flatMap(({ tables, topic, condition }, index) => {
    const path = `source.routes[${index}]`;
    const findings: Finding[] = [];
    const prefix = known(topicPrefix);
    const isOwn = prefix === undefined || topic.startsWith(`${prefix}.`);
    if (!isOwn || !/^[a-zA-Z0-9._-]{1,249}$/.test(topic)) {
      const expected = `${prefix ?? "the topic prefix"}. and then letters, digits, ., _ and -, 249 characters in all: the sink and the connectors' roles go by the prefix`;
      const fix = `name it ${prefix ?? "<topic prefix>"}.orders`;
      findings.push(error({ code: "route-topic", path: `${path}.topic`, got: topic, expected, fix }));
    }
    if (routes.slice(0, index).some((other) => other.tables === tables && other.condition === undefined)) {
      const expected = "tables that no route before takes whole: the first route that fits counts";
      const fix = "remove it, give the one before a condition, or change their order";
      findings.push(error({ code: "route-never-taken", path: `${path}.tables`, got: tables, expected, fix }));
    }
    const mixes = condition === undefined && plainTables(tables).join() !== tables.replaceAll("\\.", ".");
    if (unwrap && mixes && !/(^|[,.\s])table\b/.test(unwrap.addFields ?? "")) {
      const expected = "op,lsn,source.ts_ms,table: the topic has rows of several tables, and nothing else tells which";
      const fix = 'set it to "op,lsn,source.ts_ms,table"';
      const at = "source.unwrap.addFields";
      findings.push(warning({ code: "route-mixes-tables", path: at, got: unwrap.addFields, expected, fix }));
    }
    return findings;
  });
}
