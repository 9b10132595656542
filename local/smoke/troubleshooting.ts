import type { LocalPipeline } from "../reading/pipeline";

/** An entry of the README's chapter "Troubleshooting", by its heading, with its commands for this run. */
export interface Entry {
  readonly title: string;
  readonly causes: readonly string[];
  readonly commands: readonly string[];
}

export interface Entries {
  readonly connectorFails: Entry;
  readonly slotGrows: Entry;
  readonly noFiles: Entry;
  readonly clusterRefuses: Entry;
}

/** The README's titles; a test compares them with it. */
export const titles: Readonly<Record<keyof Entries, string>> = {
  connectorFails: "Connector Fails to Start",
  slotGrows: "Replication Slot Disk Usage Growing",
  noFiles: "S3 Files Not Appearing",
  clusterRefuses: "MSK Cluster Connection Refused",
};

/** The entries with what to look at on this machine instead of AWS. */
export function troubleshooting(pipeline: LocalPipeline, commands: LocalCommands, runFolder: string): Entries {
  const slot = pipeline.source.configuration["slot.name"] ?? "";
  return {
    connectorFails: {
      title: titles.connectorFails,
      causes: [
        "invalid database credentials",
        "network connectivity issues",
        "missing replication slot or publication",
      ],
      commands: [
        commands.sourceStatus,
        `${commands.psql} -c "SELECT slot_name, active FROM pg_replication_slots;"`,
        `tail ${runFolder}/sourceWorker.log`,
      ],
    },
    slotGrows: {
      title: titles.slotGrows,
      causes: ["the connector doesn't consume WAL changes fast enough, or not at all"],
      commands: [
        `${commands.psql} -c "SELECT slot_name, active, pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) AS lag FROM pg_replication_slots WHERE slot_name = '${slot}';"`,
        commands.sourceStatus,
      ],
    },
    noFiles: {
      title: titles.noFiles,
      causes: ["flush size or interval not reached", "topic regex not matching", "the sink's task failed"],
      commands: [commands.sinkStatus, `tail ${runFolder}/sinkWorker.log`, commands.objects],
    },
    clusterRefuses: {
      title: titles.clusterRefuses,
      causes: ["a broker doesn't run, or the connectors can't reach it"],
      commands: [commands.topics, ...pipeline.brokers.map(({ name }) => `tail ${runFolder}/${name}.log`)],
    },
  };
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
