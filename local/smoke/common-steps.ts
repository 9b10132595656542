import type { ConnectorSettings, SmokeContext } from "./context";
import { type Step, Unexpected } from "./steps";
import { type Inserted, insertRows, tables } from "./tables";

/** What every pipeline must show, before the first row. */
export function readinessSteps(context: SmokeContext): Step[] {
  const { entries, source, preparation } = context;
  const slot = source.configuration["slot.name"] ?? "debezium";
  const publication = source.configuration["publication.name"] ?? "dbz_publication";
  return [
    ...preparation,
    { name: "connectors are RUNNING", entry: entries.connectorFails, run: () => context.expectRunning() },
    {
      name: "publication exists",
      entry: entries.connectorFails,
      run: async () => {
        const [tables] = await context.sql(`SELECT puballtables FROM pg_publication WHERE pubname = '${publication}'`);
        if (tables === undefined) throw new Unexpected(`there is no publication ${publication}`);
        return `${publication}, ${tables === "t" ? "for all tables" : "for some tables"}`;
      },
    },
    {
      name: "replication slot exists and is active",
      entry: entries.slotGrows,
      run: async () => {
        const look = `SELECT active FROM pg_replication_slots WHERE slot_name = '${slot}'`;
        await context.until(30, async () => {
          const [active] = await context.sql(look);
          return active === "t"
            ? []
            : [active === undefined ? `there is no slot ${slot}` : `slot ${slot} isn't active`];
        });
        return slot;
      },
    },
  ];
}

/** The topics that the README expects. */
export function topicsStep(context: SmokeContext): Step {
  const expected = tables.map((table) => context.topic(table));
  return {
    name: "topics exist",
    entry: context.entries.clusterRefuses,
    needsKafka: true,
    run: async () => {
      await context.until(context.arrivalSeconds, async () => {
        const topics = new Set(await context.listTopics());
        return expected.filter((topic) => !topics.has(topic)).map((topic) => `there is no topic ${topic}`);
      });
      return expected.join(", ");
    },
  };
}

/** The README's users and orders. */
export function insertStep(context: SmokeContext, onInserted: (inserted: Inserted) => void): Step {
  return {
    name: "tables users and orders, three rows each",
    entry: context.entries.connectorFails,
    run: async () => {
      onInserted(await insertRows(context));
      return "6 rows inserted";
    },
  };
}

/** How long the sink may take to read a topic that didn't exist when it started. */
export function secondsUntilTopicsAreFound({ configuration, workerProperties }: ConnectorSettings): number {
  const milliseconds =
    configuration["consumer.override.metadata.max.age.ms"] ??
    workerProperties["consumer.metadata.max.age.ms"] ??
    // The consumer's own default.
    "300000";
  return Math.ceil(Number(milliseconds) / 1000);
}
