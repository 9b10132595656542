import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
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
  readonly deletionProtection: boolean;
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
    const db = new DbInstance(this, "db", {
      ...(props.identifier ? { identifier: props.identifier } : {}),
      engine: "postgres",
      engineVersion: props.engineVersion,
      instanceClass: props.instanceClass,
      dbName: props.databaseName,
      username: props.username,
      password: props.password,
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
      deletionProtection: props.deletionProtection,
      skipFinalSnapshot: props.finalSnapshotIdentifier === null,
      ...(props.finalSnapshotIdentifier ? { finalSnapshotIdentifier: props.finalSnapshotIdentifier } : {}),
      tags: { Name: props.databaseName },
    });
    this.endpoint = db.endpoint;
    this.address = db.address;
    this.identifier = db.identifier;
  }
}
