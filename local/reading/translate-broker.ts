import { ConfigurationError } from "../../lib/errors";
import { KAFKA_VERSION } from "../versions";
import type { Parts } from "./find";
import { HOST, type LocalBroker, type Machine } from "./pipeline";
import { parseProperties } from "../../lib/properties";
import type { Replacements } from "./replacements";
import { asText } from "../../terraform/synthesized";

/** What counts copies, and one broker can keep one. */
const copies = new Set([
  "default.replication.factor",
  "min.insync.replicas",
  "offsets.topic.replication.factor",
  "transaction.state.log.replication.factor",
  "transaction.state.log.min.isr",
  "share.coordinator.state.topic.replication.factor",
  "share.coordinator.state.topic.min.isr",
]);

/** One broker that is its own controller (KRaft), with the server.properties of the MSK configuration. */
export function translateBroker(parts: Parts, machine: Machine, replacements: Replacements): LocalBroker {
  const { cluster, clusterConfiguration } = parts;
  const version = asText(cluster.body.kafka_version);
  if (!fits(version)) throw unavailable(`${cluster.module.name}: kafka_version`, version);
  replacements.replaced(`${cluster.module.name}: kafka_version`, version, KAFKA_VERSION, "the same line of releases");
  const properties: Record<string, string> = {};
  const synthesized = parseProperties(asText(clusterConfiguration?.body.server_properties ?? ""));
  for (const [key, value] of Object.entries(synthesized)) {
    const property = `${cluster.module.name}: ${key}`;
    properties[key] = copies.has(key) ? "1" : value;
    if (properties[key] !== value) replacements.replaced(property, value, "1", "one broker keeps one copy");
  }
  const { broker, controller } = machine.ports;
  // Kafka's own default is 3 for the internal topics, which one broker can't do.
  for (const key of copies) properties[key] ??= "1";
  Object.assign(properties, {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": `1@${HOST}:${controller}`,
    "controller.listener.names": "CONTROLLER",
    listeners: `PLAINTEXT://${HOST}:${broker},CONTROLLER://${HOST}:${controller}`,
    "advertised.listeners": `PLAINTEXT://${HOST}:${broker}`,
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    // The default waits three seconds for more consumers of a new group; here there is one.
    "group.initial.rebalance.delay.ms": "0",
  });
  replacements.added(
    `${cluster.module.name}: group.initial.rebalance.delay.ms`,
    "0",
    "a new consumer starts three seconds sooner",
  );
  return { port: broker, properties };
}

/** `4.1.x.kraft` names the line 4.1; `4.1.2` one release. */
function fits(version: string): boolean {
  const [major, minor] = KAFKA_VERSION.split(".");
  return version.replace(/\.kraft$/, "") === KAFKA_VERSION || version.startsWith(`${major}.${minor}.x`);
}

function unavailable(path: string, got: string): ConfigurationError {
  return new ConfigurationError("the synthesized pipeline", [
    {
      code: "local-kafka-version",
      path,
      got,
      expected: `a version that Kafka ${KAFKA_VERSION} stands for`,
      fix: "name the release to run in local/versions.ts",
    },
  ]);
}
