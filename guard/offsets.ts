import { asText } from "../terraform/synthesized";
import { property, workerProperties } from "./connector";
import type { Planned, PlannedResource } from "./planned";

/** Whether a replaced connector goes on where it was, and why. */
export interface Verdict {
  readonly goesOn: boolean;
  readonly why: string;
}

const OFFSET_TOPIC = "offset.storage.topic";
const BOOTSTRAP = ["kafka_cluster", "apache_kafka_cluster", "bootstrap_servers"] as const;

/**
 * A source's position is in a topic, by the connector's name and by Debezium's topic.prefix. MSK Connect makes that topic anew for
 * each connector, `__amazon_msk_connect_offsets_<name>_<id>`, unless the worker configuration names one with
 * offset.storage.topic (MSK developer guide, "Manage source connector offsets using offset.storage.topic").
 */
export function sourceOffsets(connector: PlannedResource, plan: Planned): Verdict {
  const lost = (why: string): Verdict => ({ goesOn: false, why });
  if (connector.differs("name"))
    return lost(`offsets go by the connector's name, and it changes (${connector.told("name")})`);
  const prefix = property("topic.prefix");
  if (connector.differs(...prefix))
    return lost(`offsets go by topic.prefix, and it changes (${connector.told(...prefix)})`);
  if (losesCluster(connector, plan)) return lost("the offsets topic goes with the old Kafka cluster");
  const [before, after] = [workerProperties(connector, "before", plan), workerProperties(connector, "after", plan)];
  if (after === undefined || before === undefined)
    return lost("the plan doesn't show the worker configuration, so that offset.storage.topic can't be compared");
  const [old, young] = [before.values[OFFSET_TOPIC] ?? servicesTopic(connector), after.values[OFFSET_TOPIC]];
  const isSecret = before.isSecret || after.isSecret || connector.isSensitive("name");
  if (young === undefined) return lost(`no ${OFFSET_TOPIC} is set, so MSK Connect makes a new, empty topic`);
  if (young !== old)
    return lost(
      isSecret ? `${OFFSET_TOPIC} changes` : `its offsets are in ${old}, and the new ${OFFSET_TOPIC} is ${young}`,
    );
  return { goesOn: true, why: `its name stays, and so does its offsets topic${isSecret ? "" : `, ${young}`}` };
}

/** A sink's position is its consumer group's, `connect-<name>`. */
export function sinkOffsets(connector: PlannedResource, plan: Planned): Verdict {
  if (connector.differs("name"))
    return { goesOn: false, why: `its consumer group goes by its name, and that changes (${connector.told("name")})` };
  if (losesCluster(connector, plan))
    return { goesOn: false, why: "its consumer group goes with the old Kafka cluster" };
  return { goesOn: true, why: "its name stays, and so does its consumer group" };
}

/** The old cluster goes, or the connector is moved to another one. */
function losesCluster(connector: PlannedResource, plan: Planned): boolean {
  const old = brokers(asText(connector.before(...BOOTSTRAP)));
  const cluster = plan
    .of("aws_msk_cluster")
    .find((msk) => LISTENERS.some((name) => brokers(asText(msk.before(name))).some((broker) => old.includes(broker))));
  if (cluster?.isGone) return true;
  if (connector.isUnknown(...BOOTSTRAP)) return false;
  const young = brokers(asText(connector.after(...BOOTSTRAP)));
  return !young.some((broker) => old.includes(broker));
}

const LISTENERS = ["bootstrap_brokers", "bootstrap_brokers_tls", "bootstrap_brokers_sasl_iam"];

/** The hosts: another port is another listener of the same cluster. */
function brokers(bootstrapServers: string): string[] {
  return bootstrapServers
    .split(",")
    .map((server) => server.replace(/:\d+$/, "").trim())
    .filter(Boolean);
}

function servicesTopic(connector: PlannedResource): string {
  const id = asText(connector.before("arn")).split("/").at(-1) ?? "";
  return `__amazon_msk_connect_offsets_${asText(connector.before("name"))}_${id}`;
}
