import { asArray, asObject, asText } from "../terraform/synthesized";
import { hit, subject } from "./finding";
import type { Planned, PlannedResource } from "./planned";

/** What a plan does to the publication and the replication slot: by a script of the apply, or by a PostgreSQL provider. */
export const publication = subject(
  {
    "slot-dropped": {
      harm: "data",
      what: "The replication slot is dropped: changes that the connector hasn't read yet are lost, and a new slot begins at the present.",
      remedy: "Keep the slot. If it has to go: stop writing and let the connector read to its end first.",
    },
    "publication-dropped": {
      harm: "pipeline",
      what: "The publication is dropped: the connector's task fails, and changes made while it is away can't be decoded.",
      remedy: "Keep the publication; change its tables with ALTER PUBLICATION.",
    },
    "setup-runs-again": {
      harm: "pipeline",
      what: "The script that makes publication and replication slot runs again. It leaves alone what exists; in a database that has neither it makes a slot that begins at the present.",
      remedy: "See that it is the same database, and that psql reaches it from where Terraform runs.",
    },
  },
  function* (plan) {
    for (const slot of plan.of("postgresql_replication_slot", "postgresql_physical_replication_slot")) {
      if (slot.isGone) yield hit("slot-dropped", slot, slot.reason);
    }
    for (const made of plan.of("postgresql_publication")) {
      if (made.isGone) yield hit("publication-dropped", made, made.reason);
    }
    for (const script of plan.of("null_resource", "terraform_data")) {
      const commands = commandsOf(plan, script);
      if (script.isGone && /pg_drop_replication_slot/i.test(commands))
        yield hit("slot-dropped", script, "its command calls pg_drop_replication_slot");
      if (script.action === "replace" && /create_logical_replication_slot|create\s+publication/i.test(commands))
        yield hit("setup-runs-again", script, toldTriggers(script));
    }
  },
);

/** A plan doesn't say which commands run at creation and which at destruction. */
function commandsOf(plan: Planned, resource: PlannedResource): string {
  return asArray(plan.configurationOf(resource).provisioners)
    .map(asObject)
    .map(({ expressions }) => asText(asObject(asObject(expressions).command).constant_value))
    .join("\n");
}

/** A trigger is a map, and which of its values changed is worth knowing. */
function toldTriggers(script: PlannedResource): string {
  const before = Object.keys(asObject(script.before("triggers")));
  const changed = before.filter((name) => script.differs("triggers", name));
  return changed.length > 0 ? changed.map((name) => script.told("triggers", name)).join(", ") : script.reason;
}
