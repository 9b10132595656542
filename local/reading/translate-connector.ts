import { ConfigurationError } from "../../lib/errors";
import { CONNECT_VERSIONS } from "../versions";
import { parseProperties } from "../../lib/properties";
import { asObject, asText, type Resource } from "../../terraform/synthesized";
import { bootstrapServers, HOST, type LocalConnector, type Machine } from "./pipeline";
import { type LocalValues, resolveText } from "./references";
import type { Replacements } from "./replacements";
import { possibleCopies } from "./translate-broker";

/** What differs between source and sink. */
export interface ConnectorOptions {
  readonly machine: Machine;
  readonly restPort: number;
  readonly pluginArchive: string;
  readonly values: LocalValues;
  /** Properties whose value is this machine's, whatever was synthesized. */
  readonly fixed: Readonly<Record<string, { readonly value: string; readonly why: string }>>;
  /** Properties that were not synthesized. */
  readonly added: Readonly<Record<string, { readonly value: string; readonly why: string }>>;
}

const deadLetterCopies = "errors.deadletterqueue.topic.replication.factor";
const copies = ".replication.factor";
const encryption = /(^|\.)(security\.protocol|sasl\.|ssl\.)|^database\.ssl|^s3\.sse/;
const placeholder = /\$\{\w+:/;

/** A connector's configuration and its worker's, with this machine's addresses. */
export function translateConnector(
  resource: Resource,
  options: ConnectorOptions,
  replacements: Replacements,
): LocalConnector {
  const name = asText(resource.body.name);
  return {
    name,
    restPort: options.restPort,
    pluginArchive: options.pluginArchive,
    connectVersion: connectVersion(resource, options.machine, replacements),
    configuration: translateConfiguration(resource, options, replacements),
    workerProperties: translateWorker(resource, name, options, replacements),
  };
}

function translateConfiguration(
  resource: Resource,
  { machine, values, fixed, added }: ConnectorOptions,
  replacements: Replacements,
): Record<string, string> {
  const configuration: Record<string, string> = {};
  for (const [key, synthesized] of Object.entries(asObject(resource.body.connector_configuration))) {
    const [property, text] = [`${resource.module.name}: ${key}`, asText(synthesized)];
    const own = fixed[key];
    if (own !== undefined) {
      const shown = key.endsWith("password") ? "(see below)" : own.value;
      if (own.value !== text) replacements.replaced(property, text, shown, own.why);
      configuration[key] = own.value;
    } else if (encryption.test(key)) {
      replacements.leftOut(property, text, "nothing here is encrypted: it doesn't leave this machine");
    } else if (key.endsWith(copies)) {
      configuration[key] = possibleCopies(property, text, machine.ports.brokers.length, replacements);
    } else {
      const { value, referenced } = resolveText(text, resource.module, values, property);
      if (referenced) replacements.replaced(property, text, value, "refers to something of AWS");
      if (placeholder.test(value)) throw unresolvable(property, value);
      configuration[key] = value;
    }
  }
  const deadLetters = configuration["errors.deadletterqueue.topic.name"] !== undefined;
  // Kafka Connect's default is 3.
  if (deadLetters && configuration[deadLetterCopies] === undefined && machine.ports.brokers.length < 3) {
    configuration[deadLetterCopies] = "1";
    replacements.added(`${resource.module.name}: ${deadLetterCopies}`, "1", "one broker keeps one copy");
  }
  for (const [key, { value, why }] of Object.entries(added)) {
    replacements.added(`${resource.module.name}: ${key}`, value, why);
    configuration[key] = value;
  }
  return configuration;
}

/** MSK Connect runs each connector in workers of its own, and sets what tells them apart itself; so does this. */
function translateWorker(
  resource: Resource,
  name: string,
  { machine, restPort }: ConnectorOptions,
  replacements: Replacements,
): Record<string, string> {
  const worker = resource.module.resources.find(({ type }) => type === "aws_mskconnect_worker_configuration");
  const brokers = machine.ports.brokers.length;
  // Kafka Connect's own default is 3.
  const factor = String(Math.min(3, brokers));
  const properties: Record<string, string> = {
    "bootstrap.servers": bootstrapServers(machine.ports.brokers),
    listeners: `http://${HOST}:${restPort}`,
    "rest.advertised.host.name": HOST,
    "group.id": name,
    "config.storage.topic": `connect-configs-${name}`,
    "offset.storage.topic": `connect-offsets-${name}`,
    "status.storage.topic": `connect-status-${name}`,
    "config.storage.replication.factor": factor,
    "offset.storage.replication.factor": factor,
    "status.storage.replication.factor": factor,
    // MSK Connect's default worker configuration: MSK Developer Guide, "Supported worker configuration properties".
    "key.converter": "org.apache.kafka.connect.storage.StringConverter",
    "value.converter": "org.apache.kafka.connect.storage.StringConverter",
  };
  for (const [key, value] of Object.entries(parseProperties(asText(worker?.body.properties_file_content)))) {
    const property = `${resource.module.name}: worker ${key}`;
    if (key.startsWith("config.providers"))
      replacements.leftOut(property, value, "reads secrets from AWS; here the password is in the configuration");
    else if (encryption.test(key))
      replacements.leftOut(property, value, "nothing here is encrypted: it doesn't leave this machine");
    else properties[key] = key.endsWith(copies) ? possibleCopies(property, value, brokers, replacements) : value;
  }
  return properties;
}

function connectVersion(resource: Resource, machine: Machine, replacements: Replacements): string {
  const path = `${resource.module.name}: kafkaconnect_version`;
  const synthesized = asText(resource.body.kafkaconnect_version);
  const asked = machine.kafkaConnectVersion ?? synthesized;
  const version = CONNECT_VERSIONS[asked];
  if (version === undefined) {
    throw new ConfigurationError("the synthesized pipeline", [
      {
        code: "local-connect-version",
        path,
        got: asked,
        expected: `a version that MSK Connect has: ${Object.keys(CONNECT_VERSIONS).join(", ")}`,
        fix: "choose one of these, or name the release to run in local/versions.ts",
      },
    ]);
  }
  const why = asked === synthesized ? "the last release of this line" : "asked for with --kafka-connect-version";
  if (version !== synthesized) replacements.replaced(path, synthesized, version, why);
  return version;
}

function unresolvable(path: string, got: string): ConfigurationError {
  return new ConfigurationError("the synthesized pipeline", [
    {
      code: "local-placeholder",
      path,
      got,
      expected: "a value that is known on this machine; placeholders are filled in by a config provider of AWS",
      fix: "give the property a local value in local/reading/translate.ts",
    },
  ]);
}
