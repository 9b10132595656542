import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { MskCluster as AwsMskCluster } from "@cdktf/provider-aws/lib/msk-cluster";
import { MskConfiguration } from "@cdktf/provider-aws/lib/msk-configuration";
import { Construct } from "constructs";
import { ChildModule } from "../lib";

export interface MskClusterProps {
  /** Changing it replaces the cluster. */
  readonly clusterName: string;
  /** As MSK names it: `4.1.x.kraft`. Up only. */
  readonly kafkaVersion: string;
  readonly instanceType: string;
  /** A multiple of the number of subnets. */
  readonly numberOfBrokerNodes: number;
  /** GiB per broker. Up only. */
  readonly volumeSize: number;
  /** Grows the volumes by itself; `null`: they stay as they are. */
  readonly storageAutoscaling: { readonly maxVolumeSize: number; readonly targetUtilization: number } | null;
  readonly clientBroker: "TLS" | "TLS_PLAINTEXT" | "PLAINTEXT";
  /** `iam`: clients prove by their role who they are, on port 9098, and nobody else is let in. */
  readonly clientAuthentication: "none" | "iam";
  /** Days for which CloudWatch keeps the brokers' logs; `null`: none are delivered. */
  readonly brokerLogRetentionInDays: number | null;
  /** KMS key of that log group; `null`: CloudWatch's own. */
  readonly logKeyArn: string | null;
  /** Whether Terraform refuses to destroy the cluster. */
  readonly preventDestroy: boolean;
  /** Which metrics are published; `null` leaves it to the provider, which takes DEFAULT. */
  readonly enhancedMonitoring: "DEFAULT" | "PER_BROKER" | "PER_TOPIC_PER_BROKER" | "PER_TOPIC_PER_PARTITION" | null;
  /** KMS key of the brokers' storage; `null`: AWS's own. Changing it replaces the cluster. */
  readonly encryptionAtRestKmsKeyArn: string | null;
  /** Changing it replaces the configuration, which AWS refuses while the cluster uses it. */
  readonly configurationName: string;
  /** Adds the Kafka version to the name, and makes a new configuration before the old one goes. */
  readonly isConfigurationReplaceable: boolean;
  readonly serverProperties: Readonly<Record<string, string>>;
  /** Changing them replaces the cluster. */
  readonly clientSubnets: string[];
  /** Changing them replaces the cluster. */
  readonly securityGroups: string[];
}

/** What autoscaling changes: Terraform would shrink it again, which MSK refuses. */
const VOLUME_SIZE = "broker_node_group_info[0].storage_info[0].ebs_storage_info[0].volume_size";

/** An MSK cluster in KRaft mode with its configuration. */
export class MskCluster extends ChildModule {
  readonly arn: string;
  /** Host and port of each broker, IAM (9098); empty where clients don't authenticate. */
  readonly bootstrapBrokersIam: string;
  /** Host and port of each broker, TLS (9094). */
  readonly bootstrapBrokersTls: string;
  /** Host and port of each broker, plaintext (9092); empty where the cluster speaks TLS only. */
  readonly bootstrapBrokers: string;

  constructor(scope: Construct, id: string, props: MskClusterProps) {
    super(scope, id);
    const configuration = new MskConfiguration(this, "cdc_config", {
      name: props.isConfigurationReplaceable
        ? `${props.configurationName}-${props.kafkaVersion.replaceAll(".", "-")}`
        : props.configurationName,
      ...(props.isConfigurationReplaceable ? { lifecycle: { createBeforeDestroy: true } } : {}),
      kafkaVersions: [props.kafkaVersion],
      serverProperties: Object.entries(props.serverProperties)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
    });
    const logGroup =
      props.brokerLogRetentionInDays === null
        ? undefined
        : new CloudwatchLogGroup(this, "logs", {
            name: `/aws/msk/${props.clusterName}`,
            retentionInDays: props.brokerLogRetentionInDays,
            ...(props.logKeyArn ? { kmsKeyId: props.logKeyArn } : {}),
          });
    const lifecycle = {
      ...(props.preventDestroy ? { preventDestroy: true } : {}),
      ...(props.storageAutoscaling ? { ignoreChanges: [VOLUME_SIZE] } : {}),
    };
    const cluster = new AwsMskCluster(this, "cluster", {
      clusterName: props.clusterName,
      kafkaVersion: props.kafkaVersion,
      numberOfBrokerNodes: props.numberOfBrokerNodes,
      brokerNodeGroupInfo: {
        instanceType: props.instanceType,
        clientSubnets: props.clientSubnets,
        securityGroups: props.securityGroups,
        storageInfo: { ebsStorageInfo: { volumeSize: props.volumeSize } },
      },
      configurationInfo: { arn: configuration.arn, revision: configuration.latestRevision },
      ...(props.enhancedMonitoring ? { enhancedMonitoring: props.enhancedMonitoring } : {}),
      encryptionInfo: {
        encryptionInTransit: { clientBroker: props.clientBroker },
        ...(props.encryptionAtRestKmsKeyArn ? { encryptionAtRestKmsKeyArn: props.encryptionAtRestKmsKeyArn } : {}),
      },
      ...(props.clientAuthentication === "iam"
        ? { clientAuthentication: { sasl: { iam: true }, unauthenticated: false } }
        : {}),
      ...(logGroup
        ? { loggingInfo: { brokerLogs: { cloudwatchLogs: { enabled: true, logGroup: logGroup.name } } } }
        : {}),
      ...(Object.keys(lifecycle).length > 0 ? { lifecycle } : {}),
    });
    if (props.storageAutoscaling) autoscaling(this, cluster, props.storageAutoscaling);
    this.arn = cluster.arn;
    this.bootstrapBrokersIam = cluster.bootstrapBrokersSaslIam;
    this.bootstrapBrokersTls = cluster.bootstrapBrokersTls;
    this.bootstrapBrokers = cluster.bootstrapBrokers;
  }
}

/** MSK developer guide, "Automatic scaling for clusters": volumes only grow, so scaling in has to be off. */
function autoscaling(
  scope: Construct,
  cluster: AwsMskCluster,
  { maxVolumeSize, targetUtilization }: NonNullable<MskClusterProps["storageAutoscaling"]>,
): void {
  const target = new AppautoscalingTarget(scope, "storage", {
    serviceNamespace: "kafka",
    scalableDimension: "kafka:broker-storage:VolumeSize",
    resourceId: cluster.arn,
    minCapacity: 1,
    maxCapacity: maxVolumeSize,
  });
  new AppautoscalingPolicy(scope, "storage_policy", {
    name: `${cluster.clusterNameInput}-broker-storage`,
    policyType: "TargetTrackingScaling",
    serviceNamespace: target.serviceNamespace,
    scalableDimension: target.scalableDimension,
    resourceId: target.resourceId,
    targetTrackingScalingPolicyConfiguration: {
      targetValue: targetUtilization,
      disableScaleIn: true,
      predefinedMetricSpecification: { predefinedMetricType: "KafkaBrokerStorageUtilization" },
    },
  });
}
