import { ConfigurationError } from "../../lib/errors";
import { KAFKA_VERSION } from "../versions";
import type { Parts } from "./find";
import { HOST, type LocalBroker, type Machine } from "./pipeline";
import { parseProperties } from "../../lib/properties";
import type { Replacements } from "./replacements";
import { asText } from "../../terraform/synthesized";

/**
 * What counts copies, and its value where the configuration has none: MSK Developer Guide, "Default Amazon MSK configuration", for
 * three zones; the last two are Kafka's own.
 */
const copies: Readonly<Record<string, number>> = {
  "default.replication.factor": 3,
  "min.insync.replicas": 2,
  "offsets.topic.replication.factor": 3,
  "transaction.state.log.replication.factor": 3,
  "transaction.state.log.min.isr": 2,
  "share.coordinator.state.topic.replication.factor": 3,
  "share.coordinator.state.topic.min.isr": 2,
};

/** Brokers that are their own controllers (KRaft), with the server.properties of the MSK configuration. */
export function translateBrokers(parts: Parts, machine: Machine, replacements: Replacements): LocalBroker[] {
  const { cluster, clusterConfiguration } = parts;
  const { brokers } = machine.ports;
  const module = cluster.module.name;
  const version = asText(cluster.body.kafka_version);
  if (!fits(version)) throw unavailable(`${module}: kafka_version`, version);
  replacements.replaced(`${module}: kafka_version`, version, KAFKA_VERSION, "the same line of releases");
  const [nodes, here] = [asText(cluster.body.number_of_broker_nodes), String(brokers.length)];
  if (nodes !== here) {
    replacements.replaced(`${module}: number_of_broker_nodes`, nodes, here, "here as many as --with-cluster says");
  }
  const properties: Record<string, string> = {};
  const synthesized = parseProperties(asText(clusterConfiguration?.body.server_properties));
  for (const [key, value] of Object.entries(synthesized)) {
    const property = `${module}: ${key}`;
    properties[key] = key in copies ? possibleCopies(property, value, brokers.length, replacements) : value;
  }
  for (const [key, count] of Object.entries(copies)) properties[key] ??= String(Math.min(count, brokers.length));
  const own = "a new consumer starts three seconds sooner";
  replacements.added(`${module}: group.initial.rebalance.delay.ms`, "0", own);
  const voters = brokers.map(({ controllerPort }, index) => `${index + 1}@${HOST}:${controllerPort}`).join(",");
  return brokers.map(({ port, controllerPort }, index) => ({
    name: brokers.length === 1 ? "broker" : `broker${index + 1}`,
    port,
    properties: {
      ...properties,
      "process.roles": "broker,controller",
      "node.id": String(index + 1),
      "controller.quorum.voters": voters,
      "controller.listener.names": "CONTROLLER",
      listeners: `PLAINTEXT://${HOST}:${port},CONTROLLER://${HOST}:${controllerPort}`,
      "advertised.listeners": `PLAINTEXT://${HOST}:${port}`,
      "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
      // The default waits three seconds for more consumers of a new group; here there is one.
      "group.initial.rebalance.delay.ms": "0",
    },
  }));
}

/** A number of copies as synthesized, or as many as the brokers can keep: each keeps one. */
export function possibleCopies(
  property: string,
  synthesized: string,
  brokers: number,
  replacements: Replacements,
): string {
  if (Number(synthesized) <= brokers) return synthesized;
  const why = brokers === 1 ? "one broker keeps one copy" : `${brokers} brokers keep ${brokers} copies`;
  replacements.replaced(property, synthesized, String(brokers), why);
  return String(brokers);
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
