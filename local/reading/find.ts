import { ConfigurationError } from "../../lib/errors";
import {
  asArray,
  asObject,
  asText,
  inRoot,
  type Module,
  type Resource,
  type SynthesizedStack,
} from "../../terraform/synthesized";

/** The parts of a stack that run locally. */
export interface Parts {
  readonly database: Resource;
  readonly parameterGroup?: Resource;
  readonly cluster: Resource;
  readonly clusterConfiguration?: Resource;
  readonly source: Resource;
  readonly sink: Resource;
  /** The module with the bucket that the sink writes to. */
  readonly bucket: Module;
  readonly setup?: Resource;
}

/** Finds them by what they are, not by their names. @throws ConfigurationError for one that is missing */
export function findParts(stack: SynthesizedStack): Parts {
  const all = [stack.root, ...stack.modules].flatMap(({ resources }) => resources);
  const one = (type: string, what: string, fits: (resource: Resource) => boolean = () => true): Resource => {
    const found = all.filter((resource) => resource.type === type && fits(resource));
    const [first] = found;
    if (first === undefined || found.length > 1) throw notOne(type, what, found);
    return first;
  };
  const connector = (pattern: RegExp, what: string): Resource =>
    one("aws_mskconnect_connector", what, ({ body }) =>
      pattern.test(asText(asObject(body.connector_configuration)["connector.class"])),
    );
  const sink = connector(/S3Sink/, "the connector that writes to S3");
  const database = one("aws_db_instance", "the source database");
  const cluster = one("aws_msk_cluster", "the Kafka cluster");
  const inside = (resource: Resource, type: string): Resource | undefined =>
    resource.module.resources.find((other) => other.type === type);
  return {
    database,
    parameterGroup: inside(database, "aws_db_parameter_group"),
    cluster,
    clusterConfiguration: inside(cluster, "aws_msk_configuration"),
    source: connector(/Postgres/, "the connector that reads from PostgreSQL"),
    sink,
    bucket: bucketOf(sink, stack),
    setup: stack.root.resources.find(({ type, body }) => type === "null_resource" && body.provisioner !== undefined),
  };
}

/** The name of the archive that a connector runs from: its plugin's ARN names the custom plugin, and that the object in S3. */
export function pluginArchiveOf(connector: Resource, stack: SynthesizedStack): string {
  const arn = asText(asObject(asObject(asArray(connector.body.plugin)[0]).custom_plugin).arn);
  const address = inRoot(/^\$\{(.*)\}$/.exec(arn)?.[1] ?? arn, connector.module.arguments).replace(/\.arn$/, "");
  const plugin = stack.root.resources.find((resource) => resource.address === address);
  const archive = asObject(asObject(plugin?.body.location).s3).file_key;
  if (typeof archive === "string") return archive;
  throw new ConfigurationError("the synthesized pipeline", [
    {
      code: "local-plugin-unknown",
      path: `${connector.address}: plugin`,
      got: arn,
      expected: "a reference to a custom plugin of this stack: the same archive runs here",
      fix: "hand the custom plugin's arn to the connector",
    },
  ]);
}

/** `module.destination_bucket.bucket_id` names the module. */
function bucketOf(sink: Resource, stack: SynthesizedStack): Module {
  const name = asText(asObject(sink.body.connector_configuration)["s3.bucket.name"]);
  const expression = inRoot(/^\$\{(.*)\}$/.exec(name)?.[1] ?? name, sink.module.arguments);
  const module = stack.modules.find((candidate) => expression.startsWith(`module.${candidate.name}.`));
  if (module !== undefined) return module;
  throw new ConfigurationError("the synthesized pipeline", [
    {
      code: "local-bucket-unknown",
      path: `${sink.address}: s3.bucket.name`,
      got: name,
      expected: "a reference to a bucket of this stack: the local one takes its settings from there",
      fix: "hand the bucket's id to the connector",
    },
  ]);
}

function notOne(type: string, what: string, found: readonly Resource[]): ConfigurationError {
  return new ConfigurationError("the synthesized pipeline", [
    {
      code: "local-part-missing",
      path: type,
      got: found.map(({ address }) => address),
      expected: `one resource: ${what}`,
      fix: "synthesize a whole pipeline: npm run synth",
    },
  ]);
}
