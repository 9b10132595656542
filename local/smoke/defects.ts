import { setTimeout as sleep } from "node:timers/promises";
import { insertStep, readinessSteps, secondsUntilTopicsAreFound, topicsStep } from "./common-steps";
import type { SinkControl, SmokeContext } from "./context";
import { type Step, Unexpected } from "./steps";
import { type Inserted } from "./tables";

/**
 * What the profile `existing` does wrong, as it was measured with Confluent's connector (docs/upgrading.md): this fails once it
 * does right.
 */
export function defectSteps(context: SmokeContext, signal?: AbortSignal): Step[] {
  const { entries, sink, sinkControl } = context;
  const flushSize = Number(sink.configuration["flush.size"]);
  const rotation = Number(sink.configuration["rotate.interval.ms"] ?? "60000");
  let inserted: Inserted = { userIds: [], orderIds: [], since: 0 };
  let readableAt = 0;
  const linesOf = async (table: string): Promise<string[]> => {
    const objects = await context.objects(context.topic(table));
    return objects.flatMap(({ lines }) => lines).filter((line) => lsnOf(line) >= inserted.since);
  };
  return [
    ...readinessSteps(context),
    insertStep(context, (rows) => {
      inserted = rows;
    }),
    topicsStep(context),
    {
      name: "defect: values are Struct{…} texts, not JSON",
      entry: entries.connectorFails,
      needsKafka: true,
      run: async () => {
        const structs = (): string[] =>
          context.records
            .map(({ value }) => value)
            .filter((value) => isStruct(value) && lsnOf(value) >= inserted.since);
        await context.until(context.arrivalSeconds, () =>
          Promise.resolve(structs().length >= 6 ? [] : [`${structs().length} Struct texts`]),
        );
        return (structs()[0] ?? "").slice(0, 40);
      },
    },
    {
      name: "the sink finds new topics: restarted, or waited for",
      entry: entries.noFiles,
      run: async () => {
        // The profile leaves the consumer's metadata.max.age.ms at its default of five minutes.
        if (sinkControl) await sinkControl.restart();
        else await sleep(secondsUntilTopicsAreFound(sink) * 1000, undefined, { signal });
        readableAt = Date.now();
        return context.expectRunning();
      },
    },
    {
      name: `defect: rotate.interval.ms=${rotation} is ignored`,
      entry: entries.noFiles,
      run: async () => {
        await sleep(Math.max(0, readableAt + rotation + 5000 - Date.now()), undefined, { signal });
        const lines = [...(await linesOf("users")), ...(await linesOf("orders"))];
        if (lines.length > 0) throw new Unexpected(`${lines.length} rows are in S3, after rotate.interval.ms`);
        return `no object ${Math.round((Date.now() - readableAt) / 1000)} s after the sink could read the rows`;
      },
    },
    {
      name: `only flush.size=${flushSize} rows make an object, of Struct{…} texts`,
      entry: entries.noFiles,
      run: async () => {
        await context.sql(`INSERT INTO users (username, email)
SELECT 'user' || n, 'user' || n || '@example.com' FROM generate_series(1, ${flushSize - inserted.userIds.length}) AS n`);
        await context.until(120, async () => {
          const lines = await linesOf("users");
          return lines.length >= flushSize ? [] : [`${lines.length} of ${flushSize} rows are in S3`];
        });
        const lines = await linesOf("users");
        const other = lines.find((line) => !isStruct(line));
        if (other !== undefined) throw new Unexpected(`not a Struct text: ${other.slice(0, 200)}`);
        return `${lines.length} lines: ${(lines[0] ?? "").slice(0, 30)}`;
      },
    },
    ...(sinkControl ? [deleteStep(context, sinkControl, () => inserted.orderIds[1])] : []),
  ];
}

/** Last, and only where nobody depends on the sink: it doesn't run again by itself. */
function deleteStep(context: SmokeContext, sink: SinkControl, order: () => number | undefined): Step {
  return {
    name: "defect: the first DELETE stops the sink",
    entry: context.entries.noFiles,
    run: async () => {
      await context.sql(`DELETE FROM orders WHERE id = ${order()}`);
      let failure = "";
      await context.until(90, async () => {
        failure = (await sink.failure()) ?? "";
        return failure === "" ? ["the sink still runs"] : [];
      });
      return lastLine(failure).slice(0, 160);
    },
  };
}

/** A row as Java's toString() writes it, as it is in Kafka, or in quotes, as the sink writes it. */
function isStruct(text: string): boolean {
  return /^"?Struct\{/.test(text);
}

/** Position in the database's log: what lies before is of an earlier test. What has none is of none. */
function lsnOf(text: string): number {
  return Number(/\blsn=(\d+)/.exec(text)?.[1] ?? Infinity);
}

function lastLine(text: string): string {
  return text.split("\n").at(-1) ?? "";
}
