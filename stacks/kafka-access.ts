import { heartbeatTopic } from "../connectors/topics";
import type { MskCluster } from "../modules/msk-cluster";
import type { MskConnectorProps } from "../modules/msk-connector";
import type { ConnectorPolicyProps } from "../modules/policies";
import type { PipelineSettings } from "../profiles/schema";

/** How the connectors talk to the brokers. */
export type KafkaAccess = Pick<MskConnectorProps, "bootstrapServers" | "encryptionType" | "authenticationType">;

/** The brokers' addresses for the way in which clients are encrypted and authenticated. */
export function kafkaAccess(cluster: PipelineSettings["cluster"], msk: MskCluster): KafkaAccess {
  if (cluster.clientAuthentication === "iam") {
    return { bootstrapServers: msk.bootstrapBrokersIam, encryptionType: "TLS", authenticationType: "IAM" };
  }
  return cluster.clientBroker === "PLAINTEXT"
    ? { bootstrapServers: msk.bootstrapBrokers, encryptionType: "PLAINTEXT", authenticationType: "NONE" }
    : { bootstrapServers: msk.bootstrapBrokersTls, encryptionType: "TLS", authenticationType: "NONE" };
}

/** MSK developer guide, "Port information". */
export function brokerPort({ clientAuthentication, clientBroker }: PipelineSettings["cluster"]): number {
  if (clientAuthentication === "iam") return 9098;
  return clientBroker === "PLAINTEXT" ? 9092 : 9094;
}

/** What the connectors' policies have to know of topics and groups. */
export function kafkaPermissions({
  cluster,
  source,
  sink,
  sourceConnector,
}: PipelineSettings): Pick<
  ConnectorPolicyProps,
  | "topicPrefix"
  | "otherSourceTopics"
  | "otherSinkTopics"
  | "isAuthenticated"
  | "isTransactional"
  | "offsetStorageTopic"
  | "deadLetterTopic"
> {
  const routed = (source.routes ?? [])
    .map(({ topic }) => topic)
    .filter((topic) => !topic.startsWith(`${source.topicPrefix}.`));
  return {
    topicPrefix: source.topicPrefix,
    otherSourceTopics: [...routed, ...(source.heartbeatIntervalMs ? [heartbeatTopic(source)] : [])],
    otherSinkTopics: routed,
    isAuthenticated: cluster.clientAuthentication === "iam",
    isTransactional: source.exactlyOnceSupport === "required",
    offsetStorageTopic: sourceConnector.worker?.offsetStorageTopic,
    deadLetterTopic: sink.errorsDeadletterqueueTopicName,
  };
}
