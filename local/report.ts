import { join } from "node:path";
import { bootstrapServers, HOST, type LocalPipeline } from "./reading/pipeline";
import type { Replacement } from "./reading/replacements";
import { toolsFolder } from "./running/tools";

/** Makes text stand out; none of it where nobody looks at a terminal. */
export interface Colors {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

/** Rows in columns, each as wide as its widest text; a long last column isn't cut. */
export function renderTable(rows: readonly (readonly string[])[], widest = 60): string {
  const cut = (text: string): string => (text.length > widest ? `${text.slice(0, widest - 1)}…` : text);
  const cells = rows.map((row) => row.map((text, column) => (column === row.length - 1 ? text : cut(text))));
  const widths = (cells[0] ?? []).map((_text, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** What runs with another value than in AWS, or was added. */
export function renderDifferences(differences: readonly Replacement[], colors: Colors): string {
  const rows = differences
    .filter(({ kind }) => kind !== "AWS only")
    .map(({ property, synthesized, local, why }) => [property, synthesized || "(not set)", local || "(left out)", why]);
  const left = differences.length - rows.length;
  const [head = "", ...lines] = renderTable([["property", "synthesized", "here", "why"], ...rows], 52).split("\n");
  return [
    colors.bold(head),
    ...lines,
    colors.dim(`${left} more only mean something in AWS: npm run local -- differences`),
  ].join("\n");
}

/** What only means something in AWS, by reason. */
export function renderAwsOnly(differences: readonly Replacement[], colors: Colors): string {
  const reasons = new Map<string, string[]>();
  for (const { kind, property, why } of differences) {
    if (kind === "AWS only") reasons.set(why, [...(reasons.get(why) ?? []), property]);
  }
  return [...reasons]
    .map(([why, properties]) => `${colors.bold(why)}\n${properties.map((property) => `  ${property}`).join("\n")}`)
    .join("\n\n");
}

/** The commands of the README's "Testing the Pipeline", filled in for this run. */
export interface OneLiners {
  readonly psql: string;
  readonly topics: string;
  readonly consume: string;
  readonly objects: string;
  readonly sourceStatus: string;
  readonly sinkStatus: string;
}

export function oneLiners(pipeline: LocalPipeline, runFolder: string): OneLiners {
  const { database, brokers, bucket, source, sink } = pipeline;
  const tool = (name: string): string =>
    `${join(toolsFolder(runFolder), name)} --bootstrap-server ${bootstrapServers(brokers)}`;
  const keys = "AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local";
  const endpoint = `--endpoint-url http://${HOST}:${pipeline.objectStorePort} --region ${pipeline.region}`;
  const status = (connector: LocalPipeline["source"]): string =>
    `curl -s http://${HOST}:${connector.restPort}/connectors/${connector.name}/status`;
  const topic = `${source.configuration["topic.prefix"] ?? ""}.public.users`;
  return {
    psql: `PGPASSWORD=${database.password} psql -h ${HOST} -p ${database.port} -U ${database.user} -d ${database.name}`,
    topics: `${tool("kafka-topics")} --list`,
    consume: `${tool("kafka-console-consumer")} --topic ${topic} --from-beginning --max-messages 5`,
    objects: `${keys} aws s3 ls s3://${bucket.name}/ --recursive ${endpoint}`,
    sourceStatus: status(source),
    sinkStatus: status(sink),
  };
}

/** Where everything listens, and what to type. */
export function renderRun(
  run: { readonly id: string; readonly folder: string },
  pipeline: LocalPipeline,
  colors: Colors,
): string {
  const { database, brokers, bucket, source, sink } = pipeline;
  const lines = oneLiners(pipeline, run.folder);
  const places = renderTable([
    ["PostgreSQL", `${HOST}:${database.port}`, `database ${database.name}, user ${database.user}`],
    ["Kafka", bootstrapServers(brokers), ""],
    ["S3", `http://${HOST}:${pipeline.objectStorePort}`, `bucket ${bucket.name}`],
    [source.name, `http://${HOST}:${source.restPort}`, `Kafka Connect ${source.connectVersion}`],
    [sink.name, `http://${HOST}:${sink.restPort}`, `Kafka Connect ${sink.connectVersion}`],
    ["logs", join(run.folder, "*.log"), ""],
  ]);
  return `${colors.bold(`${run.id} is running`)}

${places}

${colors.bold("The README's commands, for this run")}

# connect to the database
${lines.psql}

# list topics
${lines.topics}

# consume sample messages
${lines.consume}

# check the S3 destination
${lines.objects}

# monitor the pipeline's health
${lines.sourceStatus}
${lines.sinkStatus}
`;
}
