import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runDocs } from "../../cli/docs";
import { readArchitecture, renderDiagram } from "../../cli/docs/architecture";
import { generateDocuments } from "../../cli/docs/documents";
import { documentedProperties } from "../../cli/docs/interfaces";
import { table } from "../../lib/markdown";
import { betweenMarkers } from "../../cli/docs/markers";
import { listSettings } from "../../cli/docs/settings";
import { SynthesizedModule } from "../../cli/docs/synthesized";
import { ConfigurationError } from "../../lib/errors";

const project = join(__dirname, "../..");

test("fails if a generated part of the documentation is out of date", async () => {
  for (const { path, content } of await generateDocuments(project)) {
    expect({ path, content: readFileSync(join(project, path), "utf8") }).toEqual({ path, content });
  }
}, 60_000);

test("fails if --check doesn't find an up-to-date documentation up to date", async () => {
  let text = "";
  const stream = { write: (part: string) => (text += part) };
  expect(await runDocs(["--check"], { stdout: stream, stderr: stream })).toBe(0);
  expect(text).toBe("the documentation is up to date\n");
}, 60_000);

test("fails if wrong usage isn't answered with exit code 2", async () => {
  const stream = { write: () => undefined };
  expect(await runDocs(["--nonsense"], { stdout: stream, stderr: stream })).toBe(2);
});

test("fails if a setting has no description", () => {
  const settings = listSettings();
  expect(settings.filter(({ description }) => description === "").map(({ path }) => path)).toEqual([]);
  expect(settings.length).toBeGreaterThan(50);
});

test("fails if a setting doesn't say which values are allowed", () => {
  const settings = new Map(listSettings().map(({ path, allowed }) => [path, allowed]));
  expect([...settings.values()]).not.toContain("");
  expect(settings.get("database.instanceClass")).toBe("a DB instance class such as db.t4g.large");
  expect(settings.get("database.allocatedStorage")).toBe("20 to 65536");
  expect(settings.get("credentials.recoveryWindowInDays")).toBe("0, or 7 to 30");
  expect(settings.get("database.storageEncrypted")).toBe("`true`, `false`, or `null`");
});

test.each([
  ["connectors/debezium-postgres-source.ts", "DebeziumPostgresSourceProps"],
  ["connectors/s3-sink.ts", "S3SinkProps"],
  ["connectors/worker-configuration.ts", "WorkerConfigurationProps"],
])("fails if a property of %s has no comment", (file, name) => {
  const properties = documentedProperties(project, file, name);
  expect(properties.filter(({ meaning }) => meaning === "").map((property) => property.name)).toEqual([]);
  expect(properties.map((property) => property.name)).toContain("valueConverter");
});

test("fails if a property's comment loses its default", () => {
  const properties = documentedProperties(project, "connectors/s3-sink.ts", "S3SinkProps");
  expect(properties.find(({ name }) => name === "topicsDir")).toMatchObject({ type: "string", default: '"topics"' });
});

test("fails if the rows' way isn't read from the references", () => {
  const module = (resource: SynthesizedModule["resource"]): SynthesizedModule => ({
    resource,
    data: {},
    module: {},
    variable: {},
    output: {},
  });
  const connector = (configuration: object): SynthesizedModule =>
    module({ aws_mskconnect_connector: { this: { connector_configuration: configuration } } });
  const modules = new Map([
    ["db", module({ aws_db_instance: { a: {} } })],
    ["kafka", module({ aws_msk_cluster: { b: {} } })],
    ["bucket", module({ aws_s3_bucket: { c: {} } })],
    ["source", connector({})],
    ["sink", connector({ "topics.regex": ".*" })],
  ]);
  const root = {
    ...module({}),
    module: {
      db: {},
      kafka: {},
      bucket: {},
      source: { host: "${module.db.address}", brokers: "${module.kafka.brokers}" },
      sink: { bucket: "${module.bucket.id}", depends_on: ["module.kafka"] },
    },
  };
  const architecture = readArchitecture(root, modules);
  expect(architecture.flows.map(({ from, to }) => `${from.id} ${to.id}`)).toEqual([
    "db_a source_this",
    "source_this kafka_b",
    "kafka_b sink_this",
    "sink_this bucket_c",
  ]);
  expect(architecture.uses).toContainEqual({ user: "module.sink", used: "module.kafka", through: [] });
  expect(renderDiagram(architecture)).not.toContain("-.->");
});

test("fails if a table's cell can break the table", () => {
  expect(table(["a"], [["x | y\nz"]]).split("\n")[2]).toBe("| x \\| y z |");
});

test("fails if missing markers are passed over", () => {
  expect(() => betweenMarkers("text", "variables", "new")).toThrow(ConfigurationError);
  expect(betweenMarkers("<!-- a:begin -->old<!-- a:end -->", "a", "new")).toBe(
    "<!-- a:begin -->\n\nnew\n\n<!-- a:end -->",
  );
});
