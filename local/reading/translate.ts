import { checkCoverage } from "./coverage";
import { findParts, type Parts, pluginArchiveOf } from "./find";
import {
  bootstrapServers,
  HOST,
  type LocalBucket,
  type LocalPipeline,
  type LocalSetup,
  type Machine,
} from "./pipeline";
import { type LocalValues, resolveText } from "./references";
import { Replacements } from "./replacements";
import {
  asArray,
  asObject,
  asText,
  type Json,
  type Resource,
  type SynthesizedStack,
} from "../../terraform/synthesized";
import { translateBrokers } from "./translate-broker";
import { translateConnector } from "./translate-connector";
import { translateDatabase } from "./translate-database";

/** The synthesized pipeline with this machine's values, and all that differs. @throws ConfigurationError for what can't be kept */
export function translate(
  stack: SynthesizedStack,
  machine: Machine,
): { pipeline: LocalPipeline; replacements: Replacements } {
  const parts = findParts(stack);
  const replacements = new Replacements();
  checkCoverage(runningResources(parts), replacements);
  const region = asText(stack.variableDefaults.aws_region);
  const bucket = translateBucket(parts, machine, replacements);
  const version = asText(stack.variableDefaults.credentials_version);
  const values = localValues(parts, machine, bucket.name).set("var.aws_region", region);
  values.set("var.credentials_version", version);
  const database = translateDatabase(parts, machine, replacements);
  const here = "where it listens on this machine";
  const own = "credentials made up for this run";
  const source = translateConnector(
    parts.source,
    {
      machine,
      restPort: machine.ports.sourceWorker,
      pluginArchive: pluginArchiveOf(parts.source, stack),
      values,
      fixed: {
        "database.hostname": { value: HOST, why: here },
        "database.port": { value: String(machine.detours?.database ?? database.port), why: here },
        "database.user": { value: connectorUser(parts, database.user), why: own },
        "database.password": { value: database.password, why: own },
        "database.sslmode": { value: "disable", why: "the local server has no certificate" },
      },
      added: {},
    },
    replacements,
  );
  const sink = translateConnector(
    parts.sink,
    {
      machine,
      restPort: machine.ports.sinkWorker,
      pluginArchive: pluginArchiveOf(parts.sink, stack),
      values,
      fixed: {},
      added: {
        "store.url": {
          value: `http://${HOST}:${machine.detours?.objectStore ?? machine.ports.objectStore}`,
          why: "the local S3 server",
        },
        // In AWS they come from the connector's role; the local server takes any.
        "aws.access.key.id": { value: "local", why: "in AWS the connector's role" },
        "aws.secret.access.key": { value: "local", why: "in AWS the connector's role" },
      },
    },
    replacements,
  );
  const brokers = translateBrokers(parts, machine, replacements);
  const setup = parts.setup && translateSetup(parts.setup, values, machine, replacements);
  const { objectStore: objectStorePort } = machine.ports;
  return { pipeline: { region, database, brokers, bucket, objectStorePort, setup, source, sink }, replacements };
}

function runningResources(parts: Parts): Resource[] {
  const modules = new Set([parts.database, parts.cluster, parts.source, parts.sink].map(({ module }) => module));
  return [...[...modules, parts.bucket].flatMap(({ resources }) => resources), ...(parts.setup ? [parts.setup] : [])];
}

/** The outputs and data sources that the parts refer to, as the root writes them. */
function localValues(parts: Parts, { ports, user, password }: Machine, bucket: string): Map<string, string> {
  const [database, cluster] = [`module.${parts.database.module.name}`, `module.${parts.cluster.module.name}`];
  const servers = bootstrapServers(ports.brokers);
  return new Map([
    [`${database}.db_address`, HOST],
    [`${database}.db_endpoint`, `${HOST}:${ports.postgres}`],
    [`${cluster}.cluster_bootstrap_brokers`, servers],
    [`${cluster}.cluster_bootstrap_brokers_tls`, servers],
    [`${cluster}.cluster_bootstrap_brokers_sasl_iam`, servers],
    [`module.${parts.bucket.name}.bucket_id`, bucket],
    ['data.vault_generic_secret.rds.data["username"]', user],
    ['data.vault_generic_secret.rds.data["password"]', password],
    ['ephemeral.vault_generic_secret.rds.data["password"]', password],
    ['ephemeral.vault_generic_secret.connector.data["password"]', password],
  ]);
}

/** A role of its own, which the setup creates here too; where Vault tells the user, it is this run's. */
function connectorUser({ source }: Parts, user: string): string {
  const synthesized = asText(asObject(source.body.connector_configuration)["database.user"]);
  return synthesized.includes("${") ? user : synthesized;
}

function translateBucket({ bucket }: Parts, machine: Machine, replacements: Replacements): LocalBucket {
  const resource = bucket.resources.find(({ type }) => type === "aws_s3_bucket");
  const versioning = bucket.resources.find(({ type }) => type === "aws_s3_bucket_versioning");
  const values = new Map([["random_id.random.hex", machine.randomHex]]);
  const [property, text] = [`${bucket.name}: bucket`, asText(resource?.body.bucket)];
  const { value: name } = resolveText(text, bucket, values, property);
  replacements.replaced(property, text, name, "a number made up for this run");
  const status = first(versioning?.body.versioning_configuration).status;
  return { name, versioning: status === undefined ? undefined : asText(status) };
}

/** The very command that Terraform runs after it made the database. */
function translateSetup(
  setup: Resource,
  values: LocalValues,
  machine: Machine,
  replacements: Replacements,
): LocalSetup {
  const { command, interpreter, environment } = first(first(setup.body.provisioner)["local-exec"]);
  const resolved: Record<string, string> = {};
  for (const [key, synthesized] of Object.entries(asObject(environment))) {
    const [property, text] = [`setup command: ${key}`, asText(synthesized)];
    const { value, referenced } = resolveText(text, setup.module, values, property);
    const own: Readonly<Record<string, string>> = {
      PGPORT: String(machine.ports.postgres),
      PGSSLMODE: "disable",
      PGUSER: machine.user,
    };
    const local = own[key] ?? value;
    if (referenced || local !== text) {
      const shown = key.endsWith("PASSWORD") ? "(see below)" : local;
      replacements.replaced(property, text, shown, "how the local server is reached");
    }
    resolved[key] = local;
  }
  const words = asArray(interpreter).map(asText);
  return { command: asText(command), interpreter: words.length > 0 ? words : ["/bin/sh", "-c"], environment: resolved };
}

/** Terraform's JSON writes a single block as an object or as a list of one. */
function first(value: Json | undefined): ReturnType<typeof asObject> {
  return asObject(Array.isArray(value) ? (value as readonly Json[])[0] : value);
}
