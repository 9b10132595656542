import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { MskconnectConnector } from "@cdktf/provider-aws/lib/mskconnect-connector";
import { MskconnectWorkerConfiguration } from "@cdktf/provider-aws/lib/mskconnect-worker-configuration";
import { Resource } from "@cdktf/provider-null/lib/resource";
import { TerraformVariable } from "cdktf";
import { RootModule } from "../../lib";
import { MskConnector, MskConnectorProps } from "../../modules/msk-connector";
import { moduleJson, synthesized } from "../../testing";
import { callArguments, newRoot } from "../lib/roots";

const CONNECTOR = "module.source.aws_mskconnect_connector.this";

function connector(props: Partial<MskConnectorProps> = {}, root = newRoot()): RootModule {
  new MskConnector(root, "source", {
    connectorName: "debezium",
    kafkaConnectVersion: "3.7.x",
    connectorConfiguration: { "connector.class": "io.debezium.X", "tasks.max": "1" },
    capacity: { mode: "provisioned", mcuCount: 2, workerCount: 1 },
    bootstrapServers: "broker:9094",
    subnets: ["subnet-a"],
    securityGroups: ["sg-1"],
    encryptionType: "TLS",
    authenticationType: "NONE",
    logKeyArn: null,
    plugin: { arn: "arn:plugin", revision: 3 },
    serviceExecutionRoleArn: "arn:role",
    logRetentionInDays: null,
    workerProperties: null,
    dependsOn: [],
    ...props,
  });
  return root;
}

/** The name of the worker configuration for these properties. */
function workerName(workerProperties: string, connectorName = "debezium"): string {
  const { resource } = synthesized(connector({ workerProperties, connectorName })).modules.get("module.source") as {
    resource: { aws_mskconnect_worker_configuration: { worker_configuration: { name: string } } };
  };
  return resource.aws_mskconnect_worker_configuration.worker_configuration.name;
}

test("the connector has what was asked for", () => {
  expect(moduleJson(connector(), "source")).toHaveResourceWithProperties(MskconnectConnector, {
    name: "debezium",
    kafkaconnect_version: "3.7.x",
    connector_configuration: { "connector.class": "io.debezium.X", "tasks.max": "1" },
    kafka_cluster: {
      apache_kafka_cluster: {
        bootstrap_servers: "broker:9094",
        vpc: { subnets: ["subnet-a"], security_groups: ["sg-1"] },
      },
    },
    kafka_cluster_client_authentication: { authentication_type: "NONE" },
    plugin: [{ custom_plugin: { arn: "arn:plugin", revision: 3 } }],
    service_execution_role_arn: "arn:role",
  });
});

test.each(["TLS", "PLAINTEXT"] as const)("it talks %s to the brokers", (encryptionType) => {
  expect(connector({ encryptionType })).toHaveTerraformResource(CONNECTOR, {
    kafka_cluster_encryption_in_transit: { encryption_type: encryptionType },
  });
});

describe("capacity", () => {
  test("follows the load", () => {
    const root = connector({
      capacity: {
        mode: "autoscaling",
        mcuCount: 1,
        minWorkerCount: 1,
        maxWorkerCount: 4,
        scaleInCpuUtilization: 20,
        scaleOutCpuUtilization: 80,
      },
    });
    expect(root).toHaveTerraformResource(CONNECTOR, {
      capacity: {
        autoscaling: {
          mcu_count: 1,
          min_worker_count: 1,
          max_worker_count: 4,
          scale_in_policy: { cpu_utilization_percentage: 20 },
          scale_out_policy: { cpu_utilization_percentage: 80 },
        },
      },
    });
  });

  test("is fixed", () => {
    expect(connector()).toHaveTerraformResource(CONNECTOR, {
      capacity: { provisioned_capacity: { mcu_count: 2, worker_count: 1 } },
    });
  });
});

describe("the log", () => {
  test("goes to a group of the connector's own", () => {
    const root = connector({ logRetentionInDays: 30 });
    expect(moduleJson(root, "source")).toHaveResourceWithProperties(CloudwatchLogGroup, {
      name: "/aws/mskconnect/debezium",
      retention_in_days: 30,
    });
    expect(root).toHaveTerraformResource(CONNECTOR, {
      log_delivery: {
        worker_log_delivery: { cloudwatch_logs: { enabled: true, log_group: "${aws_cloudwatch_log_group.logs.name}" } },
      },
    });
  });

  test("fails if it is delivered without being asked for", () => {
    expect(moduleJson(connector(), "source")).not.toHaveResource(CloudwatchLogGroup);
    expect(connector()).toHaveTerraformResource(CONNECTOR, { log_delivery: undefined });
  });
});

describe("the worker configuration", () => {
  test("is created before the one that it replaces goes, and the connector uses it", () => {
    const root = connector({ workerProperties: "a=1\n" });
    expect(moduleJson(root, "source")).toHaveResourceWithProperties(MskconnectWorkerConfiguration, {
      name: expect.stringMatching(/^debezium-[0-9a-f]{8}$/) as string,
      properties_file_content: "a=1\n",
      lifecycle: { create_before_destroy: true },
    });
    expect(root).toHaveTerraformResource(CONNECTOR, {
      worker_configuration: {
        arn: "${aws_mskconnect_worker_configuration.worker_configuration.arn}",
        revision: "${aws_mskconnect_worker_configuration.worker_configuration.latest_revision}",
      },
    });
  });

  test("fails if its name doesn't change with its content, or changes without", () => {
    expect(workerName("a=1\n")).toBe(workerName("a=1\n"));
    expect(workerName("a=1\n")).not.toBe(workerName("a=2\n"));
    expect(workerName("a=1\n", "sink")).toBe(workerName("a=1\n").replace("debezium", "sink"));
  });

  test("fails if its name changes with the number that cdktf gives to a value of Terraform's", () => {
    const region = (root = newRoot()): string => new TerraformVariable(root, "region", { type: "string" }).stringValue;
    const [one, other] = [region(), region()];
    expect(one).not.toBe(other);
    expect(workerName(`region=${one}\n`)).toBe(workerName(`region=${other}\n`));
  });

  test("fails if it is there without being asked for", () => {
    expect(moduleJson(connector(), "source")).not.toHaveResource(MskconnectWorkerConfiguration);
    expect(connector()).toHaveTerraformResource(CONNECTOR, { worker_configuration: undefined });
  });
});

test("what it depends on stands at the module block", () => {
  const root = newRoot();
  connector({ dependsOn: [new Resource(root, "setup")] }, root);
  expect(callArguments(root, "source")).toEqual({ depends_on: ["null_resource.setup"] });
  expect(callArguments(connector(), "source")).toEqual({});
});
