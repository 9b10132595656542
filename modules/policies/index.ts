import { Construct } from "constructs";
import { asDeployed } from "./as-deployed";
import { leastPrivilege } from "./least-privilege";

export interface ConnectorPolicyProps {
  readonly region: string;
  readonly clusterArn: string;
  readonly destinationBucketArn: string;
  readonly secretArn: string;
  readonly topicPrefix: string;
  readonly sourceConnectorName: string;
  readonly sinkConnectorName: string;
  /** The source's pinned offsets topic, where there is one. */
  readonly offsetStorageTopic: string | undefined;
  /** Topics beside the tables' that the source writes: routes' and the heartbeats'. `*` stands for any ending. */
  readonly otherSourceTopics: readonly string[];
  /** Topics beside the tables' that the sink reads. */
  readonly otherSinkTopics: readonly string[];
  /** Whether the brokers ask who a client is: then its policy is all that lets it in, and names its group exactly. */
  readonly isAuthenticated: boolean;
  /** Whether the source writes in transactions. */
  readonly isTransactional: boolean;
  /** Keys of the secret and of the bucket's objects; `null`: AWS's own, which need no permission. */
  readonly secretKeyArn: string | null;
  readonly bucketKeyArn: string | null;
  /** The topic for records that the sink's converters and transforms fail on, where there is one. */
  readonly deadLetterTopic: string | undefined;
}

/** A role's two policy documents, in JSON. */
export interface RolePolicies {
  readonly assumeRolePolicy: string;
  readonly policy: string;
}

export interface ConnectorPolicies {
  readonly source: RolePolicies;
  readonly sink: RolePolicies;
}

/** What the connectors' roles may do, and who may assume them. */
export const connectorPolicies = {
  as_deployed: asDeployed,
  least_privilege: leastPrivilege,
} satisfies Record<string, (scope: Construct, props: ConnectorPolicyProps) => ConnectorPolicies>;
