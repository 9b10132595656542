import { parseJavaRegex, topicOf } from "../../connectors/topics";
import type { Problem } from "../../lib/errors";
import type { Environment } from "../environment";
import type { DeployedSettings } from "../reading/deployed";
import { nameInArn, type Outputs } from "../reading/outputs";
import { tables } from "./tables";

/** What makes a deployed pipeline unfit for the test, or the test a danger for it. */
export function deploymentProblems(
  { source, sink }: DeployedSettings,
  outputs: Outputs,
  options: { readonly schema: string; readonly deletes: boolean; readonly withoutKafka?: boolean },
): Problem[] {
  const { schema, deletes, withoutKafka = false } = options;
  const problems: Problem[] = [];
  // MSK developer guide, "Port information": the listener that asks for an AWS identity.
  if (!withoutKafka && /:9098(,|$)/.test(outputs.bootstrapBrokers)) {
    problems.push({
      code: "smoke-brokers-authenticate",
      path: "msk_bootstrap_brokers",
      got: outputs.bootstrapBrokers,
      expected: "brokers that let the test in; these ask for an AWS role of their own policies",
      fix: "leave out the look into Kafka: --without-kafka",
    });
  }
  for (const [path, arn, { name }] of [
    ["debezium_connector_arn", outputs.sourceArn, source],
    ["s3_sink_connector_arn", outputs.sinkArn, sink],
  ] as const) {
    const got = nameInArn(arn);
    const expected = `the connector that was synthesized, ${name}`;
    const fix = "synthesize what is deployed (npm run synth, or --profile), or take its outputs";
    if (got !== name) problems.push({ code: "outputs-of-another", path, got, expected, fix });
  }
  const names = tables.map((table) => `${schema}.${table}`);
  const uncaptured = names.filter((table) => !captures(source.configuration, table));
  if (uncaptured.length > 0) {
    problems.push({
      code: "smoke-not-captured",
      path: `${source.name}: the include and exclude lists`,
      got: uncaptured.join(", "),
      expected: "tables that Debezium captures",
      fix: "name a schema that it captures: --schema; or let it capture these",
    });
  }
  const topics = names.map((table) => topicOf(source.configuration["topic.prefix"] ?? "", table));
  const unread = topics.filter((topic) => !reads(sink.configuration, topic));
  if (unread.length > 0) {
    problems.push({
      code: "smoke-not-read",
      path: `${sink.name}: topics.regex or topics`,
      got: unread.join(", "),
      expected: "topics that the sink reads",
      fix: "name a schema whose topics it reads: --schema; or let it read these",
    });
  }
  if (deletes && stopsAtDelete(source.configuration, sink.configuration)) {
    problems.push({
      code: "smoke-stops-sink",
      path: `${sink.name}: behavior.on.null.values`,
      got: sink.configuration["behavior.on.null.values"],
      expected:
        "ignore, or a source without tombstones and transforms: the test deletes a row, which would stop the sink",
      fix: "set sink.behaviorOnNullValues to ignore and apply; for the profile existing: --expect-defects, which deletes nothing",
    });
  }
  return problems;
}

/** User and password come from the environment only, never from a file or a command line. */
export function credentialProblems(env: Environment, { vaultPath, secretName }: DeployedSettings): Problem[] {
  return (["username", "password"] as const).flatMap((field) => {
    const path = field === "username" ? "PGUSER" : "PGPASSWORD";
    if (env[path]) return [];
    const secret = `aws secretsmanager get-secret-value --secret-id ${secretName} --query SecretString --output text`;
    const fix = `export ${path}=$(vault kv get -field=${field} ${vaultPath}), or export ${path}=$(${secret} | jq -r .${field})`;
    return [
      {
        code: "credentials-missing",
        path,
        got: undefined,
        expected: `the database's ${field}, in the environment`,
        fix,
      },
    ];
  });
}

type Configuration = Readonly<Record<string, string>>;

/** Debezium's lists: regular expressions that match the whole name, in either case. */
export function captures(configuration: Configuration, table: string): boolean {
  const lists = [
    ["schema", table.split(".")[0] ?? ""],
    ["table", table],
  ] as const;
  return lists.every(([kind, name]) => {
    const included = configuration[`${kind}.include.list`];
    const excluded = configuration[`${kind}.exclude.list`];
    // What can't be read here gets the benefit of the doubt.
    const any = (list: string, unknown: boolean): boolean =>
      list.split(",").some((entry) => matches(entry.trim(), name) ?? unknown);
    return (included === undefined || any(included, true)) && (excluded === undefined || !any(excluded, false));
  });
}

function matches(entry: string, name: string): boolean | undefined {
  const regex = parseJavaRegex(entry);
  return regex && new RegExp(regex, "i").test(name);
}

function reads({ topics, "topics.regex": regex }: Configuration, topic: string): boolean {
  if (regex !== undefined) return parseJavaRegex(regex)?.test(topic) ?? true;
  return topics === undefined || topics.split(",").some((name) => name.trim() === topic);
}

/** Whether a DELETE brings the sink a record with a null value that it can't write. Transforms may make one of their own. */
function stopsAtDelete(source: Configuration, sink: Configuration): boolean {
  if ((sink["behavior.on.null.values"] ?? "fail") !== "fail") return false;
  return source["tombstones.on.delete"] !== "false" || source.transforms !== undefined;
}
