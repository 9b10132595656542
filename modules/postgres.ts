import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { ChildModule } from "../lib";

export interface PostgresParameter {
  readonly value: string;
  /** `pending-reboot` for static parameters. `null`: the provider's default, `immediate`, which AWS refuses for those. */
  readonly applyMethod: "immediate" | "pending-reboot" | null;
}

export interface PostgresProps {
  /** DB instance identifier; `null` leaves the naming to the AWS provider. Changing it changes the endpoint. */
  readonly identifier: string | null;
  /** Name of the database. Changing it replaces the instance. */
  readonly databaseName: string;
  /** Master user. Changing it replaces the instance. */
  readonly username: string;
  /** Master password, as a reference. */
  readonly password: string;
  /** Makes the password a write-only argument, which is no part of the state; raised when it changes. `null`: it is one. */
  readonly passwordVersion: number | null;
  /** PostgreSQL version: `17`, or with its minor version. */
  readonly engineVersion: string;
  readonly instanceClass: string;
  /** GiB. */
  readonly allocatedStorage: number;
  /** GiB up to which storage grows by itself; 0 turns that off. */
  readonly maxAllocatedStorage: number;
  /** EBS volume type; `null` leaves it to the provider. */
  readonly storageType: string | null;
  /** Encryption at rest; turning it on replaces the instance. */
  readonly storageEncrypted: boolean | null;
  /** KMS key of that encryption; `null`: AWS's own. Changing it replaces the instance. */
  readonly kmsKeyId: string | null;
  /** KMS key of Performance Insights; `null`: AWS's own. */
  readonly performanceInsightsKmsKeyId: string | null;
  /** KMS key of the log groups; `null`: CloudWatch's own. */
  readonly logKeyArn: string | null;
  readonly multiAz: boolean;
  readonly publiclyAccessible: boolean;
  /** Days; 0 turns backups off. */
  readonly backupRetentionPeriod: number;
  /** UTC, `03:30-06:00`. */
  readonly backupWindow: string;
  /** UTC, `Mon:00:00-Mon:03:00`. */
  readonly maintenanceWindow: string;
  /** Days; 0 turns Performance Insights off. */
  readonly performanceInsightsRetentionPeriod: number;
  /** Seconds between metrics of the operating system; 0 turns them off. */
  readonly monitoringInterval: number;
  /** Logs that go to CloudWatch: `postgresql`, `upgrade`. They need an identifier. */
  readonly logExports: readonly string[];
  /** Days for which CloudWatch keeps them. */
  readonly logRetentionInDays: number;
  /** Authority of the server's certificate; `null`: AWS's choice. */
  readonly caCertIdentifier: string | null;
  readonly iamDatabaseAuthentication: boolean;
  /** `null`: AWS's default, true. */
  readonly autoMinorVersionUpgrade: boolean | null;
  readonly copyTagsToSnapshot: boolean;
  /** Snapshot that the instance is made from. Changing it replaces the instance. */
  readonly snapshotIdentifier: string | null;
  readonly deletionProtection: boolean;
  /** Whether Terraform refuses to destroy the instance. */
  readonly preventDestroy: boolean;
  /** Snapshot taken before deletion; `null` deletes without one. */
  readonly finalSnapshotIdentifier: string | null;
  readonly subnetGroupName: string;
  readonly subnetIds: string[];
  readonly parameterGroupName: string;
  readonly parameters: Readonly<Record<string, PostgresParameter>>;
  readonly vpcSecurityGroupIds: string[];
}

/** An RDS instance of PostgreSQL with its parameter group and subnet group. */
export class Postgres extends ChildModule {
  /** Host and port. */
  readonly endpoint: string;
  /** Host. */
  readonly address: string;
  /** The name by which metrics and commands know the instance; its `id` is another one. */
  readonly identifier: string;

