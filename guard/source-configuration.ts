import { asText } from "../terraform/synthesized";
import { plainTables } from "../connectors/topics";
import { connectors, hasUnknownConfiguration, isSink, property } from "./connector";
import { hit, subject } from "./finding";
import type { PlannedResource } from "./planned";

/** What a plan changes in Debezium's configuration; in its documentation's words. */
export const sourceConfiguration = subject(
  {
    "topic-prefix-changed": {
      harm: "pipeline",
      what: "Every topic gets a new name, and Debezium doesn't find its position, which goes by the prefix: a new snapshot into new topics. The sink goes on reading the old names only, unless its topics change too.",
      remedy:
        "Keep topic.prefix. If it has to change, change the sink's topics with it and let the sink finish the old ones first.",
    },
    "slot-changed": {
      harm: "data",
      what: "Debezium reads from another replication slot. A new slot begins now: changes that the old one still holds are lost, as there is no snapshot where offsets exist. The old slot stays, and keeps WAL until the disk is full.",
      remedy:
        "Keep slot.name. If it has to change: stop writing, let the connector read to its end, and drop the old slot afterwards.",
    },
    "publication-changed": {
      harm: "pipeline",
      what: "Debezium reads another publication. It has to exist with all captured tables, or the task fails; and PostgreSQL applies a publication to changes made after it was created only.",
      remedy: "Create the publication first, and keep the old one until the connector has read past that point.",
    },
    "captured-database-changed": {
      harm: "data",
      what: "Debezium captures another database under the same topics and offsets: a slot belongs to one database, and rows of both get mixed.",
      remedy: "Make a connector of its own for the other database, with a topic.prefix of its own.",
    },
    "slot-dropped-on-stop": {
      harm: "data",
      what: "Debezium drops its slot whenever it stops in order, at each update and each rescale: changes made meanwhile are lost.",
      remedy: "Keep slot.drop.on.stop at false.",
    },
    "snapshot-mode-changed": {
      harm: "pipeline",
      what: "The next start without offsets behaves differently: initial reads all rows, initial_only stops after that, always reads them at every start, never and no_data read none.",
      remedy: "Keep snapshot.mode, unless this is what you are after.",
    },
    "source-drops-records": {
      harm: "data",
      what: "Records that fail in a converter or a transformation are dropped without an error. A source has no dead letter queue.",
      remedy: "Keep errors.tolerance at none: the task fails, and goes on once the cause is mended.",
    },
    "captured-tables-changed": {
      harm: "data",
      what: "Other tables or columns are captured: those that are no longer in leave the stream, and tables that come in bring only what changes from now on, not the rows that they have.",
      remedy: "Take a snapshot of the new tables by an incremental snapshot, or copy their rows by hand.",
    },
    "operations-left-out": {
      harm: "data",
      what: "Debezium leaves out more kinds of changes than now.",
      remedy: "Keep skipped.operations; t, truncates, is its default.",
    },
  },
  function* (plan) {
    for (const connector of connectors(plan)) {
      if (!connector.isChanged || isSink(connector) || hasUnknownConfiguration(connector)) continue;
      for (const [code, name, fallback] of IDENTITIES) {
        if (reads(connector, name, fallback)) yield hit(code, connector, connector.told(...property(name)));
      }
      if (becomes(connector, "slot.drop.on.stop", "true"))
        yield hit("slot-dropped-on-stop", connector, connector.told(...property("slot.drop.on.stop")));
      if (becomes(connector, "errors.tolerance", "all"))
        yield hit("source-drops-records", connector, connector.told(...property("errors.tolerance")));
      for (const name of FILTERS) {
        if (connector.differs(...property(name)))
          yield hit("captured-tables-changed", connector, toldFilter(connector, name));
      }
      if (skipsMore(connector))
        yield hit("operations-left-out", connector, connector.told(...property("skipped.operations")));
    }
  },
);

/** Where another value means another thing, with Debezium's defaults. */
const IDENTITIES = [
  ["topic-prefix-changed", "topic.prefix", ""],
  ["slot-changed", "slot.name", "debezium"],
  ["publication-changed", "publication.name", "dbz_publication"],
  ["captured-database-changed", "database.dbname", ""],
  ["snapshot-mode-changed", "snapshot.mode", "initial"],
] as const;

const FILTERS = ["schema", "table", "column"].flatMap((of) => [`${of}.include.list`, `${of}.exclude.list`]);

function reads(connector: PlannedResource, name: string, fallback: string): boolean {
  const path = property(name);
  const value = (when: "before" | "after"): string => asText(connector[when](...path)) || fallback;
  return connector.isUnknown(...path) || value("before") !== value("after");
}

function becomes(connector: PlannedResource, name: string, value: string): boolean {
  const path = property(name);
  return connector.before(...path) !== value && connector.after(...path) === value;
}

/** A long list isn't told; the tables that come and go are, where they are plain names. */
function toldFilter(connector: PlannedResource, name: string): string {
  const path = property(name);
  if (connector.isSensitive(...path) || connector.isUnknown(...path)) return connector.told(...path);
  const [before, after] = [
    plainTables(asText(connector.before(...path))),
    plainTables(asText(connector.after(...path))),
  ];
  const out = before.filter((table) => !after.includes(table));
  const into = after.filter((table) => !before.includes(table));
  if (out.length === 0 && into.length === 0) return connector.told(...path);
  return [`${name}:`, ...out.map((table) => `-${table}`), ...into.map((table) => `+${table}`)].join(" ");
}

function skipsMore(connector: PlannedResource): boolean {
  const path = property("skipped.operations");
  const skipped = (when: "before" | "after"): string => asText(connector[when](...path)) || "t";
  const operations = skipped("after") === "none" ? "" : skipped("after");
  return [...operations.replaceAll(/[^a-z]/g, "")].some((operation) => !skipped("before").includes(operation));
}
