import { MskCluster as AwsMskCluster } from "@cdktf/provider-aws/lib/msk-cluster";
import { MskConfiguration } from "@cdktf/provider-aws/lib/msk-configuration";
import { TerraformOutput } from "cdktf";
import { RootModule } from "../../lib";
import { MskCluster, MskClusterProps } from "../../modules/msk-cluster";
import { moduleJson } from "../../testing";
import { newRoot } from "../lib/roots";

function cluster(props: Partial<MskClusterProps> = {}): RootModule {
  const root = newRoot();
  const msk = new MskCluster(root, "msk_cluster", {
    clusterName: "cdc-cluster",
    kafkaVersion: "4.1.x.kraft",
    instanceType: "kafka.m7g.large",
    numberOfBrokerNodes: 3,
    volumeSize: 100,
    storageAutoscaling: null,
    clientBroker: "TLS",
    clientAuthentication: "none",
    brokerLogRetentionInDays: null,
    logKeyArn: null,
    preventDestroy: false,
    enhancedMonitoring: null,
    encryptionAtRestKmsKeyArn: null,
    configurationName: "cdc-config",
    isConfigurationReplaceable: false,
    serverProperties: { "num.partitions": "3", "auto.create.topics.enable": "false" },
    clientSubnets: ["subnet-a"],
    securityGroups: ["sg-1"],
    ...props,
  });
  new TerraformOutput(root, "brokers", { value: `${msk.arn} ${msk.bootstrapBrokers} ${msk.bootstrapBrokersTls}` });
  return root;
}

test("the cluster has what was asked for", () => {
  expect(moduleJson(cluster(), "msk_cluster")).toHaveResourceWithProperties(AwsMskCluster, {
    cluster_name: "cdc-cluster",
    kafka_version: "4.1.x.kraft",
    number_of_broker_nodes: 3,
    broker_node_group_info: {
      instance_type: "kafka.m7g.large",
      client_subnets: ["subnet-a"],
      security_groups: ["sg-1"],
      storage_info: { ebs_storage_info: { volume_size: 100 } },
    },
    configuration_info: {
      arn: "${aws_msk_configuration.cdc_config.arn}",
      revision: "${aws_msk_configuration.cdc_config.latest_revision}",
    },
  });
});

test.each(["TLS", "TLS_PLAINTEXT", "PLAINTEXT"] as const)("clients talk %s to it", (clientBroker) => {
  expect(moduleJson(cluster({ clientBroker }), "msk_cluster")).toHaveResourceWithProperties(AwsMskCluster, {
    encryption_info: { encryption_in_transit: { client_broker: clientBroker } },
  });
});

test("the brokers' storage has a key of one's own only where one was given", () => {
  const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd";
  expect(moduleJson(cluster({ encryptionAtRestKmsKeyArn: key }), "msk_cluster")).toHaveResourceWithProperties(
    AwsMskCluster,
    { encryption_info: { encryption_at_rest_kms_key_arn: key, encryption_in_transit: { client_broker: "TLS" } } },
  );
  expect(moduleJson(cluster(), "msk_cluster")).not.toContain("kms");
});

test("its configuration is for its version of Kafka, one property a line in the given order", () => {
  const root = cluster({ kafkaVersion: "3.9.x.kraft" });
  expect(moduleJson(root, "msk_cluster")).toHaveResourceWithProperties(MskConfiguration, {
    name: "cdc-config",
    kafka_versions: ["3.9.x.kraft"],
    server_properties: "num.partitions=3\nauto.create.topics.enable=false\n",
  });
});

test.each(["arn", "bootstrap_brokers", "bootstrap_brokers_tls"])("it gives its %s", (attribute) => {
  expect(cluster()).toHaveTerraformOutput(`module.msk_cluster.cluster_${attribute}`, {
    value: `\${aws_msk_cluster.cluster.${attribute}}`,
  });
});

test("clients authenticate with IAM, and nobody else is let in, only where that was asked for", () => {
  expect(moduleJson(cluster({ clientAuthentication: "iam" }), "msk_cluster")).toHaveResourceWithProperties(
    AwsMskCluster,
    {
      client_authentication: { sasl: { iam: true }, unauthenticated: false },
    },
  );
  expect(moduleJson(cluster(), "msk_cluster")).not.toContain("client_authentication");
});

test("fails if Terraform would shrink a volume that grew by itself, which MSK refuses", () => {
  const storageAutoscaling = { maxVolumeSize: 1000, targetUtilization: 60 };
  const root = cluster({ storageAutoscaling, preventDestroy: true });
  expect(root).toHaveTerraformResource("module.msk_cluster.aws_msk_cluster.cluster", {
    lifecycle: {
      prevent_destroy: true,
      ignore_changes: ["broker_node_group_info[0].storage_info[0].ebs_storage_info[0].volume_size"],
    },
  });
  expect(root).toHaveTerraformResource("module.msk_cluster.aws_appautoscaling_policy.storage_policy", {
    target_tracking_scaling_policy_configuration: expect.objectContaining({
      target_value: 60,
      disable_scale_in: true,
    }) as object,
  });
});

test("the brokers' log goes to a group with an end and a key", () => {
  const root = cluster({ brokerLogRetentionInDays: 365, logKeyArn: "arn:key" });
  expect(root).toHaveTerraformResource("module.msk_cluster.aws_cloudwatch_log_group.logs", {
    name: "/aws/msk/cdc-cluster",
    retention_in_days: 365,
    kms_key_id: "arn:key",
  });
});
