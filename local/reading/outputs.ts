import { readFileSync } from "node:fs";
import { ConfigurationError, type Problem, throwProblems } from "../../lib/errors";
import { asObject, type Json, type JsonObject } from "../../terraform/synthesized";

/** Where a deployed pipeline is. */
export interface Outputs {
  readonly databaseHost: string;
  readonly databasePort: string;
  /** As Kafka's `bootstrap.servers` takes them. */
  readonly bootstrapBrokers: string;
  /** Whether those speak TLS. */
  readonly isTls: boolean;
  readonly clusterArn: string;
  readonly destinationBucket: string;
  readonly sourceArn: string;
  readonly sinkArn: string;
  /** The connectors' own region. */
  readonly region: string;
}

/** MSK Connect's ARNs: …:connector/<name>/<id>. */
const connectorArn = /^arn:[\w-]+:kafkaconnect:([\w-]+):\d+:connector\/([^/]+)\/[^/]+$/;

/** The stack's outputs that are needed, and how each looks. */
const forms = {
  rds_endpoint: { pattern: /^([\w.-]+):(\d+)$/, expected: "host and port of the database" },
  msk_bootstrap_brokers: { pattern: /^[\w.-]+:\d+(,[\w.-]+:\d+)*$/, expected: "host and port of each broker" },
  msk_cluster_arn: { pattern: /^arn:[\w-]+:kafka:/, expected: "the cluster's ARN" },
  destination_bucket: { pattern: /^[a-z0-9][a-z0-9.-]+$/, expected: "the name of the bucket that the sink writes to" },
  debezium_connector_arn: { pattern: connectorArn, expected: "the ARN of an MSK Connect connector" },
  s3_sink_connector_arn: { pattern: connectorArn, expected: "the ARN of an MSK Connect connector" },
} as const;

/** Reads what `terraform output -json` or `cdktf output --outputs-file` wrote. @throws ConfigurationError */
export function readOutputs(file: string): Outputs {
  return parseOutputs(readText(file), file);
}

/**
 * The same, of what one of them printed; `file` says where it is from, and `known` what it is known to lack.
 * @throws ConfigurationError
 */
export function parseOutputs(printed: string, file: string, known: JsonObject = {}): Outputs {
  const values = { ...valuesOf(parseJson(printed, file)), ...known };
  const text = (name: keyof typeof forms | "msk_bootstrap_brokers_tls"): string => {
    const value = values[name];
    return typeof value === "string" ? value : "";
  };
  const names = Object.keys(forms) as (keyof typeof forms)[];
  const wrong = names.filter((name) => !forms[name].pattern.test(text(name)));
  throwProblems(
    `the outputs in ${file}`,
    wrong.map((name) => wrongOutput(name, values[name])),
  );
  const [databaseHost = "", databasePort = ""] = text("rds_endpoint").split(":");
  const bootstrapBrokers = text("msk_bootstrap_brokers");
  const sourceArn = text("debezium_connector_arn");
  return {
    databaseHost,
    databasePort,
    bootstrapBrokers,
    // The stack hands out one of the two; which one says how it is encrypted.
    isTls: bootstrapBrokers === text("msk_bootstrap_brokers_tls"),
    clusterArn: text("msk_cluster_arn"),
    destinationBucket: text("destination_bucket"),
    sourceArn,
    sinkArn: text("s3_sink_connector_arn"),
    region: connectorArn.exec(sourceArn)?.[1] ?? "",
  };
}

/** The connector's name, as its ARN has it. */
export function nameInArn(arn: string): string {
  return connectorArn.exec(arn)?.[2] ?? "";
}

/** Name → value. Terraform wraps each in an object; cdktf nests them under the stack's name, by the constructs' ids. */
function valuesOf(json: JsonObject): JsonObject {
  const levels = [json, ...Object.values(json).map(asObject)];
  const level = levels.find((candidate) => "rds_endpoint" in candidate) ?? json;
  return Object.fromEntries(
    Object.entries(level).map(([name, output]) => {
      const wrapped = asObject(output);
      // An output that is named like a module has another construct's id: output.destination_bucket.
      return [name.replace(/^output\./, ""), "value" in wrapped ? wrapped.value : output];
    }),
  );
}

/** The file as it is. @throws ConfigurationError */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : String(error));
  }
}

function parseJson(text: string, file: string): JsonObject {
  try {
    return asObject(JSON.parse(text) as Json);
  } catch {
    // Not the parser's message: it quotes the file, whatever that is.
    throw unreadable(file, "not JSON");
  }
}

function wrongOutput(name: keyof typeof forms, got: Json | undefined): Problem {
  const fix = "apply the whole stack, then write the file again: terraform output -json > outputs.json";
  return { code: "output-wrong", path: name, got, expected: forms[name].expected, fix };
}

function unreadable(path: string, got: string): ConfigurationError {
  return new ConfigurationError("the pipeline's outputs", [
    {
      code: "outputs-unreadable",
      path,
      got,
      expected: "JSON that terraform output -json or cdktf output --outputs-file wrote",
      fix: "terraform -chdir=cdktf.out/stacks/cdc output -json > outputs.json",
    },
  ]);
}
