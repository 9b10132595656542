import { createHash } from "node:crypto";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { MskconnectConnector, MskconnectConnectorCapacity } from "@cdktf/provider-aws/lib/mskconnect-connector";
import { MskconnectWorkerConfiguration } from "@cdktf/provider-aws/lib/mskconnect-worker-configuration";
import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ChildModule } from "../lib";

/** Number of workers that follows the load. An MCU is 1 vCPU and 4 GiB. */
export interface AutoscalingCapacity {
  readonly mode: "autoscaling";
  readonly mcuCount: number;
  readonly minWorkerCount: number;
  readonly maxWorkerCount: number;
  /** Percent of CPU under which a worker is taken away. */
  readonly scaleInCpuUtilization: number;
  /** Percent of CPU over which a worker is added. */
  readonly scaleOutCpuUtilization: number;
}

/** A fixed number of workers. */
export interface ProvisionedCapacity {
  readonly mode: "provisioned";
  readonly mcuCount: number;
  readonly workerCount: number;
}

export interface MskConnectorProps {
  /** Changing it, or anything else here but the configuration and the capacity, replaces the connector. */
  readonly connectorName: string;
  readonly kafkaConnectVersion: string;
  readonly connectorConfiguration: Readonly<Record<string, string>>;
  readonly capacity: AutoscalingCapacity | ProvisionedCapacity;
  readonly bootstrapServers: string;
  readonly subnets: string[];
  readonly securityGroups: string[];
  readonly encryptionType: "TLS" | "PLAINTEXT";
  /** How the connector proves to the brokers who it is: not at all, or by its role. */
  readonly authenticationType: "NONE" | "IAM";
  readonly plugin: { readonly arn: string; readonly revision: number };
  readonly serviceExecutionRoleArn: string;
  /** Days of log in CloudWatch; `null`: no log is delivered. */
  readonly logRetentionInDays: number | null;
  /** KMS key of the log group; `null`: CloudWatch's own. */
  readonly logKeyArn: string | null;
  /** The worker configuration's properties as text; `null`: the service's own. */
  readonly workerProperties: string | null;
  readonly dependsOn: ITerraformDependable[];
}

/** A connector on MSK Connect, with its log group and worker configuration. */
export class MskConnector extends ChildModule {
  readonly arn: string;
  /** Log group of the workers; `null`: no log is delivered. */
  readonly logGroupName: string | null;

  constructor(scope: Construct, id: string, props: MskConnectorProps) {
    super(scope, id, { dependsOn: props.dependsOn });
    const logGroup =
      props.logRetentionInDays === null
        ? undefined
        : new CloudwatchLogGroup(this, "logs", {
            name: `/aws/mskconnect/${props.connectorName}`,
            retentionInDays: props.logRetentionInDays,
            ...(props.logKeyArn ? { kmsKeyId: props.logKeyArn } : {}),
          });
    const worker =
      props.workerProperties === null
        ? undefined
        : workerConfiguration(this, props.connectorName, props.workerProperties);

    const connector = new MskconnectConnector(this, "this", {
      name: props.connectorName,
      kafkaconnectVersion: props.kafkaConnectVersion,
      connectorConfiguration: { ...props.connectorConfiguration },
      capacity: capacity(props.capacity),
      kafkaCluster: {
        apacheKafkaCluster: {
          bootstrapServers: props.bootstrapServers,
          vpc: { subnets: props.subnets, securityGroups: props.securityGroups },
        },
      },
      kafkaClusterClientAuthentication: { authenticationType: props.authenticationType },
      kafkaClusterEncryptionInTransit: { encryptionType: props.encryptionType },
      plugin: [{ customPlugin: { ...props.plugin } }],
      serviceExecutionRoleArn: props.serviceExecutionRoleArn,
      ...(worker ? { workerConfiguration: { arn: worker.arn, revision: worker.latestRevision } } : {}),
      ...(logGroup
        ? { logDelivery: { workerLogDelivery: { cloudwatchLogs: { enabled: true, logGroup: logGroup.name } } } }
        : {}),
    });
    this.arn = connector.arn;
    this.logGroupName = logGroup?.name ?? null;
  }
}

/**
 * A worker configuration can't be changed, only replaced, and not while a connector uses it: so each content has a name of
 * its own, and the new one is there before the old one goes.
 */
function workerConfiguration(
  scope: Construct,
  connectorName: string,
  properties: string,
): MskconnectWorkerConfiguration {
  // The region, which only Terraform knows, is left out: in another region everything is another one anyway.
  const known = properties.replaceAll(/\$\{TfToken\[[^\]]*\]\}/g, "");
  const contentHash = createHash("sha256").update(known).digest("hex").slice(0, 8);
  return new MskconnectWorkerConfiguration(scope, "worker_configuration", {
    name: `${connectorName}-${contentHash}`,
    propertiesFileContent: properties,
    lifecycle: { createBeforeDestroy: true },
  });
}

function capacity(props: AutoscalingCapacity | ProvisionedCapacity): MskconnectConnectorCapacity {
  if (props.mode === "provisioned") {
    return { provisionedCapacity: { mcuCount: props.mcuCount, workerCount: props.workerCount } };
  }
  return {
    autoscaling: {
      mcuCount: props.mcuCount,
      minWorkerCount: props.minWorkerCount,
      maxWorkerCount: props.maxWorkerCount,
      scaleInPolicy: { cpuUtilizationPercentage: props.scaleInCpuUtilization },
      scaleOutPolicy: { cpuUtilizationPercentage: props.scaleOutCpuUtilization },
    },
  };
}
