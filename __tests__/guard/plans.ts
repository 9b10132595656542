import type { PlanJson, ResourceChangeJson } from "../../terraform/plan";
import type { Json, JsonObject } from "../../terraform/synthesized";

export const DB = "module.source_db.aws_db_instance.db";
export const PARAMETERS = "module.source_db.aws_db_parameter_group.parameter_group";
export const SETUP = "null_resource.setup_postgres_cdc";
export const CLUSTER = "module.msk_cluster.aws_msk_cluster.cluster";
export const BROKERS = "module.msk_cluster.aws_msk_configuration.cdc_config";
export const SOURCE = "module.debezium_postgres_connector.aws_mskconnect_connector.this";
export const SINK = "module.s3_sink_connector.aws_mskconnect_connector.this";
export const WORKER = "module.debezium_postgres_connector.aws_mskconnect_worker_configuration.worker_configuration";
export const PLUGIN = "aws_mskconnect_custom_plugin.debezium_postgres_plugin";
export const BUCKET = "module.destination_bucket.aws_s3_bucket.bucket";
export const VERSIONING = "module.destination_bucket.aws_s3_bucket_versioning.versioning";
export const LIFECYCLE = "module.destination_bucket.aws_s3_bucket_lifecycle_configuration.lifecycle";
export const PUBLIC_ACCESS = "module.destination_bucket.aws_s3_bucket_public_access_block.public_access_block";
export const POLICY = "module.destination_bucket.aws_s3_bucket_policy.bucket_policy";
export const SECRET = "module.db_credentials.aws_secretsmanager_secret.secret";
export const KEY = "module.keys.aws_kms_key.data";
export const GROUP = "aws_security_group.rds_sg";
export const ENDPOINT = "module.vpc.aws_vpc_endpoint.s3";
export const SUBNET = "module.vpc.module.vpc.aws_subnet.public[0]";

const arn = (service: string, name: string): string => `arn:aws:${service}:us-east-1:123456789012:${name}`;

export const PROPERTIES = [
  "default.replication.factor=3",
  "min.insync.replicas=2",
  "unclean.leader.election.enable=false",
  "log.retention.hours=168",
];

const TLS_STATEMENT = { Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } };
export const policy = (...statements: object[]): string => JSON.stringify({ Statement: statements });

const AUTOSCALING = [{ autoscaling: [{ max_worker_count: 2, mcu_count: 1 }], provisioned_capacity: [] }];
const PROVISIONED = [{ autoscaling: [], provisioned_capacity: [{ worker_count: 1, mcu_count: 1 }] }];

function connector(name: string, configuration: JsonObject, worker: Json[]): JsonObject {
  return {
    name,
    arn: arn("kafkaconnect", `connector/${name}/0a1b2c-3`),
    kafkaconnect_version: "3.7.x",
    capacity: PROVISIONED,
    connector_configuration: configuration,
    kafka_cluster: [{ apache_kafka_cluster: [{ bootstrap_servers: "b-1.cdc:9094,b-2.cdc:9094" }] }],
    plugin: [{ custom_plugin: [{ arn: arn("kafkaconnect", "custom-plugin/dbz/9") }] }],
    worker_configuration: worker,
  };
}

