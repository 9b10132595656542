import { parseProperties } from "../lib/properties";
import { asText, inRoot, type Resource } from "../terraform/synthesized";
import { blocks, type Costing, valueAt } from "./costing";

/** The connector that reads from the database. */
function findSource(costing: Costing): Resource | undefined {
  return costing.all("aws_mskconnect_connector").find(isSource);
}

export function isSource(connector: Resource): boolean {
  return setting(connector, "database.hostname") !== "";
}

/** The connector that writes to S3. */
export function findSink(costing: Costing): Resource | undefined {
  return costing.all("aws_mskconnect_connector").find((connector) => setting(connector, "s3.bucket.name") !== "");
}

/** A property of a connector as text; empty when it isn't set. */
export function setting(connector: Resource, name: string): string {
  return asText(valueAt(connector.body, "connector_configuration", name));
}

/** A property of the source connector, or one of the brokers', whichever decides; undefined where MSK's own default does. */
export function topicProperty(ofSource: string, ofBrokers: string, costing: Costing): number | undefined {
  const source = findSource(costing);
  // -1 leaves it to the brokers.
  const value = source === undefined ? 0 : Number(setting(source, ofSource));
  return value > 0 ? value : brokerProperty(ofBrokers, costing);
}

/** A property of the brokers' configuration. */
export function brokerProperty(name: string, costing: Costing): number | undefined {
  const [configuration] = costing.all("aws_msk_configuration");
  const value = parseProperties(asText(configuration?.body.server_properties))[name];
  return value === undefined ? undefined : Number(value);
}

/** Workers have no public address, so a NAT gateway carries their traffic, and only from private subnets. */
export function usesPrivateSubnets(connector: Resource): boolean {
  return blocks(valueAt(connector.body, "kafka_cluster", "apache_kafka_cluster", "vpc", "subnets")).some((subnets) =>
    expressionOf(subnets, connector).includes("private_subnets"),
  );
}

/** `module.destination_bucket.bucket_id` names the module of the bucket. */
export function writesTo(sink: Resource, bucket: Resource): boolean {
  const expression = expressionOf(setting(sink, "s3.bucket.name"), sink);
  return bucket.module.name !== "" && expression.startsWith(`module.${bucket.module.name}.`);
}

/** The expression of a value as the root writes it. */
function expressionOf(value: Parameters<typeof asText>[0], { module }: Resource): string {
  return inRoot(/^\$\{(.*)\}$/.exec(asText(value))?.[1] ?? "", module.arguments);
}
