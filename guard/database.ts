import { asText } from "../terraform/synthesized";
import { hit, subject } from "./finding";
import { asNumber, type PlannedResource } from "./planned";
import { compareVersions, versionNumbers } from "./versions";

/** What a plan does to the source database (`aws_db_instance`). */
export const database = subject(
  {
    "database-destroyed": {
      harm: "data",
      what: "The database is destroyed, with all rows, the publication and the replication slot.",
      remedy:
        "Keep it configured. If it has to go: take a snapshot of your own first, and let the connector read to its end.",
    },
    "database-replaced": {
      harm: "data",
      what: "The database is destroyed and an empty one is made. Rows, publication and replication slot don't come along.",
      remedy:
        "Keep the attribute as it is; or restore a snapshot into a new instance, and move over in steps of your own.",
    },
    "database-shrunk": {
      harm: "refused",
      what: "The database's storage shall shrink, and RDS only lets it grow.",
      remedy: "Leave allocated_storage at what it is, or move to a new instance.",
    },
    "database-downgraded": {
      harm: "refused",
      what: "PostgreSQL shall go back to an older version, and RDS only goes forward.",
      remedy: "Name the version that runs, or its major version alone.",
    },
    "database-major-upgrade": {
      harm: "pipeline",
      what: "A major upgrade of PostgreSQL. RDS refuses it while logical replication slots exist, and without the slot the changes of the meantime are missing.",
      remedy:
        "Stop writing, let the connector read to its end and delete it, drop the slot, upgrade with allow_major_version_upgrade and a parameter group of the new family, then make slot and connector again with a snapshot.",
    },
    "database-endpoint-changed": {
      harm: "pipeline",
      what: "The database gets another address. Whoever connects to it by the old one is cut off, and the connector learns the new one only with a second apply.",
      remedy: "Keep identifier and port; or plan an outage, and apply twice.",
    },
    "database-protected": {
      harm: "refused",
      what: "The database shall go, and its deletion protection is on.",
      remedy: "If it has to go: turn deletion_protection off in an apply of its own first.",
    },
    "deletion-protection-off": {
      harm: "protection",
      what: "The database's deletion protection is turned off: the next plan, or one click, can destroy it.",
      remedy: "Keep deletion_protection on.",
    },
    "final-snapshot-off": {
      harm: "protection",
      what: "From now on destroying the database takes no final snapshot.",
      remedy: "Keep skip_final_snapshot off, with a final_snapshot_identifier.",
    },
    "final-snapshot-name-taken": {
      harm: "refused",
      what: "The old database's final snapshot takes the name that the new one's shall have: destroying the new one will be refused.",
      remedy: "Give the new database another final_snapshot_identifier.",
    },
    "backups-off": {
      harm: "protection",
      what: "Automatic backups are turned off, and those that exist are deleted: no way back to a point in time.",
      remedy: "Keep backup_retention_period above 0.",
    },
    "backups-shortened": {
      harm: "protection",
      what: "Automatic backups are kept for a shorter time, and older ones are deleted.",
      remedy: "Keep backup_retention_period, or take a snapshot by hand first.",
    },
    "storage-growth-off": {
      harm: "protection",
      what: "The database's storage no longer grows by itself: a slot without a reader fills it, and then the database stops.",
      remedy: "Keep max_allocated_storage well above allocated_storage.",
    },
    "standby-off": {
      harm: "protection",
      what: "The database loses its standby in another zone: a failure of the zone is an outage, and what the last backup doesn't have is lost.",
      remedy: "Keep multi_az on.",
    },
    "database-public": {
      harm: "protection",
      what: "The database gets a public address.",
      remedy: "Keep publicly_accessible off, and reach it through the VPC.",
    },
  },
  function* (plan) {
    for (const db of plan.of("aws_db_instance")) {
      if (db.isGone) {
        yield hit(
          db.action === "delete" ? "database-destroyed" : "database-replaced",
          db,
          `${db.reason}; ${lastCopy(db)}`,
        );
        if (db.before("deletion_protection") === true)
          yield hit("database-protected", db, "deletion_protection is true now");
      }
      if (!db.isChanged) continue;
      if (db.action === "replace" && reusesSnapshotName(db))
        yield hit("final-snapshot-name-taken", db, `both have ${db.toldAfter("final_snapshot_identifier")}`);
      if (db.lowers("allocated_storage")) yield hit("database-shrunk", db, db.told("allocated_storage"));
      const steps = versionSteps(db);
      if (steps < 0) yield hit("database-downgraded", db, db.told("engine_version"));
      if (steps > 0 && isMajor(db)) yield hit("database-major-upgrade", db, db.told("engine_version"));
      for (const name of ["identifier", "port"]) {
        if (db.action === "update" && db.differs(name)) yield hit("database-endpoint-changed", db, db.told(name));
      }
      if (db.turnsOff("deletion_protection")) yield hit("deletion-protection-off", db, db.told("deletion_protection"));
      if (db.turnsOn("skip_final_snapshot")) yield hit("final-snapshot-off", db, db.told("skip_final_snapshot"));
      if (db.lowers("backup_retention_period")) {
        const code = db.after("backup_retention_period") === 0 ? "backups-off" : "backups-shortened";
        yield hit(code, db, db.told("backup_retention_period"));
      }
      if (stopsGrowing(db)) yield hit("storage-growth-off", db, db.told("max_allocated_storage"));
      if (db.turnsOff("multi_az")) yield hit("standby-off", db, db.told("multi_az"));
      if (db.turnsOn("publicly_accessible")) yield hit("database-public", db, db.told("publicly_accessible"));
    }
  },
);

/** Terraform destroys by what the state says, not by what the configuration says now. */
function lastCopy(db: PlannedResource): string {
  return db.before("skip_final_snapshot") === true
    ? "no final snapshot is taken (skip_final_snapshot is true now)"
    : `a final snapshot is taken first, ${db.toldBefore("final_snapshot_identifier")}`;
}

function reusesSnapshotName(db: PlannedResource): boolean {
  const name = db.before("final_snapshot_identifier");
  return (
    typeof name === "string" &&
    name !== "" &&
    db.before("skip_final_snapshot") !== true &&
    name === db.after("final_snapshot_identifier")
  );
}

/** What runs is in engine_version_actual where the configuration has only the major version. */
function runningVersion(db: PlannedResource): string {
  return asText(db.before("engine_version_actual")) || asText(db.before("engine_version"));
}

function versionSteps(db: PlannedResource): number {
  return compareVersions(runningVersion(db), asText(db.after("engine_version")));
}

function isMajor(db: PlannedResource): boolean {
  return versionNumbers(runningVersion(db))[0] !== versionNumbers(asText(db.after("engine_version")))[0];
}

function stopsGrowing(db: PlannedResource): boolean {
  const limit = asNumber(db.before("max_allocated_storage")) ?? 0;
  return limit > 0 && !db.isUnknown("max_allocated_storage") && !asNumber(db.after("max_allocated_storage"));
}