  constructor(scope: Construct, id: string, props: PostgresProps) {
    super(scope, id);
    const subnetGroup = new DbSubnetGroup(this, "rds_subnet_group", {
      name: props.subnetGroupName,
      subnetIds: props.subnetIds,
      tags: { Name: props.subnetGroupName },
    });
    const parameterGroup = new DbParameterGroup(this, "parameter_group", {
      name: props.parameterGroupName,
      family: `postgres${props.engineVersion.split(".")[0]}`,
      parameter: Object.entries(props.parameters).map(([name, { value, applyMethod }]) => ({
        name,
        value,
        ...(applyMethod ? { applyMethod } : {}),
      })),
    });
    const logGroups = props.logExports.map((log) => logGroup(this, log, props));
    const monitoringRole = props.monitoringInterval > 0 ? monitoring(this, props.parameterGroupName) : undefined;
    const db = new DbInstance(this, "db", {
      ...(props.identifier ? { identifier: props.identifier } : {}),
      engine: "postgres",
      engineVersion: props.engineVersion,
      instanceClass: props.instanceClass,
      dbName: props.databaseName,
      ...(props.snapshotIdentifier ? { snapshotIdentifier: props.snapshotIdentifier } : {}),
      username: props.username,
      ...(props.passwordVersion === null
        ? { password: props.password }
        : { passwordWo: props.password, passwordWoVersion: props.passwordVersion }),
      allocatedStorage: props.allocatedStorage,
      maxAllocatedStorage: props.maxAllocatedStorage,
      ...(props.storageType ? { storageType: props.storageType } : {}),
      ...(props.storageEncrypted === null ? {} : { storageEncrypted: props.storageEncrypted }),
      ...(props.kmsKeyId ? { kmsKeyId: props.kmsKeyId } : {}),
      multiAz: props.multiAz,
      publiclyAccessible: props.publiclyAccessible,
      dbSubnetGroupName: subnetGroup.name,
      parameterGroupName: parameterGroup.name,
      vpcSecurityGroupIds: props.vpcSecurityGroupIds,
      backupRetentionPeriod: props.backupRetentionPeriod,
      backupWindow: props.backupWindow,
      maintenanceWindow: props.maintenanceWindow,
      performanceInsightsEnabled: props.performanceInsightsRetentionPeriod > 0,
      ...(props.performanceInsightsRetentionPeriod > 0
        ? { performanceInsightsRetentionPeriod: props.performanceInsightsRetentionPeriod }
        : {}),
      ...(props.performanceInsightsKmsKeyId ? { performanceInsightsKmsKeyId: props.performanceInsightsKmsKeyId } : {}),
      ...(monitoringRole
        ? { monitoringInterval: props.monitoringInterval, monitoringRoleArn: monitoringRole.arn }
        : {}),
      ...(props.logExports.length > 0 ? { enabledCloudwatchLogsExports: [...props.logExports] } : {}),
      ...(props.caCertIdentifier ? { caCertIdentifier: props.caCertIdentifier } : {}),
      ...(props.iamDatabaseAuthentication ? { iamDatabaseAuthenticationEnabled: true } : {}),
      ...(props.autoMinorVersionUpgrade === null ? {} : { autoMinorVersionUpgrade: props.autoMinorVersionUpgrade }),
      ...(props.copyTagsToSnapshot ? { copyTagsToSnapshot: true } : {}),
      deletionProtection: props.deletionProtection,
      skipFinalSnapshot: props.finalSnapshotIdentifier === null,
      ...(props.finalSnapshotIdentifier ? { finalSnapshotIdentifier: props.finalSnapshotIdentifier } : {}),
      tags: { Name: props.databaseName },
      ...(props.preventDestroy ? { lifecycle: { preventDestroy: true } } : {}),
      ...(logGroups.length > 0 ? { dependsOn: logGroups } : {}),
    });
    this.endpoint = db.endpoint;
    this.address = db.address;
    this.identifier = db.identifier;
  }
}

/** RDS would make the group by itself, without an end and without a key. */
function logGroup(scope: Construct, log: string, props: PostgresProps): CloudwatchLogGroup {
  return new CloudwatchLogGroup(scope, `log_${log}`, {
    name: `/aws/rds/instance/${props.identifier}/${log}`,
    retentionInDays: props.logRetentionInDays,
    ...(props.logKeyArn ? { kmsKeyId: props.logKeyArn } : {}),
  });
}

/** What RDS User Guide, "Setting up and enabling Enhanced Monitoring", asks for. */
function monitoring(scope: Construct, namePrefix: string): IamRole {
  const role = new IamRole(scope, "monitoring", {
    name: `${namePrefix}-monitoring`,
    description: "Lets RDS write Enhanced Monitoring to CloudWatch",
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "monitoring.rds.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    }),
  });
  const { partition } = new DataAwsPartition(scope, "partition");
  new IamRolePolicyAttachment(scope, "monitoring_policy", {
    role: role.name,
    policyArn: `arn:${partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`,
  });
  return role;
}
