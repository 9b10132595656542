import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { MskCluster } from "@cdktf/provider-aws/lib/msk-cluster";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Testing } from "cdktf";
import { checkedSettings, profiles } from "../../profiles/load";
import { CdcPipelineStack } from "../../stacks/cdc-pipeline-stack";
import { moduleJson } from "../../testing";
import { TFVARS } from "../support/project";

jest.setTimeout(60_000);

function pipeline(profile: keyof typeof profiles, overrides: object = {}): CdcPipelineStack {
  const { settings } = checkedSettings(profile, profiles[profile], overrides);
  return new CdcPipelineStack(Testing.app(), "cdc", { settings, archives: { debezium: null, s3Sink: null } });
}

describe.each(["existing", "standard"] as const)("the stack of the profile %s", (profile) => {
  it("fails if cdktf's own matchers for real Terraform don't pass on Testing.fullSynth", () => {
    const folder = Testing.fullSynth(pipeline(profile));
    expect(folder).toBeValidTerraform();
    copyFileSync(TFVARS, join(folder, "stacks", "cdc", "terraform.tfvars"));
    expect(folder).toPlanSuccessfully();
  });

  it("fails if a resource inside a module can't be tested like one in the root", () => {
    const stack = pipeline(profile);
    expect(stack).toHaveTerraformResource("module.msk_cluster.aws_msk_cluster.cluster", { number_of_broker_nodes: 3 });
    expect(stack).toHaveTerraformResource("aws_security_group.msk_sg", { name: "msk-sg" });
    expect(moduleJson(stack, "source_db")).toHaveResourceWithProperties(DbInstance, { db_name: "cdcsourcedb" });
    expect(moduleJson(stack, "msk_cluster")).toHaveResourceWithProperties(MskCluster, { cluster_name: "cdc-cluster" });
    expect(moduleJson(stack, "destination_bucket")).toHaveResource(S3BucketVersioningA);
    expect(Testing.synth(stack)).toHaveProvider(AwsProvider);
  });
});

describe("settings of the stack", () => {
  it("fails if the publication isn't left to Debezium where no psql can run", () => {
    const stack = pipeline("standard", {
      publication: { createdBy: "debezium" },
      source: { publicationAutocreateMode: "all_tables" },
    });
    expect(stack).not.toHaveAddress("null_resource.setup_postgres_cdc");
    expect(stack).toHaveTerraformResource("module.debezium_postgres_connector.aws_mskconnect_connector.this", {
      connector_configuration: expect.objectContaining({ "publication.autocreate.mode": "all_tables" }) as object,
    });
  });

  it("fails if a database that isn't open to all doesn't let the connectors in", () => {
    const stack = pipeline("standard", { network: { databaseIngressCidrBlocks: ["198.51.100.0/24"] } });
    expect(stack).toHaveTerraformResource("aws_security_group.rds_sg", {
      ingress: [
        expect.objectContaining({ cidr_blocks: ["198.51.100.0/24"] }),
        expect.objectContaining({ security_groups: ["${aws_security_group.msk_sg.id}"] }),
      ],
    });
  });

  it("fails if private subnets aren't where database, brokers and connectors go, and who may reach the brokers", () => {
    const stack = pipeline("standard", { network: { subnets: "private", flowLogs: true } });
    for (const module of ["source_db", "msk_cluster", "debezium_postgres_connector", "s3_sink_connector"]) {
      expect(stack).toHaveModuleCall(module, { vpc_private_subnets: "${module.vpc.private_subnets}" });
    }
    expect(stack).toHaveTerraformResource("aws_security_group.msk_sg", {
      ingress: [expect.objectContaining({ cidr_blocks: "${var.private_subnets}" })],
    });
    const folder = Testing.fullSynth(stack);
    copyFileSync(TFVARS, join(folder, "stacks", "cdc", "terraform.tfvars"));
    expect(folder).toPlanSuccessfully();
  });

  it("fails if Terraform would resolve what Kafka Connect's config provider has to", () => {
    const configProviders = [{ name: "secretsmanager", class: "com.example.SecretsManagerConfigProvider" }];
    const stack = pipeline("standard", {
      sourceConnector: { worker: { configProviders } },
      source: { extra: { "database.initial.statements": "${secretsmanager:rds:statement}" } },
    });
    expect(stack).toHaveTerraformResource("module.debezium_postgres_connector.aws_mskconnect_connector.this", {
      connector_configuration: expect.objectContaining({
        "database.initial.statements": "$${secretsmanager:rds:statement}",
        "database.hostname": "${var.source_db_address}",
      }) as object,
    });
    const folder = Testing.fullSynth(stack);
    expect(folder).toBeValidTerraform();
  });

  it("fails if brokers without encryption are reached by their TLS addresses", () => {
    const stack = pipeline("standard", { cluster: { clientBroker: "PLAINTEXT" } });
    expect(stack).toHaveTerraformResource("module.s3_sink_connector.aws_mskconnect_connector.this", {
      kafka_cluster_encryption_in_transit: { encryption_type: "PLAINTEXT" },
    });
    expect(stack).toHaveModuleCall("s3_sink_connector", {
      msk_cluster_bootstrap_brokers: "${module.msk_cluster.cluster_bootstrap_brokers}",
    });
  });

  it("fails if the archives' hashes aren't in the plan once they are recorded", () => {
    const { settings } = checkedSettings("standard", profiles.standard);
    const archives = { debezium: "a".repeat(64), s3Sink: null };
    const stack = new CdcPipelineStack(Testing.app(), "cdc", { settings, archives });
    expect(stack).toHaveTerraformResource("module.plugins_bucket.aws_s3_object.object", {
      source_hash: `\${element(["${"a".repeat(64)}", ""], count.index)}`,
    });
  });
});
