import fc from "fast-check";
import {
  checkWorkerConfiguration,
  consumerSettings,
  forbiddenNames,
  forbiddenPrefixes,
  producerSettings,
} from "../../connectors/check-worker-configuration";
import { WorkerConfigurationProps, workerConfiguration } from "../../connectors/worker-configuration";
import { goodWorker, lines } from "./examples";

const json = { keyConverter: "json", valueConverter: "json" } as const;

test("renders one sorted line per property, with a newline at the end", () => {
  const text = workerConfiguration({
    ...json,
    offsetStorageTopic: "cdc-offsets",
    offsetFlushIntervalMs: 1000,
    producer: { "compression.type": "lz4" },
    consumer: { "max.poll.records": "2000" },
    configProviders: [{ name: "secretsmanager", class: "x.SecretsManager", params: { region: "us-east-1" } }],
    extra: { "config.reload.action": "none" },
  });
  expect(text).toBe(
    [
      "config.providers=secretsmanager",
      "config.providers.secretsmanager.class=x.SecretsManager",
      "config.providers.secretsmanager.param.region=us-east-1",
      "config.reload.action=none",
      "consumer.max.poll.records=2000",
      "key.converter=org.apache.kafka.connect.json.JsonConverter",
      "key.converter.schemas.enable=false",
      "offset.flush.interval.ms=1000",
      "offset.storage.topic=cdc-offsets",
      "producer.compression.type=lz4",
      "value.converter=org.apache.kafka.connect.json.JsonConverter",
      "value.converter.schemas.enable=false",
      "",
    ].join("\n"),
  );
});

test("a value can't add a line", () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const text = workerConfiguration({ ...json, extra: { "a.setting": value } });
      expect(text.split(/\n|\r/).filter((line) => line !== "")).toHaveLength(5);
    }),
  );
});

test.each([
  [" x", "a=\\ x"],
  ["a\\b", "a=a\\\\b"],
  ["${TfToken[TOKEN.1]}", "a=${TfToken[TOKEN.1]}"],
])("the value %j is written %s", (value, expected) => {
  expect(workerConfiguration({ ...json, extra: { a: value } }).split("\n")[0]).toBe(expected);
});

test("nothing is said about a good configuration", () => {
  expect(checkWorkerConfiguration(goodWorker)).toEqual([]);
});

test.each(producerSettings)("producer %s is allowed", (name) => {
  expect(checkWorkerConfiguration({ ...json, producer: { [name]: "1" } })).toEqual([]);
});

test.each(consumerSettings)("consumer %s is allowed", (name) => {
  expect(checkWorkerConfiguration({ ...json, consumer: { [name]: "1" } })).toEqual([]);
});

test.each(forbiddenPrefixes)("fails if extra begins with %s", (prefix) => {
  const findings = checkWorkerConfiguration({ ...json, extra: { [`${prefix}x`]: "1" } }, "sinkWorker");
  expect(lines(findings)).toEqual([`error worker-setting-forbidden sinkWorker.extra["${prefix}x"]`]);
});

test.each(forbiddenNames)("fails if extra has %s", (name) => {
  const findings = checkWorkerConfiguration({ ...json, extra: { [name]: "1" } });
  expect(lines(findings)).toEqual([`error worker-setting-forbidden worker.extra["${name}"]`]);
});

test.each<[string, Partial<WorkerConfigurationProps>, string]>([
  [
    "a producer setting isn't allowed",
    { producer: { "max.block.ms": "1" } },
    'worker-client-setting worker.producer["max.block.ms"]',
  ],
  [
    "a consumer setting isn't allowed",
    { consumer: { "group.id": "x" } },
    'worker-client-setting worker.consumer["group.id"]',
  ],
  ["the value converter is missing", { valueConverter: undefined }, "worker-converter worker.valueConverter"],
  ["offsets are flushed every 0 ms", { offsetFlushIntervalMs: 0 }, "number-out-of-bounds worker.offsetFlushIntervalMs"],
  [
    "a worker reports less often than its session lasts by default",
    { heartbeatIntervalMs: 45_000 },
    "worker-heartbeat worker.heartbeatIntervalMs",
  ],
  [
    "a worker reports as often as its session lasts",
    { heartbeatIntervalMs: 60_000, sessionTimeoutMs: 60_000 },
    "worker-heartbeat worker.heartbeatIntervalMs",
  ],
  [
    "a session lasts longer than brokers allow",
    { sessionTimeoutMs: 1_800_001 },
    "number-out-of-bounds worker.sessionTimeoutMs",
  ],
  [
    "extra has a converter",
    { extra: { "key.converter": "x" } },
    'extra-repeats-property worker.extra["key.converter"]',
  ],
  [
    "extra has a producer setting",
    { extra: { "producer.acks": "1" } },
    'extra-repeats-property worker.extra["producer.acks"]',
  ],
  [
    "extra has the offsets topic",
    { extra: { "offset.storage.topic": "x" } },
    'extra-repeats-property worker.extra["offset.storage.topic"]',
  ],
  [
    "extra has a config provider",
    { extra: { "config.providers": "x" } },
    'extra-repeats-property worker.extra["config.providers"]',
  ],
  [
    "a config provider has a dot",
    { configProviders: [{ name: "a.b", class: "x.Y" }] },
    "config-provider-name worker.configProviders[0].name",
  ],
  [
    "a config provider is there twice",
    {
      configProviders: [
        { name: "a", class: "x.Y" },
        { name: "a", class: "x.Z" },
      ],
    },
    "config-provider-twice worker.configProviders[1].name",
  ],
])("fails if %s", (_name, change, expected) => {
  expect(lines(checkWorkerConfiguration({ ...json, ...change }))).toEqual([`error ${expected}`]);
});
