import { asText } from "../terraform/synthesized";
import { connectors, hasUnknownConfiguration, isSink, property } from "./connector";
import { hit, subject } from "./finding";
import { type PlannedResource } from "./planned";

/** What a plan changes in the S3 sink's configuration, and in what both connectors have to agree on. */
export const sinkConfiguration = subject(
  {
    "target-bucket-changed": {
      harm: "pipeline",
      what: "The sink writes to another bucket from now on: the old objects stay where they are, and readers of the old bucket see nothing new.",
      remedy: "Keep s3.bucket.name; or copy the old objects over, and move the readers.",
    },
    "object-path-changed": {
      harm: "pipeline",
      what: "Objects get other keys from now on. Readers of the old folders see nothing new, and records that were written but not committed come a second time, under the new keys.",
      remedy: "Keep it as it is, or move the readers first.",
    },
    "object-format-changed": {
      harm: "pipeline",
      what: "Objects have another format from now on, beside those of the old one.",
      remedy: "Keep format.class and the compression; or write to another topics.dir, so that no reader meets both.",
    },
    "sink-topics-changed": {
      harm: "data",
      what: "The sink reads other topics. What is only in topics that it leaves doesn't reach S3, and is gone from Kafka after its retention.",
      remedy: "See that every topic of the source still matches.",
    },
    "sink-drops-records": {
      harm: "data",
      what: "Records that fail in a converter or a transformation are dropped, and there is no dead letter queue that keeps them.",
      remedy: "Set errors.deadletterqueue.topic.name too, or keep errors.tolerance at none.",
    },
    "sink-skips-to-the-end": {
      harm: "data",
      what: "Where the sink has no position it starts at the end: records that are in a topic before the sink finds it are left out.",
      remedy: "Keep auto.offset.reset at earliest.",
    },
    "record-format-changed": {
      harm: "pipeline",
      what: "A connector's converters change. Records that are in Kafka already have the old format: the sink fails at the first it can't read, and readers see both.",
      remedy: "Stop the source, let the sink write everything, then change both connectors together.",
    },
  },
  function* (plan) {
    for (const connector of connectors(plan)) {
      if (!connector.isChanged || hasUnknownConfiguration(connector)) continue;
      const formats = CONVERTERS.filter((name) => connector.differs(...property(name)));
      if (formats.length > 0) yield hit("record-format-changed", connector, told(connector, formats));
      if (!isSink(connector)) continue;
      for (const [code, names] of MEANINGS) {
        const changed = names.filter((name) => connector.differs(...property(name)));
        if (changed.length > 0) yield hit(code, connector, told(connector, changed));
      }
      if (dropsRecords(connector, "after") && !dropsRecords(connector, "before"))
        yield hit("sink-drops-records", connector, told(connector, ["errors.tolerance"]));
      const reset = property("consumer.override.auto.offset.reset");
      if (connector.before(...reset) !== "latest" && connector.after(...reset) === "latest")
        yield hit("sink-skips-to-the-end", connector, connector.told(...reset));
    }
  },
);

const CONVERTERS = [
  "key.converter",
  "value.converter",
  "key.converter.schemas.enable",
  "value.converter.schemas.enable",
];

const MEANINGS = [
  ["target-bucket-changed", ["s3.bucket.name", "s3.region"]],
  [
    "object-path-changed",
    ["topics.dir", "partitioner.class", "path.format", "partition.duration.ms", "partition.field.name"],
  ],
  ["object-format-changed", ["format.class", "s3.compression.type"]],
  ["sink-topics-changed", ["topics", "topics.regex"]],
] as const;

function told(connector: PlannedResource, names: readonly string[]): string {
  return names.map((name) => connector.told(...property(name))).join(", ");
}

function dropsRecords(connector: PlannedResource, when: "before" | "after"): boolean {
  const value = (name: string): string => asText(connector[when](...property(name)));
  const queue = property("errors.deadletterqueue.topic.name");
  return (
    value("errors.tolerance") === "all" &&
    value("errors.deadletterqueue.topic.name") === "" &&
    !connector.isUnknown(...queue)
  );
}
