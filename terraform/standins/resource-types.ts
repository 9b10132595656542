/** What the stand-ins know about a resource type beyond its schema. */
export interface ResourceType {
  /** Attributes and blocks whose change replaces the resource; a dot leads into a block. `"*"` means all but `inPlace`. */
  readonly replace: readonly string[] | "*";
  /** With `replace: "*"`, what can still be changed in place. Tags and timeouts always can. */
  readonly inPlace?: readonly string[];
  /** Computed attributes that become unknown again when one of the listed attributes changes. */
  readonly recompute?: Readonly<Record<string, readonly string[]>>;
  /** The attribute that an import id stands for, where it isn't only `id`. */
  readonly importAs?: string;
}

const replaces = (...replace: string[]): ResourceType => ({ replace });
const bucketSetting: ResourceType = { replace: ["bucket"], importAs: "bucket" };

/**
 * The types that are served without being asked for, and what replaces them: measured with the AWS provider
 * (`terraform plan`, one attribute at a time) or read in its source, not guessed.
 */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  aws_appautoscaling_policy: replaces("name", "resource_id", "scalable_dimension", "service_namespace"),
  aws_appautoscaling_target: replaces("resource_id", "scalable_dimension", "service_namespace"),
  aws_budgets_budget: replaces("name", "name_prefix", "account_id"),
  aws_ce_anomaly_monitor: replaces("monitor_dimension", "monitor_specification", "monitor_type"),
  aws_ce_anomaly_subscription: replaces("name"),
  aws_cloudtrail: replaces("name"),
  aws_cloudwatch_composite_alarm: replaces("alarm_name"),
  aws_cloudwatch_dashboard: replaces("dashboard_name"),
  aws_cloudwatch_log_group: { replace: ["name", "name_prefix", "log_group_class"], importAs: "name" },
  aws_cloudwatch_log_metric_filter: replaces("name", "log_group_name"),
  aws_cloudwatch_metric_alarm: { replace: ["alarm_name"], importAs: "alarm_name" },
  aws_config_config_rule: replaces("name"),
  aws_config_configuration_recorder: replaces("name"),
  aws_config_configuration_recorder_status: replaces("name"),
  aws_config_delivery_channel: replaces("name"),
  aws_db_instance: {
    replace: ["db_name", "username", "availability_zone", "storage_encrypted", "kms_key_id", "snapshot_identifier"],
    importAs: "identifier",
  },
  aws_db_parameter_group: { replace: ["name", "name_prefix", "family", "description"], importAs: "name" },
  aws_db_subnet_group: { replace: ["name", "name_prefix"], importAs: "name" },
  aws_default_network_acl: replaces("default_network_acl_id"),
  aws_default_route_table: replaces("default_route_table_id"),
  aws_default_security_group: replaces("vpc_id"),
  aws_eip: replaces("domain", "network_border_group", "public_ipv4_pool"),
  aws_flow_log: { replace: "*" },
  aws_guardduty_detector: replaces(),
  aws_iam_instance_profile: replaces("name", "name_prefix", "path"),
  aws_iam_policy: replaces("name", "name_prefix", "path", "description"),
  aws_iam_role: { replace: ["name", "name_prefix", "path"], importAs: "name" },
  aws_iam_role_policy: replaces("name", "name_prefix", "role"),
  aws_iam_role_policy_attachment: replaces("role", "policy_arn"),
  aws_iam_service_linked_role: replaces("aws_service_name", "custom_suffix"),
  aws_instance: replaces("ami", "key_name", "subnet_id", "security_groups", "associate_public_ip_address"),
  aws_internet_gateway: replaces(),
  aws_kms_alias: replaces("name", "name_prefix"),
  aws_kms_key: replaces("customer_master_key_spec", "key_usage", "multi_region", "custom_key_store_id"),
  aws_msk_cluster: replaces(
    "cluster_name",
    "broker_node_group_info.client_subnets",
    "broker_node_group_info.security_groups",
    "broker_node_group_info.az_distribution",
    "encryption_info.encryption_at_rest_kms_key_arn",
    "encryption_info.encryption_in_transit.in_cluster",
  ),
  aws_msk_cluster_policy: replaces("cluster_arn"),
  aws_msk_configuration: {
    replace: ["name", "kafka_versions"],
    recompute: { latest_revision: ["description", "server_properties"] },
  },
  aws_msk_scram_secret_association: replaces("cluster_arn"),
  aws_mskconnect_connector: { replace: "*", inPlace: ["connector_configuration", "capacity"] },
  aws_mskconnect_custom_plugin: { replace: "*" },
  aws_mskconnect_worker_configuration: { replace: "*" },
  aws_nat_gateway: replaces("allocation_id", "connectivity_type", "private_ip", "subnet_id", "vpc_id"),
  aws_network_acl: replaces("vpc_id"),
  aws_route: replaces("route_table_id", "destination_cidr_block", "destination_ipv6_cidr_block"),
  aws_route_table: replaces("vpc_id"),
  aws_route_table_association: replaces("subnet_id", "gateway_id"),
  aws_s3_bucket: { replace: ["bucket", "bucket_prefix", "object_lock_enabled"], importAs: "bucket" },
  aws_s3_bucket_cors_configuration: bucketSetting,
  aws_s3_bucket_lifecycle_configuration: bucketSetting,
  aws_s3_bucket_logging: bucketSetting,
  aws_s3_bucket_notification: bucketSetting,
  aws_s3_bucket_ownership_controls: bucketSetting,
  aws_s3_bucket_policy: bucketSetting,
  aws_s3_bucket_public_access_block: bucketSetting,
  aws_s3_bucket_server_side_encryption_configuration: bucketSetting,
  aws_s3_bucket_versioning: bucketSetting,
  aws_s3_object: {
    replace: ["bucket", "key"],
    recompute: { version_id: ["content", "content_base64", "etag", "source", "source_hash"] },
  },
  aws_secretsmanager_secret: replaces("name", "name_prefix"),
  aws_secretsmanager_secret_version: replaces(
    "secret_id",
    "secret_string",
    "secret_binary",
    "secret_string_wo_version",
  ),
  aws_security_group: replaces("name", "name_prefix", "description", "vpc_id"),
  aws_security_group_rule: { replace: "*", inPlace: ["description"] },
  aws_securityhub_account: replaces(),
  aws_securityhub_standards_subscription: replaces("standards_arn"),
  aws_sns_topic: replaces("name", "name_prefix", "fifo_topic"),
  aws_sns_topic_policy: replaces("arn"),
  aws_sns_topic_subscription: replaces("topic_arn", "protocol", "endpoint"),
  aws_subnet: replaces("cidr_block", "availability_zone", "availability_zone_id", "vpc_id", "ipv6_native"),
  aws_vpc: replaces("cidr_block", "instance_tenancy", "ipv4_ipam_pool_id"),
  aws_vpc_endpoint: replaces("vpc_id", "service_name", "vpc_endpoint_type", "service_region"),
  aws_vpc_ipv4_cidr_block_association: replaces("vpc_id", "cidr_block"),
  aws_vpc_security_group_egress_rule: replaces("security_group_id"),
  aws_vpc_security_group_ingress_rule: replaces("security_group_id"),
  null_resource: replaces("triggers"),
  random_id: { replace: "*" },
  random_password: { replace: "*" },
  random_string: { replace: "*" },
};

/** The data sources that are served without being asked for. */
export const DATA_SOURCE_TYPES: readonly string[] = [
  "aws_availability_zones",
  "aws_caller_identity",
  "aws_iam_policy_document",
  "aws_partition",
  "aws_region",
  "vault_generic_secret",
];

/** The ephemeral resources that are served: those that read what the data source of the same name reads. */
export const EPHEMERAL_TYPES: readonly string[] = ["vault_generic_secret"];

/** Attributes that the real providers mark sensitive; the bindings don't say. */
export const SENSITIVE: Readonly<Record<string, readonly string[]>> = {
  aws_db_instance: ["password"],
  aws_secretsmanager_secret_version: ["secret_binary", "secret_string"],
  "data.vault_generic_secret": ["data", "data_json"],
  "data.vault_kv_secret_v2": ["data", "data_json"],
  random_password: ["bcrypt_hash", "result"],
};

/** String attributes in which JSON of the same meaning is no change. */
export const JSON_ATTRIBUTE = /policy$|^monitor_specification$|^dashboard_body$|^container_definitions$/;
