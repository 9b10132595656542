import type { Value, ValueMap } from "./values";

/** The account all stand-in resources live in. */
export const ACCOUNT_ID = "123456789012";

/** The resource a recipe computes a value of. */
export interface Computed {
  readonly region: string;
  /** The resource before the change; null when it is created. */
  readonly prior: ValueMap | null;
  /** Hex digits that are the same for the same configuration, and differ between configurations. */
  hash(length?: number): string;
  /** As many pseudo-random bytes as the named attribute says. */
  bytes(attribute: string): Buffer;
  /** An attribute as text, computed if need be; empty if not given. */
  text(attribute: string): string;
  /** A value inside of blocks, each of which can be given once. */
  at(...path: string[]): Value;
  /** The broker addresses of a Kafka cluster, or nothing if the listener is off. */
  brokers(port: number, on: boolean): string;
}

/** A template, a number, or a function of the resource. */
export type Recipe = string | number | ((resource: Computed) => Value);

const vpcResource = (prefix: string, arnName: string): Record<string, Recipe> => ({
  id: `${prefix}-{hash}`,
  arn: `arn:aws:ec2:{region}:{account}:${arnName}/{id}`,
  owner_id: ACCOUNT_ID,
});
const kafkaConnect = (arnName: string): Record<string, Recipe> => ({
  arn: `arn:aws:kafkaconnect:{region}:{account}:${arnName}/{name}/{uuid}-2`,
  id: "{arn}",
  latest_revision: 1,
  state: "ACTIVE",
  version: "K{HASH}",
});
const byBucket: Record<string, Recipe> = { id: "{bucket}" };
const iamArn =
  (kind: string): Recipe =>
  (iam) =>
    `arn:aws:iam::${ACCOUNT_ID}:${kind}${iam.text("path") || "/"}${iam.text("name")}`;
const clientBroker = (cluster: Computed): Value =>
  cluster.at("encryption_info", "encryption_in_transit", "client_broker") ?? "TLS";
const password = (random: Computed): string =>
  random
    .bytes("length")
    .toString("hex")
    .slice(0, Number(random.text("length")));

/**
 * How computed values look on AWS, per type and attribute. `{name}` stands for an attribute of the resource,
 * `{hash}` for seventeen hex digits that differ from resource to resource. What isn't listed is empty.
 */
