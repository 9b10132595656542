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
  readonly clientBroker: "TLS" | "TLS_PLAINTEXT" | "PLAINTEXT";
  /** Which metrics are published; `null` leaves it to the provider, which takes DEFAULT. */
  readonly enhancedMonitoring: "DEFAULT" | "PER_BROKER" | "PER_TOPIC_PER_BROKER" | "PER_TOPIC_PER_PARTITION" | null;
  /** KMS key of the brokers' storage; `null`: AWS's own. Changing it replaces the cluster. */
  readonly encryptionAtRestKmsKeyArn: string | null;
  /** Changing it replaces the configuration, which AWS refuses while the cluster uses it. */
  readonly configurationName: string;
  readonly serverProperties: Readonly<Record<string, string>>;
  /** Changing them replaces the cluster. */
  readonly clientSubnets: string[];
  /** Changing them replaces the cluster. */
  readonly securityGroups: string[];
}

/** An MSK cluster in KRaft mode with its configuration. */
export class MskCluster extends ChildModule {
  readonly arn: string;
  /** Host and port of each broker, TLS (9094). */
  readonly bootstrapBrokersTls: string;
  /** Host and port of each broker, plaintext (9092); empty where the cluster speaks TLS only. */
  readonly bootstrapBrokers: string;

  constructor(scope: Construct, id: string, props: MskClusterProps) {
    super(scope, id);
    const configuration = new MskConfiguration(this, "cdc_config", {
      name: props.configurationName,
      kafkaVersions: [props.kafkaVersion],
      serverProperties: Object.entries(props.serverProperties)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
    });
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
    });
    this.arn = cluster.arn;
    this.bootstrapBrokersTls = cluster.bootstrapBrokersTls;
    this.bootstrapBrokers = cluster.bootstrapBrokers;
  }
}
