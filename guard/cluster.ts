import { asText } from "../terraform/synthesized";
import { hit, subject } from "./finding";
import type { PlannedResource } from "./planned";
import { compareVersions } from "./versions";

const IN_TRANSIT = ["encryption_info", "encryption_in_transit"] as const;
const CLIENT_BROKER = [...IN_TRANSIT, "client_broker"] as const;
const VOLUME_SIZE = ["broker_node_group_info", "storage_info", "ebs_storage_info", "volume_size"] as const;
const PUBLIC_ACCESS = ["broker_node_group_info", "connectivity_info", "public_access", "type"] as const;

/** What a plan does to the Kafka cluster (`aws_msk_cluster`). */
export const cluster = subject(
  {
    "cluster-destroyed": {
      harm: "data",
      what: "The Kafka cluster is destroyed with all topics: every record that isn't in S3 yet, the connectors' offsets, the consumer groups.",
      remedy: "Keep it configured. If it has to go: stop the source, and wait until the sink has written everything.",
    },
    "cluster-replaced": {
      harm: "data",
      what: "The Kafka cluster is destroyed and an empty one is made: records that aren't in S3 yet, the connectors' offsets and the consumer groups are gone, and the source takes a new snapshot.",
      remedy:
        "Keep the attribute as it is; or build the new cluster beside the old one, and move over once the old one is empty.",
    },
    "kafka-downgraded": {
      harm: "refused",
      what: "Kafka shall go back to an older version, and MSK only goes forward. Terraform doesn't know that and plans it.",
      remedy: "Name the version that runs.",
    },
    "kafka-mode-changed": {
      harm: "refused",
      what: "The cluster shall change between ZooKeeper and KRaft. MSK goes from ZooKeeper to KRaft only, from 3.9.x on, over three zones, and never on kafka.t3.small.",
      remedy: "Keep the mode, or check that the cluster meets MSK's conditions.",
    },
    "broker-volumes-shrunk": {
      harm: "refused",
      what: "The brokers' volumes shall shrink, and MSK only lets them grow. Terraform doesn't know that and plans it.",
      remedy: "Leave volume_size at what it is. Where storage grows by itself: ignore_changes on it.",
    },
    "brokers-removed": {
      harm: "refused",
      what: "Brokers shall go. MSK refuses that while partitions are on them, and takes them from each zone alike.",
      remedy: "Move the partitions off with kafka-reassign-partitions.sh first.",
    },
    "plaintext-closed": {
      harm: "pipeline",
      what: "The brokers take TLS only: clients on port 9092 are cut off.",
      remedy: "Move every client to port 9094 first, or keep TLS_PLAINTEXT until they are.",
    },
    "plaintext-opened": {
      harm: "protection",
      what: "The brokers admit connections without TLS.",
      remedy: "Keep client_broker at TLS.",
    },
    "unauthenticated-opened": {
      harm: "protection",
      what: "The brokers admit clients without any authentication.",
      remedy: "Keep unauthenticated access off.",
    },
    "kafka-login-off": {
      harm: "pipeline",
      what: "A way to log in to the brokers is turned off: clients that use it are cut off, connectors with IAM among them.",
      remedy: "Move every client to another way first.",
    },
    "brokers-public": {
      harm: "protection",
      what: "The brokers get public addresses.",
      remedy: "Keep public access DISABLED, and reach them through the VPC.",
    },
  },
  function* (plan) {
    for (const msk of plan.of("aws_msk_cluster")) {
      if (msk.action === "delete") yield hit("cluster-destroyed", msk, msk.reason);
      if (msk.action === "replace") yield hit("cluster-replaced", msk, msk.reason);
      if (!msk.isChanged) continue;
      const [from, to] = [asText(msk.before("kafka_version")), asText(msk.after("kafka_version"))];
      if (compareVersions(from, to) < 0) yield hit("kafka-downgraded", msk, msk.told("kafka_version"));
      if (to !== "" && isKraft(from) !== isKraft(to)) yield hit("kafka-mode-changed", msk, msk.told("kafka_version"));
      if (msk.lowers(...VOLUME_SIZE)) yield hit("broker-volumes-shrunk", msk, msk.told(...VOLUME_SIZE));
      if (msk.lowers("number_of_broker_nodes")) yield hit("brokers-removed", msk, msk.told("number_of_broker_nodes"));
      if (admitsPlaintext(msk, "before") && msk.after(...CLIENT_BROKER) === "TLS")
        yield hit("plaintext-closed", msk, msk.told(...CLIENT_BROKER));
      if (!admitsPlaintext(msk, "before") && admitsPlaintext(msk, "after"))
        yield hit("plaintext-opened", msk, msk.told(...CLIENT_BROKER));
      if (msk.turnsOn("client_authentication", "unauthenticated"))
        yield hit("unauthenticated-opened", msk, msk.told("client_authentication", "unauthenticated"));
      for (const login of ["iam", "scram"]) {
        const path = ["client_authentication", "sasl", login];
        if (msk.turnsOff(...path)) yield hit("kafka-login-off", msk, msk.told(...path));
      }
      if (!isPublic(msk.before(...PUBLIC_ACCESS)) && isPublic(msk.after(...PUBLIC_ACCESS)))
        yield hit("brokers-public", msk, msk.told(...PUBLIC_ACCESS));
    }
  },
);

function isKraft(version: string): boolean {
  return version.endsWith(".kraft");
}

/** Not being set is TLS (AWS provider, aws_msk_cluster). */
function admitsPlaintext(msk: PlannedResource, when: "before" | "after"): boolean {
  return ["PLAINTEXT", "TLS_PLAINTEXT"].includes(asText(msk[when](...CLIENT_BROKER)));
}

function isPublic(type: unknown): boolean {
  return typeof type === "string" && type !== "" && type !== "DISABLED";
}