export const RECIPES: Readonly<Record<string, Readonly<Record<string, Recipe>>>> = {
  aws_budgets_budget: { id: "{account}:{name}", arn: "arn:aws:budgets::{account}:budget/{name}" },
  aws_ce_anomaly_monitor: { arn: "arn:aws:ce::{account}:anomalymonitor/{uuid}", id: "{arn}" },
  aws_ce_anomaly_subscription: { arn: "arn:aws:ce::{account}:anomalysubscription/{uuid}", id: "{arn}" },
  aws_cloudwatch_composite_alarm: {
    id: "{alarm_name}",
    arn: "arn:aws:cloudwatch:{region}:{account}:alarm:{alarm_name}",
  },
  aws_cloudwatch_dashboard: {
    id: "{dashboard_name}",
    dashboard_arn: "arn:aws:cloudwatch::{account}:dashboard/{dashboard_name}",
  },
  aws_cloudwatch_log_group: { id: "{name}", arn: "arn:aws:logs:{region}:{account}:log-group:{name}" },
  aws_cloudwatch_log_metric_filter: { id: "{name}" },
  aws_cloudwatch_metric_alarm: { id: "{alarm_name}", arn: "arn:aws:cloudwatch:{region}:{account}:alarm:{alarm_name}" },
  aws_db_instance: {
    id: "db-{HASH}",
    resource_id: "{id}",
    identifier: "terraform-{hash}",
    arn: "arn:aws:rds:{region}:{account}:db:{identifier}",
    address: "{identifier}.c0ffee.{region}.rds.amazonaws.com",
    endpoint: "{address}:{port}",
    port: (db) => (/mysql|mariadb/.test(db.text("engine")) ? 3306 : 5432),
    engine_version_actual: "{engine_version}",
    hosted_zone_id: "Z2R2ITUGPM61AM",
    status: "available",
    storage_type: "gp2",
  },
  aws_db_parameter_group: { id: "{name}", arn: "arn:aws:rds:{region}:{account}:pg:{name}" },
  aws_db_subnet_group: { id: "{name}", arn: "arn:aws:rds:{region}:{account}:subgrp:{name}" },
  aws_default_network_acl: { ...vpcResource("acl", "network-acl"), id: "{default_network_acl_id}" },
  aws_default_route_table: { ...vpcResource("rtb", "route-table"), id: "{default_route_table_id}" },
  aws_default_security_group: { ...vpcResource("sg", "security-group"), name: "default" },
  aws_eip: {
    ...vpcResource("eipalloc", "elastic-ip"),
    allocation_id: "{id}",
    public_ip: (eip) => `203.0.113.${parseInt(eip.hash(2), 16)}`,
  },
  aws_flow_log: vpcResource("fl", "vpc-flow-log"),
  aws_iam_policy: { arn: iamArn("policy"), id: "{arn}", policy_id: "ANPA{HASH}" },
  aws_iam_role: { id: "{name}", arn: iamArn("role"), unique_id: "AROA{HASH}" },
  aws_iam_role_policy: { id: "{role}:{name}" },
  aws_iam_role_policy_attachment: { id: "{role}-{hash}" },
  aws_internet_gateway: vpcResource("igw", "internet-gateway"),
  aws_kms_alias: { id: "{name}", arn: "arn:aws:kms:{region}:{account}:{name}", target_key_arn: "{target_key_id}" },
  aws_kms_key: { key_id: "{uuid}", id: "{key_id}", arn: "arn:aws:kms:{region}:{account}:key/{key_id}" },
  aws_msk_cluster: {
    arn: "arn:aws:kafka:{region}:{account}:cluster/{cluster_name}/{uuid}-2",
    id: "{arn}",
    cluster_uuid: "{uuid}-2",
    bootstrap_brokers: (cluster) => cluster.brokers(9092, clientBroker(cluster) !== "TLS"),
    bootstrap_brokers_tls: (cluster) =>
      cluster.brokers(
        9094,
        clientBroker(cluster) !== "PLAINTEXT" && cluster.at("client_authentication", "unauthenticated") !== false,
      ),
    bootstrap_brokers_sasl_scram: (cluster) =>
      cluster.brokers(9096, cluster.at("client_authentication", "sasl", "scram") === true),
    bootstrap_brokers_sasl_iam: (cluster) =>
      cluster.brokers(9098, cluster.at("client_authentication", "sasl", "iam") === true),
    current_version: "K{HASH}",
    storage_mode: "LOCAL",
  },
  aws_msk_configuration: {
    arn: "arn:aws:kafka:{region}:{account}:configuration/{name}/{uuid}-2",
    id: "{arn}",
    latest_revision: (configuration) => Number(configuration.prior?.latest_revision ?? 0) + 1,
  },
  aws_mskconnect_connector: kafkaConnect("connector"),
  aws_mskconnect_custom_plugin: kafkaConnect("custom-plugin"),
  aws_mskconnect_worker_configuration: kafkaConnect("worker-configuration"),
  aws_nat_gateway: vpcResource("nat", "natgateway"),
  aws_network_acl: vpcResource("acl", "network-acl"),
  aws_route: { id: "r-{route_table_id}{hash}", state: "active", origin: "CreateRoute" },
  aws_route_table: vpcResource("rtb", "route-table"),
  aws_route_table_association: vpcResource("rtbassoc", "route-table-association"),
  aws_s3_bucket: {
    id: "{bucket}",
    arn: "arn:aws:s3:::{bucket}",
    bucket_domain_name: "{bucket}.s3.amazonaws.com",
    bucket_region: "{region}",
    bucket_regional_domain_name: "{bucket}.s3.{region}.amazonaws.com",
    hosted_zone_id: "Z3AQBSTGFJSTF",
  },
  aws_s3_bucket_cors_configuration: byBucket,
  aws_s3_bucket_lifecycle_configuration: byBucket,
  aws_s3_bucket_logging: byBucket,
  aws_s3_bucket_notification: byBucket,
  aws_s3_bucket_ownership_controls: byBucket,
  aws_s3_bucket_policy: byBucket,
  aws_s3_bucket_public_access_block: byBucket,
  aws_s3_bucket_server_side_encryption_configuration: byBucket,
  aws_s3_bucket_versioning: byBucket,
  aws_s3_object: { id: "{bucket}/{key}", arn: "arn:aws:s3:::{bucket}/{key}", etag: "{uuid}", version_id: "{hash}" },
  aws_secretsmanager_secret: { arn: "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{hash6}", id: "{arn}" },
  aws_secretsmanager_secret_version: { arn: "{secret_id}", version_id: "{uuid}", id: "{secret_id}|{version_id}" },
  aws_security_group: vpcResource("sg", "security-group"),
  aws_security_group_rule: vpcResource("sgrule", "security-group-rule"),
  aws_sns_topic: { arn: "arn:aws:sns:{region}:{account}:{name}", id: "{arn}", owner: ACCOUNT_ID },
  aws_sns_topic_subscription: { arn: "{topic_arn}:{uuid}", id: "{arn}", owner_id: ACCOUNT_ID },
  aws_subnet: vpcResource("subnet", "subnet"),
  aws_vpc: {
    ...vpcResource("vpc", "vpc"),
    default_network_acl_id: "acl-{hash}",
    default_route_table_id: "rtb-{hash}",
    default_security_group_id: "sg-{hash}",
    dhcp_options_id: "dopt-{hash}",
    main_route_table_id: "{default_route_table_id}",
  },
  aws_vpc_endpoint: { ...vpcResource("vpce", "vpc-endpoint"), state: "available", prefix_list_id: "pl-{hash}" },
  aws_vpc_ipv4_cidr_block_association: vpcResource("vpc-cidr-assoc", "vpc-cidr-association"),
  aws_vpc_security_group_egress_rule: vpcResource("sgr", "security-group-rule"),
  aws_vpc_security_group_ingress_rule: vpcResource("sgr", "security-group-rule"),
  null_resource: { id: (nothing) => String(parseInt(nothing.hash(12), 16)) },
  random_id: {
    hex: (random) => random.text("prefix") + random.bytes("byte_length").toString("hex"),
    dec: (random) => random.text("prefix") + BigInt(`0x${random.bytes("byte_length").toString("hex")}`).toString(),
    b64_std: (random) => random.text("prefix") + random.bytes("byte_length").toString("base64"),
    b64_url: (random) => random.text("prefix") + random.bytes("byte_length").toString("base64url"),
    id: (random) => random.bytes("byte_length").toString("base64url"),
  },
  random_password: { id: "none", result: password },
  random_string: { id: "{result}", result: password },
};
