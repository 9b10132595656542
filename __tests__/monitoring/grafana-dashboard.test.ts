import { join } from "node:path";
import ts from "typescript";
import { runGrafana } from "../../cli/grafana";
import { defaultThresholds } from "../../monitoring/alarm-definitions";
import { widgetsOf } from "../../monitoring/dashboard";
import { type GrafanaDashboard, grafanaDashboard } from "../../monitoring/grafana-dashboard";
import { type Metric, metrics } from "../../monitoring/metrics";
import { PIPELINE } from "./pipeline";

const project = join(__dirname, "../..");
const widgets = widgetsOf({ ...PIPELINE, enhancedMonitoring: "PER_BROKER" }, defaultThresholds);
const dashboard = grafanaDashboard(widgets, {
  clusterName: "cluster",
  region: "us-east-1",
  databasePattern: "^database$",
  bucketPattern: "^bucket-",
});

function printed(...words: string[]): { code: number; text: string; wrong: string } {
  let [text, wrong] = ["", ""];
  const code = runGrafana(words, {
    stdout: { write: (part) => (text += part) },
    stderr: { write: (part) => (wrong += part) },
  });
  return { code, text, wrong };
}

/** What Grafana's own types, as @grafana/schema publishes them, have against each of some texts of JSON. */
function validated(texts: readonly string[]): string[][] {
  const sources = new Map(
    texts.map((json, index) => [
      join(project, "monitoring", `printed-${index}.ts`),
      `import type { GrafanaDashboard } from "./grafana-dashboard";\nexport const printed: GrafanaDashboard = ${json};\n`,
    ]),
  );
  const { config } = ts.readConfigFile(join(project, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const options = { ...ts.convertCompilerOptionsFromJson(config.compilerOptions, project).options, types: [] };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, languageVersion) => {
    const source = sources.get(name);
    return source === undefined ? read(name, languageVersion) : ts.createSourceFile(name, source, languageVersion);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources.keys()].map((name) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
  );
}

describe("Grafana's schema", () => {
  const json = JSON.stringify(dashboard);
  const query = '"namespace":"AWS/RDS","metricName":"TransactionLogsGeneration"';
  const spoiled = [
    ["a property that isn't there", json.replace('"schemaVersion"', '"schemaVersions"')],
    ["another type of value", json.replace('"refresh":"1m"', '"refresh":60')],
    ["a query without a namespace", json.replace(query, '"metricName":"TransactionLogsGeneration"')],
    ["a misspelt part of a query", json.replace(query, query.replace("metricName", "metric"))],
    ["a mode of thresholds that isn't there", json.replace('"mode":"absolute"', '"mode":"fixed"')],
  ] as const;
  let objections: string[][] = [];

  beforeAll(() => {
    objections = validated([json, ...spoiled.map(([, text]) => text)]);
  });

  it("fails if the dashboard has something that Grafana's types don't know, or lacks what they demand", () => {
    expect(objections[0]).toEqual([]);
  });

  it.each(spoiled.map(([name], index) => [name, index + 1] as const))("fails if %s passes", (_, index) => {
    expect(objections[index]).not.toEqual([]);
  });
});

describe("the dashboard", () => {
  it("fails if a query has other dimensions than the metric, or a panel isn't CloudWatch's widget", () => {
    const queries = dashboard.panels.flatMap(({ targets }) => targets ?? []);
    const known = Object.values<Metric>(metrics).map(({ namespace, name, dimensions }) => [
      namespace,
      name,
      [...dimensions],
    ]);
    const own = ["source", "sink"].map((name) => ["CDC/ConnectorErrors", name, []]);
    for (const { namespace, metricName, dimensions } of queries) {
      expect([...known, ...own]).toContainEqual([namespace, metricName, Object.keys(dimensions ?? {})]);
    }
    expect(dashboard.panels.filter(({ type }) => type === "timeseries").map(({ title }) => title)).toEqual(
      widgets.map(({ title }) => title),
    );
  });

  it("fails if two panels have one id, or two queries of a panel one letter", () => {
    const many = widgetsOf({ ...PIPELINE, numberOfBrokerNodes: 30 }, defaultThresholds);
    const { panels } = grafanaDashboard(many, { clusterName: "c", region: "", databasePattern: "", bucketPattern: "" });
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { targets = [] } of panels) expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });
});

describe("npm run grafana", () => {
  it("fails if it isn't the chosen profile's, or the database and bucket can't be found", () => {
    const { code, text } = printed("--profile", "existing", "--region", "eu-west-1");
    const json = JSON.parse(text) as GrafanaDashboard;
    expect(code).toBe(0);
    expect(json.templating?.list?.map(({ name, regex, query }) => [name, regex ?? query])).toEqual([
      ["datasource", "cloudwatch"],
      ["region", "eu-west-1"],
      ["database", "/^terraform-/"],
      ["bucket", "/^cdcdestinationbucket-[0-9a-f]{16}$/"],
    ]);
    expect(printed("--profile", "standard").text).toContain('"/^cdcsourcedb$/"');
    expect(printed("--profile", "existing").text).toBe(printed("--profile", "existing").text);
  });

  it("fails if a wrong profile or a wrong option isn't told", () => {
    expect(printed("--profile", "nobody")).toMatchObject({
      code: 1,
      text: "",
      wrong: expect.stringContaining("nobody") as string,
    });
    expect(printed("--nonsense")).toMatchObject({ code: 2, text: "" });
  });
});
