import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { TerraformOutput } from "cdktf";
import { RootModule } from "../../lib";
import { Postgres, PostgresProps } from "../../modules/postgres";
import { moduleJson } from "../../testing";
import { newRoot } from "../lib/roots";

const DB = "module.source_db.aws_db_instance.db";

function postgres(props: Partial<PostgresProps> = {}): RootModule {
  const root = newRoot();
  const db = new Postgres(root, "source_db", {
    identifier: null,
    databaseName: "cdc",
    username: "dbadmin",
    password: "${var.password}",
    passwordVersion: null,
    engineVersion: "17",
    instanceClass: "db.t4g.micro",
    allocatedStorage: 20,
    maxAllocatedStorage: 100,
    storageType: null,
    storageEncrypted: null,
    kmsKeyId: null,
    performanceInsightsKmsKeyId: null,
    logKeyArn: null,
    multiAz: false,
    publiclyAccessible: false,
    backupRetentionPeriod: 7,
    backupWindow: "03:00-06:00",
    maintenanceWindow: "Mon:00:00-Mon:03:00",
    performanceInsightsRetentionPeriod: 7,
    monitoringInterval: 0,
    logExports: [],
    logRetentionInDays: 30,
    caCertIdentifier: null,
    iamDatabaseAuthentication: false,
    autoMinorVersionUpgrade: null,
    copyTagsToSnapshot: false,
    snapshotIdentifier: null,
    deletionProtection: true,
    preventDestroy: false,
    finalSnapshotIdentifier: "cdc-final",
    subnetGroupName: "cdc-subnets",
    subnetIds: ["subnet-a", "subnet-b"],
    parameterGroupName: "cdc-params",
    parameters: {},
    vpcSecurityGroupIds: ["sg-1"],
    ...props,
  });
  new TerraformOutput(root, "where", { value: `${db.endpoint} ${db.address}` });
  return root;
}

test("storage is encrypted with the key that was given", () => {
  const kmsKeyId = "arn:aws:kms:us-east-1:123456789012:key/1234abcd";
  expect(postgres({ storageEncrypted: true, kmsKeyId })).toHaveTerraformResource(DB, {
    storage_encrypted: true,
    kms_key_id: kmsKeyId,
  });
  expect(postgres()).toHaveTerraformResource(DB, { storage_encrypted: undefined, kms_key_id: undefined });
});

test("the instance has what was asked for", () => {
  const root = postgres();
  expect(moduleJson(root, "source_db")).toHaveResourceWithProperties(DbInstance, {
    engine: "postgres",
    engine_version: "17",
    instance_class: "db.t4g.micro",
    db_name: "cdc",
    username: "dbadmin",
    password: "${var.password}",
    allocated_storage: 20,
    max_allocated_storage: 100,
    multi_az: false,
    publicly_accessible: false,
    backup_retention_period: 7,
    backup_window: "03:00-06:00",
    maintenance_window: "Mon:00:00-Mon:03:00",
    deletion_protection: true,
    db_subnet_group_name: "${aws_db_subnet_group.rds_subnet_group.name}",
    parameter_group_name: "${aws_db_parameter_group.parameter_group.name}",
    vpc_security_group_ids: ["sg-1"],
    tags: { Name: "cdc" },
  });
  expect(moduleJson(root, "source_db")).toHaveResourceWithProperties(DbSubnetGroup, {
    name: "cdc-subnets",
    subnet_ids: ["subnet-a", "subnet-b"],
    tags: { Name: "cdc-subnets" },
  });
  expect(root).toHaveTerraformOutput("module.source_db.db_endpoint", { value: "${aws_db_instance.db.endpoint}" });
  expect(root).toHaveTerraformOutput("module.source_db.db_address", { value: "${aws_db_instance.db.address}" });
});

describe("what may be left to the provider", () => {
  test.each([
    [{ identifier: null }, { identifier: undefined }],
    [{ identifier: "cdc-source" }, { identifier: "cdc-source" }],
    [{ storageType: null }, { storage_type: undefined }],
    [{ storageType: "gp3" }, { storage_type: "gp3" }],
    [{ storageEncrypted: null }, { storage_encrypted: undefined }],
    [{ storageEncrypted: false }, { storage_encrypted: false }],
    [{ storageEncrypted: true }, { storage_encrypted: true }],
  ])("%j gives %j", (props, expected) => {
    expect(postgres(props)).toHaveTerraformResource(DB, expected);
  });
});

describe("what belongs together", () => {
  test.each([
    [{ finalSnapshotIdentifier: null }, { skip_final_snapshot: true, final_snapshot_identifier: undefined }],
    [{ finalSnapshotIdentifier: "cdc-final" }, { skip_final_snapshot: false, final_snapshot_identifier: "cdc-final" }],
    [
      { performanceInsightsRetentionPeriod: 0 },
      { performance_insights_enabled: false, performance_insights_retention_period: undefined },
    ],
    [
      { performanceInsightsRetentionPeriod: 731 },
      { performance_insights_enabled: true, performance_insights_retention_period: 731 },
    ],
  ])("%j gives %j", (props, expected) => {
    expect(postgres(props)).toHaveTerraformResource(DB, expected);
  });
});

describe("the parameter group", () => {
  test.each([
    ["17", "postgres17"],
    ["16.4", "postgres16"],
  ])("of version %s is of the family %s", (engineVersion, family) => {
    expect(moduleJson(postgres({ engineVersion }), "source_db")).toHaveResourceWithProperties(DbParameterGroup, {
      name: "cdc-params",
      family,
    });
  });

  test("says how a parameter is applied only where that was asked for", () => {
    const root = postgres({
      parameters: {
        "rds.logical_replication": { value: "1", applyMethod: "pending-reboot" },
        wal_sender_timeout: { value: "0", applyMethod: null },
      },
    });
    expect(root).toHaveTerraformResource("module.source_db.aws_db_parameter_group.parameter_group", {
      parameter: [
        { name: "rds.logical_replication", value: "1", apply_method: "pending-reboot" },
        { name: "wal_sender_timeout", value: "0" },
      ],
    });
  });
});

describe("a write-only password", () => {
  test("fails if it is an argument that the state keeps", () => {
    const root = postgres({ passwordVersion: 3 });
    expect(root).toHaveTerraformResource(DB, {
      password: undefined,
      password_wo: "${var.password}",
      password_wo_version: 3,
    });
  });
});

describe("what is written down", () => {
  test("goes to log groups that are there before RDS would make them without an end", () => {
    const root = postgres({
      identifier: "db",
      logExports: ["postgresql"],
      logRetentionInDays: 365,
      logKeyArn: "arn:key",
    });
    expect(root).toHaveTerraformResource("module.source_db.aws_cloudwatch_log_group.log_postgresql", {
      name: "/aws/rds/instance/db/postgresql",
      retention_in_days: 365,
      kms_key_id: "arn:key",
    });
    expect(root).toHaveTerraformResource(DB, { depends_on: ["aws_cloudwatch_log_group.log_postgresql"] });
  });

  test("has metrics of the operating system, with a role for them, only where that was asked for", () => {
    expect(postgres({ monitoringInterval: 60 })).toHaveTerraformResource(DB, {
      monitoring_interval: 60,
      monitoring_role_arn: "${aws_iam_role.monitoring.arn}",
    });
    expect(postgres()).toHaveTerraformResource(DB, { monitoring_interval: undefined, monitoring_role_arn: undefined });
  });
});
