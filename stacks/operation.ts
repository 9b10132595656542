import { escapePlaceholders } from "../connectors/values";
import { type ConfigProvider, workerConfiguration } from "../connectors/worker-configuration";
import type { MskConnectorProps } from "../modules/msk-connector";
import type { PipelineSettings } from "../profiles/schema";

/** How MSK Connect runs a connector, whichever it is. */
export type ConnectorOperation = Pick<
  MskConnectorProps,
  "connectorName" | "kafkaConnectVersion" | "capacity" | "logRetentionInDays" | "workerProperties"
>;

/** A connector's settings of MSK Connect; the config providers are those that the pipeline needs beside the settings'. */
export function operation(
  { worker, ...connector }: PipelineSettings["sourceConnector"],
  configProviders: readonly ConfigProvider[],
): ConnectorOperation {
  const providers = [...(worker?.configProviders ?? []), ...configProviders];
  return {
    connectorName: connector.name,
    kafkaConnectVersion: connector.kafkaConnectVersion,
    capacity: connector.capacity,
    logRetentionInDays: connector.logRetentionInDays,
    workerProperties: worker ? workerConfiguration({ ...worker, configProviders: providers }) : null,
  };
}

/** A config provider's placeholder, `${secretsmanager:…}`, is Kafka Connect's to resolve; Terraform would take it for its own. */
export function forTerraform(configuration: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(configuration).map(([name, value]) => [name, escapePlaceholders(value)]));
}