/** What runs, in the provider's words, as far as it matters. */
const PIPELINE: Readonly<Record<string, JsonObject>> = {
  [DB]: {
    identifier: "cdcsourcedb",
    engine_version: "17.7",
    allocated_storage: 100,
    max_allocated_storage: 500,
    storage_encrypted: true,
    kms_key_id: "arn:aws:kms:us-east-1:123456789012:key/old",
    username: "dbadmin",
    password: "Sup3rSecret!",
    port: 5432,
    multi_az: true,
    publicly_accessible: false,
    deletion_protection: false,
    skip_final_snapshot: false,
    final_snapshot_identifier: "cdcsourcedb-final",
    backup_retention_period: 7,
    parameter_group_name: "cdc-params",
    tags: null,
  },
  [PARAMETERS]: {
    name: "cdc-params",
    parameter: parameters({ "rds.logical_replication": "1", max_replication_slots: "10" }),
  },
  [SETUP]: { triggers: { db_endpoint: "cdcsourcedb.c0ffee:5432" } },
  [CLUSTER]: {
    cluster_name: "cdc-cluster",
    kafka_version: "4.0.x.kraft",
    number_of_broker_nodes: 3,
    bootstrap_brokers_tls: "b-1.cdc:9094,b-2.cdc:9094",
    broker_node_group_info: brokers(100, "DISABLED"),
    configuration_info: [{ arn: arn("kafka", "configuration/cdc"), revision: 1 }],
    client_authentication: [{ unauthenticated: false, sasl: [{ iam: true, scram: false }] }],
    encryption_info: [{ encryption_in_transit: [{ client_broker: "TLS", in_cluster: true }] }],
  },
  [BROKERS]: { name: "cdc-config", arn: arn("kafka", "configuration/cdc"), server_properties: PROPERTIES.join("\n") },
  [SOURCE]: connector(
    "debezium-postgres-connector",
    {
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
      "database.dbname": "cdcsourcedb",
      "database.password": "Sup3rSecret!",
      "topic.prefix": "postgres-cdc",
      "slot.name": "debezium",
      "publication.name": "debezium_pub",
      "table.include.list": "public.orders,public.users",
      "value.converter": "org.apache.kafka.connect.json.JsonConverter",
    },
    [{ arn: arn("kafkaconnect", "worker/source"), revision: 1 }],
  ),
  [SINK]: connector(
    "s3-sink-connector",
    {
      "connector.class": "io.confluent.connect.s3.S3SinkConnector",
      "topics.regex": "postgres-cdc\\..*",
      "s3.bucket.name": "destination-1a2b",
      "topics.dir": "topics",
      "flush.size": "1000",
      "format.class": "io.confluent.connect.s3.format.json.JsonFormat",
    },
    [],
  ),
  [WORKER]: worker("connect-offsets"),
  [PLUGIN]: { name: "dbz", arn: arn("kafkaconnect", "custom-plugin/dbz/9"), description: null },
  [BUCKET]: { bucket: "destination-1a2b", force_destroy: false, tags: null },
  [VERSIONING]: { bucket: "destination-1a2b", versioning_configuration: [{ status: "Enabled" }] },
  [LIFECYCLE]: {
    bucket: "destination-1a2b",
    rule: [rule("old", { transition: [{ days: 90, storage_class: "GLACIER" }] })],
  },
  [PUBLIC_ACCESS]: {
    bucket: "destination-1a2b",
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  },
  [POLICY]: { bucket: "destination-1a2b", policy: policy(TLS_STATEMENT) },
  [SECRET]: { name: "rds-secrets", recovery_window_in_days: 7, tags: null },
  [KEY]: { description: "data", enable_key_rotation: true, is_enabled: true, deletion_window_in_days: 30 },
  [GROUP]: { name: "rds-sg", ingress: [ingress("10.0.0.0/16")] },
  [ENDPOINT]: { service_name: "com.amazonaws.us-east-1.s3" },
  [SUBNET]: { cidr_block: "10.0.1.0/24" },
};

export function parameters(values: Readonly<Record<string, string>>, applyMethod = "pending-reboot"): Json[] {
  return Object.entries(values).map(([name, value]) => ({ name, value, apply_method: applyMethod }));
}

export function brokers(volumeSize: number, publicAccess: string): Json {
  return [
    {
      storage_info: [{ ebs_storage_info: [{ volume_size: volumeSize }] }],
      connectivity_info: [{ public_access: [{ type: publicAccess }] }],
    },
  ];
}

export function worker(offsetsTopic: string | undefined, name = "source"): JsonObject {
  const offsets = offsetsTopic === undefined ? "" : `offset.storage.topic=${offsetsTopic}\n`;
  return {
    name: `${name}-worker`,
    arn: arn("kafkaconnect", `worker/${name}`),
    properties_file_content: `key.converter=org.apache.kafka.connect.json.JsonConverter\n${offsets}`,
  };
}

export function rule(id: string, values: JsonObject): JsonObject {
  return { id, status: "Enabled", ...values };
}

