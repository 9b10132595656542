import { Converter, converterConfigurations } from "./converters";
import { Configuration, renderNamed, sortedByKey } from "./values";

/** A class that fetches secrets while a connector starts; connectors name it as `${<name>:<path>:<key>}`. */
export interface ConfigProvider {
  /** The name in the placeholders: `secretsmanager`. */
  readonly name: string;
  /** The full class name; it has to be packed into the plugin. */
  readonly class: string;
  /** Its settings, without the prefix `config.providers.<name>.param.`: `{ region: "us-east-1" }`. @default none */
  readonly params?: Readonly<Record<string, string>>;
}

/**
 * A worker configuration of MSK Connect: what Kafka Connect's own documentation calls worker properties, as far as MSK Connect
 * lets them be set (MSK developer guide, "Supported worker configuration properties"). It can't be changed later: a change makes
 * a new one, and that replaces the connector.
 */
export interface WorkerConfigurationProps {
  /** `key.converter` for connectors that don't set their own. MSK Connect demands it. */
  readonly keyConverter: Exclude<Converter, "worker">;
  /** `value.converter` for connectors that don't set their own. MSK Connect demands it. */
  readonly valueConverter: Exclude<Converter, "worker">;
  /**
   * Topic in which a source connector keeps its position. A replaced connector goes on where the old one was only if this is
   * set and its name stays the same.
   * @default a new topic per connector, `__amazon_msk_connect_offsets_<name>_<id>`
   */
  readonly offsetStorageTopic?: string;
  /** Milliseconds between commits of positions; also the longest time an idle sink's scheduled rotation waits. @default 60000 */
  readonly offsetFlushIntervalMs?: number;
  /** Milliseconds that a commit of positions may take. @default 5000 */
  readonly offsetFlushTimeoutMs?: number;
  /** Milliseconds that tasks get to stop in order. @default 5000 */
  readonly taskShutdownGracefulTimeoutMs?: number;
  /**
   * Whether a source connector may write its records and its position in one transaction (KIP-618), which the connector's
   * `exactlyOnceSupport` then asks for. Kafka Connect 3.3 and newer. @default "disabled"
   */
  readonly exactlyOnceSourceSupport?: "disabled" | "preparing" | "enabled";
  /**
   * Milliseconds between a worker's reports to the broker that coordinates its group. While that broker doesn't answer the worker
   * goes on for the same time, and then stops its tasks (KAFKA-9184). Less than `sessionTimeoutMs`. @default 3000
   */
  readonly heartbeatIntervalMs?: number;
  /** Milliseconds without a report after which a worker counts as dead and another may have its tasks. @default 10000 */
  readonly sessionTimeoutMs?: number;
  /**
   * Milliseconds that a worker gets to come back when tasks are distributed anew. The tasks of a worker that leaves its group
   * rest for five minutes (`scheduled.rebalance.max.delay.ms`, which MSK Connect keeps for itself). @default 60000
   */
  readonly rebalanceTimeoutMs?: number;
  /** Settings of the producers of source connectors, without `producer.`; see `producerSettings`. @default none */
  readonly producer?: Readonly<Record<string, string>>;
  /** Settings of the consumers of sink connectors, without `consumer.`; see `consumerSettings`. @default none */
  readonly consumer?: Readonly<Record<string, string>>;
  /** `config.providers`: where passwords come from. They only work here, not in a connector's configuration. @default none */
  readonly configProviders?: readonly ConfigProvider[];
  /** Any other property that MSK Connect allows. @default none */
  readonly extra?: Readonly<Record<string, string>>;
}

/** Property → Kafka Connect's name. */
export const workerConfigurationNames = {
  offsetStorageTopic: "offset.storage.topic",
  offsetFlushIntervalMs: "offset.flush.interval.ms",
  offsetFlushTimeoutMs: "offset.flush.timeout.ms",
  taskShutdownGracefulTimeoutMs: "task.shutdown.graceful.timeout.ms",
  exactlyOnceSourceSupport: "exactly.once.source.support",
  heartbeatIntervalMs: "heartbeat.interval.ms",
  sessionTimeoutMs: "session.timeout.ms",
  rebalanceTimeoutMs: "rebalance.timeout.ms",
} as const;

/** The worker configuration as key and value, sorted. */
export function workerConfigurationProperties(props: WorkerConfigurationProps): Configuration {
  return sortedByKey({
    ...props.extra,
    ...prefixed("producer.", props.producer),
    ...prefixed("consumer.", props.consumer),
    ...configProviders(props.configProviders),
    ...converterConfigurations(props),
    ...renderNamed(workerConfigurationNames, props),
  });
}

/** The text of the `properties_file_content`: one `key=value` a line, sorted, with a newline at the end. */
export function workerConfiguration(props: WorkerConfigurationProps): string {
  const entries = Object.entries(workerConfigurationProperties(props));
  return entries.map(([key, value]) => `${escapeKey(key)}=${escapeValue(value)}\n`).join("");
}

function prefixed(prefix: string, settings: Readonly<Record<string, string>> = {}): Configuration {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${prefix}${key}`, value]));
}

function configProviders(providers: readonly ConfigProvider[] = []): Configuration {
  if (providers.length === 0) return {};
  const rendered: Configuration = { "config.providers": providers.map(({ name }) => name).join(",") };
  for (const provider of providers) {
    const prefix = `config.providers.${provider.name}.`;
    rendered[`${prefix}class`] = provider.class;
    Object.assign(rendered, prefixed(`${prefix}param.`, provider.params));
  }
  return rendered;
}

/** java.util.Properties: a backslash escapes, a line ends at its end, blanks before a value are dropped. */
function escapeValue(value: string): string {
  return value
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replace(/^[ \t\f]/, "\\$&");
}

function escapeKey(key: string): string {
  return key.replace(/[ \t\f\n\r:=#!\\]/g, (character) => `\\${character}`);
}
