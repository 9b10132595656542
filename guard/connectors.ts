import { asText } from "../terraform/synthesized";
import { connectors as connectorsOf, hasUnknownConfiguration, isSink, property } from "./connector";
import { hit, subject } from "./finding";
import { sinkOffsets, sourceOffsets } from "./offsets";
import type { PlannedResource } from "./planned";

/** What a plan does to the connectors as a whole (`aws_mskconnect_connector`). */
export const connectors = subject(
  {
    "source-destroyed": {
      harm: "pipeline",
      what: "The source connector is destroyed, and nothing is captured any more. Its replication slot stays, and keeps WAL until the database's disk is full.",
      remedy: "If it shall go for good, drop the slot afterwards: SELECT pg_drop_replication_slot('<slot>').",
    },
    "source-snapshots-again": {
      harm: "pipeline",
      what: "The source connector is replaced and doesn't find its position: it reads all rows of all tables again. Every row comes once more, and deletes of the meantime may not come at all.",
      remedy:
        "Set offset.storage.topic in the worker configuration (sourceConnector.worker.offsetStorageTopic) to the topic that it uses now, and keep its name.",
    },
    "source-replaced": {
      harm: "pipeline",
      what: "The source connector is replaced. It stands still for some minutes, in which the slot keeps WAL, and then goes on where it was; the last records may come twice.",
      remedy: "See that the database has free storage for an hour of changes.",
    },
    "sink-destroyed": {
      harm: "pipeline",
      what: "The sink connector is destroyed, and nothing reaches S3 any more. Kafka keeps the records for its retention, then they are gone.",
      remedy: "Keep it configured; or stop the source first, and wait until the sink has written everything.",
    },
    "sink-starts-over": {
      harm: "pipeline",
      what: "The sink connector is replaced and doesn't find its position: it writes everything that Kafka still has once more.",
      remedy: "Keep its name; its consumer group is connect-<name>.",
    },
    "sink-replaced": {
      harm: "pipeline",
      what: "The sink connector is replaced. It stands still for some minutes and then goes on where it was; records of objects that weren't finished are written again.",
      remedy: "See that Kafka's retention is longer than the pause.",
    },
    "capacity-and-configuration": {
      harm: "refused",
      what: "A connector's capacity and its configuration change in one apply, and MSK Connect takes one of them per UpdateConnector call.",
      remedy: "Apply twice: the one, then the other.",
    },
    "connector-class-changed": {
      harm: "refused",
      what: "A running connector's connector.class shall change, and MSK Connect refuses that.",
      remedy: "Make a connector of another name, and delete this one.",
    },
    "connector-configuration-unknown": {
      harm: "pipeline",
      what: "The connector's whole configuration is known during apply only, so that nobody can say what the change means.",
      remedy: "Apply what it depends on first, with -target, and plan again.",
    },
    "source-autoscaled": {
      harm: "pipeline",
      what: "Debezium gets workers that come and go with the load. It has one task: more workers only cost money, and each change of their number restarts the task.",
      remedy: "Give it provisioned capacity with one worker.",
    },
  },
  function* (plan) {
    for (const connector of connectorsOf(plan)) {
      const sink = isSink(connector);
      if (connector.action === "delete")
        yield hit(sink ? "sink-destroyed" : "source-destroyed", connector, connector.reason);
      if (connector.action === "replace") {
        const verdict = sink ? sinkOffsets(connector, plan) : sourceOffsets(connector, plan);
        const snapshot = sink ? undefined : snapshotWithout(verdict.goesOn, connector);
        const why = [connector.reason, verdict.why, snapshot].filter(Boolean).join("; ");
        if (sink) yield hit(verdict.goesOn ? "sink-replaced" : "sink-starts-over", connector, why);
        else
          yield hit(
            takesSnapshot(verdict.goesOn, connector) ? "source-snapshots-again" : "source-replaced",
            connector,
            why,
          );
      }
      if (!connector.isChanged) continue;
      if (hasUnknownConfiguration(connector))
        yield hit("connector-configuration-unknown", connector, "connector_configuration");
      if (connector.action !== "update") continue;
      if (connector.differs("capacity") && differsInside(connector))
        yield hit("capacity-and-configuration", connector, "capacity and connector_configuration both change");
      const className = property("connector.class");
      if (!hasUnknownConfiguration(connector) && connector.differs(...className))
        yield hit("connector-class-changed", connector, connector.told(...className));
      if (!sink && !hasWorkersThatScale(connector, "before") && hasWorkersThatScale(connector, "after"))
        yield hit("source-autoscaled", connector, "capacity: provisioned → autoscaling");
    }
  },
);

const NO_SNAPSHOT = new Set(["never", "no_data", "schema_only", "custom"]);

function snapshotMode(connector: PlannedResource): string {
  return asText(connector.after(...property("snapshot.mode"))) || "initial";
}

function takesSnapshot(goesOn: boolean, connector: PlannedResource): boolean {
  const mode = snapshotMode(connector);
  return mode === "always" || (!goesOn && !NO_SNAPSHOT.has(mode));
}

/** Where snapshot.mode decides, and not the offsets. */
function snapshotWithout(goesOn: boolean, connector: PlannedResource): string | undefined {
  const mode = snapshotMode(connector);
  if (mode === "always") return "its snapshot.mode takes a snapshot at each start";
  if (!goesOn && NO_SNAPSHOT.has(mode)) return "its snapshot.mode takes none: it goes on from the slot's position";
  return undefined;
}

/** Some value differs, or isn't known yet. */
function differsInside(connector: PlannedResource): boolean {
  if (connector.differs("connector_configuration")) return true;
  return connector.unknownsInside("connector_configuration").length > 0;
}

function hasWorkersThatScale(connector: PlannedResource, when: "before" | "after"): boolean {
  return connector[when]("capacity", "autoscaling", "max_worker_count") !== undefined;
}
