import type { LocalPipeline } from "../reading/pipeline";

/** An entry of the README's chapter "Troubleshooting", by its heading, with its commands for this pipeline. */
export interface Entry {
  readonly title: string;
  readonly causes: readonly string[];
  readonly commands: readonly string[];
}

/** The README's titles; a test compares them with it. */
export const titles = {
  connectorFails: "Connector Fails to Start",
  slotGrows: "Replication Slot Disk Usage Growing",
  noFiles: "S3 Files Not Appearing",
  clusterRefuses: "MSK Cluster Connection Refused",
} as const;

export type Entries = Readonly<Record<keyof typeof titles, Entry>>;

/** The entries with the commands of one pipeline. */
export function troubleshooting(commands: Readonly<Record<keyof Entries, readonly string[]>>): Entries {
  const entry = (key: keyof Entries, ...causes: string[]): Entry => ({
    title: titles[key],
    causes,
    commands: commands[key],
  });
  return {
    connectorFails: entry(
      "connectorFails",
      "invalid database credentials",
      "network connectivity issues",
      "missing replication slot or publication",
    ),
    slotGrows: entry("slotGrows", "the connector doesn't consume WAL changes fast enough, or not at all"),
    noFiles: entry(
      "noFiles",
      "flush size or interval not reached",
      "topic regex not matching",
      "the sink's task failed",
    ),
    clusterRefuses: entry("clusterRefuses", "the brokers don't run, or can't be reached from here"),
  };
}

/** The README's look at one slot. */
export function slotLag(slot: string): string {
  return `SELECT slot_name, active, pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) AS lag FROM pg_replication_slots WHERE slot_name = '${slot}';`;
}

/** What to look at on this machine instead of AWS. */
export function localEntries(pipeline: LocalPipeline, commands: LocalCommands, runFolder: string): Entries {
  const { psql, sourceStatus, sinkStatus, topics, objects } = commands;
  return troubleshooting({
    connectorFails: [
      sourceStatus,
      `${psql} -c "SELECT slot_name, active FROM pg_replication_slots;"`,
      `tail ${runFolder}/sourceWorker.log`,
    ],
    slotGrows: [`${psql} -c "${slotLag(pipeline.source.configuration["slot.name"] ?? "debezium")}"`, sourceStatus],
    noFiles: [sinkStatus, `tail ${runFolder}/sinkWorker.log`, objects],
    clusterRefuses: [topics, ...pipeline.brokers.map(({ name }) => `tail ${runFolder}/${name}.log`)],
  });
}

/** The commands that entries use. */
export interface LocalCommands {
  readonly psql: string;
  readonly topics: string;
  readonly objects: string;
  readonly sourceStatus: string;
  readonly sinkStatus: string;
}

export function renderEntry({ title, causes, commands }: Entry): string {
  const lines = [...causes.map((cause) => `  - ${cause}`), "Look at:", ...commands.map((command) => `  ${command}`)];
  return [`README, Troubleshooting: "${title}". Common causes:`, ...lines].join("\n");
}
