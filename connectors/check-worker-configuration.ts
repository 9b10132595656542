import { Finding, checkBounds, checkWords, error, largestInt } from "./finding";
import { known } from "./values";
import { WorkerConfigurationProps, workerConfigurationNames } from "./worker-configuration";

/** What MSK Connect lets a worker set for producers (MSK developer guide, "Supported worker configuration properties"). */
export const producerSettings: readonly string[] = [
  "acks",
  "batch.size",
  "buffer.memory",
  "compression.type",
  "enable.idempotence",
  "key.serializer",
  "linger.ms",
  "max.request.size",
  "metadata.max.age.ms",
  "metadata.max.idle.ms",
  "partitioner.class",
  "reconnect.backoff.max.ms",
  "reconnect.backoff.ms",
  "request.timeout.ms",
  "retry.backoff.ms",
  "value.serializer",
];

/** What MSK Connect lets a worker set for consumers (the same page). */
export const consumerSettings: readonly string[] = [
  "allow.auto.create.topics",
  "auto.offset.reset",
  "check.crcs",
  "fetch.max.bytes",
  "fetch.max.wait.ms",
  "fetch.min.bytes",
  "heartbeat.interval.ms",
  "key.deserializer",
  "max.partition.fetch.bytes",
  "max.poll.interval.ms",
  "max.poll.records",
  "metadata.max.age.ms",
  "partition.assignment.strategy",
  "reconnect.backoff.max.ms",
  "reconnect.backoff.ms",
  "request.timeout.ms",
  "retry.backoff.ms",
  "session.timeout.ms",
  "value.deserializer",
];

/** Names that begin like this are MSK Connect's own (the same page). */
export const forbiddenPrefixes: readonly string[] = [
  "access.control.",
  "admin.",
  "admin.listeners.https.",
  "client.",
  "connect.",
  "inter.worker.",
  "internal.",
  "listeners.https.",
  "metrics.",
  "metrics.context.",
  "rest.",
  "sasl.",
  "security.",
  "socket.",
  "ssl.",
  "topic.tracking.",
  "worker.",
];

/** Names that are MSK Connect's own (the same page). */
export const forbiddenNames: readonly string[] = [
  "bootstrap.servers",
  "config.storage.topic",
  "connections.max.idle.ms",
  "connector.client.config.override.policy",
  "group.id",
  "listeners",
  "metric.reporters",
  "plugin.path",
  "receive.buffer.bytes",
  "response.http.headers.config",
  "scheduled.rebalance.max.delay.ms",
  "send.buffer.bytes",
  "status.storage.topic",
];

/**
 * What MSK Connect would refuse, or what would not do what it says.
 *
 * @param owner what the paths begin with: `sourceWorker`
 */
export function checkWorkerConfiguration(props: WorkerConfigurationProps, owner = "worker"): Finding[] {
  return [
    ...checkBounds(owner, props, {
      offsetFlushIntervalMs: { minimum: 1, maximum: largestInt },
      offsetFlushTimeoutMs: { minimum: 1, maximum: largestInt },
      taskShutdownGracefulTimeoutMs: { minimum: 1, maximum: largestInt },
      heartbeatIntervalMs: { minimum: 1, maximum: largestInt },
      // What brokers accept by default: group.min.session.timeout.ms and group.max.session.timeout.ms.
      sessionTimeoutMs: { minimum: 6000, maximum: 1_800_000 },
      rebalanceTimeoutMs: { minimum: 1, maximum: largestInt },
    }),
    ...checkWords(owner, props, { exactlyOnceSourceSupport: ["disabled", "preparing", "enabled"] }),
    ...checkHeartbeat(props, owner),
    ...checkConverters(props, owner),
    ...checkClient("producer", producerSettings, props, owner),
    ...checkClient("consumer", consumerSettings, props, owner),
    ...checkExtra(props, owner),
    ...checkConfigProviders(props, owner),
  ];
}

function checkConverters(props: WorkerConfigurationProps, owner: string): Finding[] {
  const properties = ["keyConverter", "valueConverter"] as const;
  return properties.flatMap((property) => {
    const value: unknown = props[property];
    if (value !== undefined && value !== "worker") return [];
    const expected = "a converter; MSK Connect refuses a worker configuration without";
    return [
      error({
        code: "worker-converter",
        path: `${owner}.${property}`,
        got: value,
        expected,
        fix: `set ${property} to "json"`,
      }),
    ];
  });
}

function checkHeartbeat(
  { heartbeatIntervalMs = 3000, sessionTimeoutMs = 10_000 }: WorkerConfigurationProps,
  owner: string,
): Finding[] {
  const unknown = known(heartbeatIntervalMs) === undefined || known(sessionTimeoutMs) === undefined;
  if (unknown || heartbeatIntervalMs < sessionTimeoutMs) return [];
  const path = `${owner}.heartbeatIntervalMs`;
  const expected = `less than sessionTimeoutMs (${sessionTimeoutMs}): a worker ends at its start otherwise`;
  const fix = `lower it, or raise sessionTimeoutMs above ${heartbeatIntervalMs}`;
  return [error({ code: "worker-heartbeat", path, got: heartbeatIntervalMs, expected, fix })];
}

function checkClient(
  client: "producer" | "consumer",
  allowed: readonly string[],
  props: WorkerConfigurationProps,
  owner: string,
): Finding[] {
  const refused = Object.keys(props[client] ?? {}).filter((name) => !allowed.includes(name));
  return refused.map((name) =>
    error({
      code: "worker-client-setting",
      path: `${owner}.${client}["${name}"]`,
      got: name,
      expected: `one of ${allowed.join(", ")}`,
      fix: `remove it, or set ${client}.override.${name} in the connector's extra`,
    }),
  );
}

function checkExtra(props: WorkerConfigurationProps, owner: string): Finding[] {
  return Object.keys(props.extra ?? {}).flatMap((name) => {
    const path = `${owner}.extra["${name}"]`;
    const property = typedProperty(name);
    if (property !== undefined) {
      const expected = `names without a property of their own`;
      return [error({ code: "extra-repeats-property", path, got: name, expected, fix: `set ${property} instead` })];
    }
    const prefix = forbiddenPrefixes.find((forbidden) => name.startsWith(forbidden));
    if (prefix === undefined && !forbiddenNames.includes(name)) return [];
    const expected = `a name that MSK Connect doesn't keep for itself (${prefix === undefined ? name : `${prefix}*`} is)`;
    return [error({ code: "worker-setting-forbidden", path, got: name, expected, fix: "remove it" })];
  });
}

function typedProperty(name: string): string | undefined {
  if (name === "key.converter") return "keyConverter";
  if (name === "value.converter") return "valueConverter";
  if (name.startsWith("producer.")) return "producer";
  if (name.startsWith("consumer.")) return "consumer";
  if (name === "config.providers" || name.startsWith("config.providers.")) return "configProviders";
  return Object.entries(workerConfigurationNames).find(([, named]) => named === name)?.[0];
}

function checkConfigProviders({ configProviders = [] }: WorkerConfigurationProps, owner: string): Finding[] {
  const names = configProviders.map(({ name }) => name);
  return names.flatMap((name, index) => {
    const path = `${owner}.configProviders[${index}].name`;
    if (!/^[A-Za-z0-9_-]+$/.test(name)) {
      const expected = "letters, digits, _ and -";
      return [error({ code: "config-provider-name", path, got: name, expected, fix: "rename the provider" })];
    }
    if (names.indexOf(name) === index) return [];
    const expected = "each name once";
    return [error({ code: "config-provider-twice", path, got: name, expected, fix: "remove one of them" })];
  });
}
