import { findParts } from "./find";
import { parseProperties } from "../../lib/properties";
import { asObject, asText, type Resource, type SynthesizedStack } from "../../terraform/synthesized";

/** What a deployed pipeline's outputs don't say, as it was synthesized. */
export interface DeployedSettings {
  readonly databaseName: string;
  readonly source: DeployedConnector;
  readonly sink: DeployedConnector;
  /** Where user and password are, for messages. */
  readonly vaultPath: string;
  readonly secretName: string;
}

export interface DeployedConnector {
  readonly name: string;
  /** As MSK Connect gets it, but for references to other resources: those stay expressions. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly workerProperties: Readonly<Record<string, string>>;
  readonly logGroup?: string;
}

/** Reads them from the stack. @throws ConfigurationError for one that isn't a whole pipeline */
export function readDeployedSettings(stack: SynthesizedStack): DeployedSettings {
  const { database, source, sink } = findParts(stack);
  const [vaultSecret] = Object.values(asObject(stack.dataSources.vault_generic_secret));
  const secret = stack.modules.flatMap(({ resources }) => resources).find(({ type }) => type === SECRET);
  return {
    databaseName: asText(database.body.db_name),
    source: readConnector(source),
    sink: readConnector(sink),
    vaultPath: asText(asObject(vaultSecret).path),
    secretName: asText(secret?.body.name),
  };
}

const SECRET = "aws_secretsmanager_secret";

/** Whether a value is known only once it is deployed: an expression, or a placeholder that Kafka Connect fills in. */
export function isReference(value: string): boolean {
  return value.includes("${");
}

/** Which settings run with other values than were synthesized; references aren't compared, nobody knows them here. */
export function compareSettings(
  synthesized: DeployedConnector["configuration"],
  deployed: DeployedConnector["configuration"],
): { readonly compared: number; readonly different: readonly string[] } {
  const names = new Set([...Object.keys(synthesized), ...Object.keys(deployed)]);
  const known = [...names].filter((key) => !isReference(synthesized[key] ?? "")).sort();
  return { compared: known.length, different: known.filter((key) => synthesized[key] !== deployed[key]) };
}

function readConnector({ body, module }: Resource): DeployedConnector {
  const inModule = (type: string): Resource | undefined => module.resources.find((resource) => resource.type === type);
  const worker = inModule("aws_mskconnect_worker_configuration")?.body.properties_file_content;
  const logGroup = inModule("aws_cloudwatch_log_group")?.body.name;
  const configuration = Object.entries(asObject(body.connector_configuration));
  return {
    name: asText(body.name),
    configuration: Object.fromEntries(configuration.map(([key, value]) => [key, asText(value)])),
    workerProperties: parseProperties(asText(worker)),
    ...(logGroup === undefined ? {} : { logGroup: asText(logGroup) }),
  };
}
