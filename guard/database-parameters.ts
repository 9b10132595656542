import { asArray, asObject, asText, type Json } from "../terraform/synthesized";
import { hit, subject } from "./finding";
import { asNumber, type PlannedResource } from "./planned";

/** Static on RDS for PostgreSQL, as far as they matter here: a new value is taken up by a reboot, `pending-reboot` only. */
const STATIC = new Set([
  "max_connections",
  "max_logical_replication_workers",
  "max_replication_slots",
  "max_wal_senders",
  "max_worker_processes",
  "rds.logical_replication",
  "shared_buffers",
  "shared_preload_libraries",
  "wal_buffers",
]);

/** What a plan does to the database's parameters (`aws_db_parameter_group`). */
export const databaseParameters = subject(
  {
    "logical-replication-off": {
      harm: "pipeline",
      what: "Logical decoding is turned off. After the next reboot nothing can be captured, and PostgreSQL doesn't start while a logical slot exists.",
      remedy: "Keep rds.logical_replication at 1.",
    },
    "slot-can-be-lost": {
      harm: "data",
      what: "PostgreSQL may throw away WAL that the slot still needs. A slot that is further behind than that is lost, and the connector has to start over with a snapshot.",
      remedy:
        "Make max_slot_wal_keep_size as large as the longest outage writes, and watch OldestReplicationSlotLag; -1 never loses the slot.",
    },
    "slots-limited": {
      harm: "pipeline",
      what: "There is room for fewer replication slots or senders than now. PostgreSQL doesn't start with more slots than max_replication_slots.",
      remedy: "Keep the numbers, or count the rows of pg_replication_slots first.",
    },
    "parameter-needs-reboot": {
      harm: "pipeline",
      what: "A static parameter changes. Terraform doesn't reboot the database: until somebody does, nothing changes, and the reboot interrupts the pipeline.",
      remedy: "Plan a reboot of the database after the apply.",
    },
    "parameter-refused": {
      harm: "refused",
      what: "A static parameter shall change with apply_method immediate.",
      remedy: "Set its apply_method to pending-reboot.",
    },
    "database-tls-off": {
      harm: "protection",
      what: "The database admits connections without TLS.",
      remedy: "Keep rds.force_ssl at 1.",
    },
    "parameter-group-in-use": {
      harm: "refused",
      what: "The parameter group is destroyed before there is another, while a database uses it.",
      remedy: "Give it create_before_destroy and a new name.",
    },
  },
  function* (plan) {
    for (const group of plan.of("aws_db_parameter_group")) {
      if (group.isGone && !group.createsFirst) {
        const name = group.before("name");
        const user = plan
          .of("aws_db_instance")
          .find((db) => db.action !== "delete" && name !== undefined && db.before("parameter_group_name") === name);
        if (user) yield hit("parameter-group-in-use", group, `${group.reason}; ${user.address} uses it`);
      }
      if (!group.isChanged || group.isUnknown("parameter")) continue;
      for (const { name, before, after, applyMethod } of changedParameters(group)) {
        const told = group.isSensitive("parameter")
          ? "parameter"
          : `${name}: ${before ?? "not set"} → ${after ?? "not set"}`;
        if (name === "rds.logical_replication" && before === "1" && after !== "1")
          yield hit("logical-replication-off", group, told);
        if (name === "max_slot_wal_keep_size" && limit(after) < limit(before))
          yield hit("slot-can-be-lost", group, told);
        if (name === "rds.force_ssl" && after === "0") yield hit("database-tls-off", group, told);
        if (!STATIC.has(name)) continue;
        if (
          /^max_(replication_slots|wal_senders)$/.test(name) &&
          (asNumber(after) ?? Infinity) < (asNumber(before) ?? 0)
        )
          yield hit("slots-limited", group, told);
        yield after !== undefined && applyMethod !== "pending-reboot"
          ? hit("parameter-refused", group, told)
          : hit("parameter-needs-reboot", group, told);
      }
    }
  },
);

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod: string;
}

interface ChangedParameter {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
  readonly applyMethod: string;
}

/** Those whose value changes; another apply_method alone does nothing (AWS provider, aws_db_parameter_group). */
function changedParameters(group: PlannedResource): ChangedParameter[] {
  const [before, after] = [parameters(group.before("parameter")), parameters(group.after("parameter"))];
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [old, young] = [before, after].map((all) => all.find((parameter) => parameter.name === name));
    if (old?.value === young?.value) return [];
    return [{ name, before: old?.value, after: young?.value, applyMethod: young?.applyMethod ?? "immediate" }];
  });
}

function parameters(blocks: Json | undefined): Parameter[] {
  return asArray(blocks)
    .map(asObject)
    .map(({ name, value, apply_method }) => ({
      name: asText(name),
      value: asText(value),
      applyMethod: asText(apply_method) || "immediate",
    }));
}

/** -1 is no limit, and the default. */
function limit(value: string | undefined): number {
  const number = asNumber(value);
  return number === undefined || number < 0 ? Infinity : number;
}