export function ingress(range: string): JsonObject {
  return { cidr_blocks: [range], from_port: 5432, to_port: 5432, protocol: "tcp" };
}

/** The present values, with some of them set otherwise; null takes one away. */
export function present(address: string, values: JsonObject = {}): JsonObject {
  return { ...PIPELINE[address], ...values };
}

/** A connector's configuration, with some properties set otherwise. */
export function configured(address: string, properties: JsonObject): JsonObject {
  const merged = { ...(present(address).connector_configuration as JsonObject), ...properties };
  return { connector_configuration: Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)) };
}

interface Details {
  /** Where the present values aren't the pipeline's. */
  readonly before?: JsonObject;
  readonly unknown?: JsonObject;
  readonly createsFirst?: boolean;
}

export function update(address: string, values: JsonObject, { before, unknown }: Details = {}): ResourceChangeJson {
  const old = present(address, before);
  return change(address, ["update"], old, { ...old, ...values }, unknown);
}

/** The attributes that are given force it. */
export function replace(address: string, values: JsonObject, details: Details = {}): ResourceChangeJson {
  const old = present(address, details.before);
  const actions = details.createsFirst ? ["create", "delete"] : ["delete", "create"];
  const unknown = { arn: true, ...details.unknown };
  const replaced = change(address, actions, old, { ...old, ...values }, unknown);
  const paths = [...Object.keys(values), ...Object.keys(details.unknown ?? {})].map((name) => [name]);
  return { ...replaced, change: { ...replaced.change, replace_paths: paths } };
}

export function destroy(address: string, before: JsonObject = {}): ResourceChangeJson {
  return {
    ...change(address, ["delete"], present(address, before), null),
    action_reason: "delete_because_no_resource_config",
  };
}

export function create(address: string, values: JsonObject, unknown: JsonObject = {}): ResourceChangeJson {
  return change(address, ["create"], null, values, { arn: true, id: true, ...unknown });
}

export function forget(address: string): ResourceChangeJson {
  return change(address, ["forget"], present(address), null);
}

/** The whole pipeline, with these changes. */
export function planOf(...changes: readonly ResourceChangeJson[]): PlanJson {
  const changed = changes.map(({ address }) => address);
  const rest = Object.keys(PIPELINE).filter((address) => !changed.includes(address));
  const kept = rest.map((address) => change(address, ["no-op"], present(address), present(address)));
  return { resource_changes: [...kept, ...changes], configuration: setupConfiguration(SETUP_COMMAND) };
}

export const SETUP_COMMAND = "psql <<< \"SELECT pg_create_logical_replication_slot('debezium', 'pgoutput')\"";

export function setupConfiguration(command: string): JsonObject {
  const provisioners = [{ type: "local-exec", expressions: { command: { constant_value: command } } }];
  return { root_module: { resources: [{ address: SETUP, type: "null_resource", provisioners }] } };
}

/** The first creation of all of it: what AWS computes isn't known. */
export function firstPlan(): PlanJson {
  const resources = Object.entries(PIPELINE).map(([address, values]) => create(address, { ...values, arn: undefined }));
  return { resource_changes: resources, configuration: setupConfiguration(SETUP_COMMAND) };
}

function change(
  address: string,
  actions: readonly string[],
  before: JsonObject | null,
  after: JsonObject | null,
  unknown: JsonObject = {},
): ResourceChangeJson {
  const known = after && Object.fromEntries(Object.entries(after).filter(([name]) => unknown[name] !== true));
  const steps = address.replaceAll(/\[[^\]]*\]/g, "").split(".");
  const module = /^((?:module\.[^.]+\.)*module\.[^.]+)\./.exec(address)?.[1];
  return {
    address,
    ...(module === undefined ? {} : { module_address: module }),
    mode: "managed",
    type: steps.at(-2) ?? "",
    name: steps.at(-1) ?? "",
    change: { actions, before, after: known, after_unknown: unknown, before_sensitive: {}, after_sensitive: {} },
  };
}

export { AUTOSCALING, PROVISIONED, TLS_STATEMENT };
