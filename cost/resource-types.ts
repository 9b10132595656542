import type { Pricer } from "./costing";
import { compositeAlarms, dashboards, logGroups, metricAlarms, metricFilters } from "./services/cloudwatch";
import { msk } from "./services/msk";
import { mskConnect } from "./services/msk-connect";
import { elasticIp, flowLog, natGateway, vpcEndpoint, vpcModule } from "./services/network";
import { rds } from "./services/rds";
import { s3 } from "./services/s3";
import { configRecorders, configRules, guardDuty, kmsKeys, secrets, securityHub, trails } from "./services/security";

/** What costs, by type of resource or source of a registry's module. In the order in which the positions are told. */
export const priced: Readonly<Record<string, Pricer>> = {
  aws_db_instance: rds,
  aws_msk_cluster: msk,
  aws_mskconnect_connector: mskConnect,
  aws_s3_bucket: s3,
  aws_secretsmanager_secret: secrets,
  aws_cloudwatch_log_group: logGroups,
  aws_flow_log: flowLog,
  "terraform-aws-modules/vpc/aws": vpcModule,
  aws_nat_gateway: natGateway,
  aws_eip: elasticIp,
  aws_vpc_endpoint: vpcEndpoint,
  aws_kms_key: kmsKeys,
  aws_cloudwatch_metric_alarm: metricAlarms,
  aws_cloudwatch_composite_alarm: compositeAlarms,
  aws_cloudwatch_dashboard: dashboards,
  aws_cloudwatch_log_metric_filter: metricFilters,
  aws_cloudtrail: trails,
  aws_config_configuration_recorder: configRecorders,
  aws_config_config_rule: configRules,
  aws_guardduty_detector: guardDuty,
  aws_securityhub_account: securityHub,
};

const permission = "permissions are free";
const setting = "a setting of something that is priced itself";
const network = "networks are free: traffic, gateways and endpoints are priced themselves";
const local = "exists in Terraform only";

/** What costs nothing, and why. */
export const free: Readonly<Record<string, string>> = {
  aws_appautoscaling_policy: setting,
  aws_appautoscaling_target: setting,
  aws_budgets_budget: "budgets without actions are free",
  aws_ce_anomaly_monitor: "anomaly detection is free",
  aws_ce_anomaly_subscription: "anomaly detection is free",
  aws_ce_cost_allocation_tag: setting,
  aws_cloudwatch_event_rule: "events of AWS's own services are free",
  aws_cloudwatch_event_target: "events of AWS's own services are free",
  aws_cloudwatch_log_resource_policy: permission,
  aws_config_configuration_recorder_status: setting,
  aws_config_delivery_channel: setting,
  aws_db_parameter_group: setting,
  aws_db_subnet_group: setting,
  aws_default_security_group: network,
  aws_guardduty_detector_feature: setting,
  aws_iam_policy: permission,
  aws_iam_role: permission,
  aws_iam_role_policy: permission,
  aws_iam_role_policy_attachment: permission,
  aws_iam_service_linked_role: permission,
  aws_kms_alias: setting,
  aws_kms_key_policy: permission,
  aws_lambda_function: "a rotation a month stays far inside of what is free in each account",
  aws_lambda_permission: permission,
  aws_msk_cluster_policy: permission,
  aws_msk_configuration: setting,
  aws_msk_scram_secret_association: setting,
  aws_msk_topic: setting,
  aws_mskconnect_custom_plugin: setting,
  aws_mskconnect_worker_configuration: setting,
  aws_s3_account_public_access_block: permission,
  aws_s3_bucket_acl: permission,
  aws_s3_bucket_cors_configuration: setting,
  aws_s3_bucket_lifecycle_configuration: setting,
  aws_s3_bucket_logging: setting,
  aws_s3_bucket_notification: setting,
  aws_s3_bucket_ownership_controls: permission,
  aws_s3_bucket_policy: permission,
  aws_s3_bucket_public_access_block: permission,
  aws_s3_bucket_server_side_encryption_configuration: setting,
  aws_s3_bucket_versioning: setting,
  aws_s3_object: "part of the bucket's storage",
  aws_secretsmanager_secret_policy: permission,
  aws_secretsmanager_secret_rotation: setting,
  aws_secretsmanager_secret_version: setting,
  aws_security_group: network,
  aws_security_group_rule: network,
  aws_securityhub_standards_subscription: setting,
  aws_sns_topic: "1,000 mails a month are free in each account",
  aws_sns_topic_policy: permission,
  aws_sns_topic_subscription: "1,000 mails a month are free in each account",
  aws_vpc_endpoint_route_table_association: network,
  aws_vpc_security_group_egress_rule: network,
  aws_vpc_security_group_ingress_rule: network,
  null_resource: local,
  random_id: local,
  random_password: local,
  random_string: local,
  terraform_data: local,
};
