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
    clientBroker: "TLS",
    enhancedMonitoring: null,
    encryptionAtRestKmsKeyArn: null,
    configurationName: "cdc-config",
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
