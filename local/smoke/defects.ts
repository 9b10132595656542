import { setTimeout as sleep } from "node:timers/promises";
import { failureOf, reasons } from "../running/connect";
import { insertStep, readinessSteps, topicsStep } from "./common-steps";
import type { SmokeContext } from "./context";
import { type Step, Unexpected } from "./steps";
import { type Inserted } from "./tables";

/**
 * What the profile `existing` does wrong, as it was measured with Confluent's connector (docs/upgrading.md): this fails once it
 * does right.
 */
export function defectSteps(context: SmokeContext, signal?: AbortSignal): Step[] {
  const { entries, pipeline } = context;
  const flushSize = Number(pipeline.sink.configuration["flush.size"]);
  const rotation = Number(pipeline.sink.configuration["rotate.interval.ms"] ?? "60000");
  let inserted: Inserted = { userIds: [], orderIds: [], since: 0 };
  let restartedAt = 0;
  const linesOf = async (table: string): Promise<string[]> =>
    (await context.objects(context.topic(table))).flatMap(({ lines }) => lines);
  return [
    ...readinessSteps(context),
    insertStep(context, (rows) => {
      inserted = rows;
    }),
    topicsStep(context),
    {
      name: "defect: values are Struct{…} texts, not JSON",
      entry: entries.connectorFails,
      run: async () => {
        const structs = (): string[] =>
          context.topics.records.map(({ value }) => value).filter((value) => isStruct(value));
        await context.until(30, () =>
          Promise.resolve(structs().length >= 6 ? [] : [`${structs().length} Struct texts`]),
        );
        return (structs()[0] ?? "").slice(0, 40);
      },
    },
    {
      // The profile leaves the consumer's metadata.max.age.ms at its default of five minutes.
      name: "sink restarted, else it would look for new topics every five minutes",
      entry: entries.noFiles,
      run: async () => {
        await context.restartSink();
        restartedAt = Date.now();
        return context.expectRunning();
      },
    },
    {
      name: `defect: rotate.interval.ms=${rotation} is ignored`,
      entry: entries.noFiles,
      run: async () => {
        await sleep(Math.max(0, restartedAt + rotation + 5000 - Date.now()), undefined, { signal });
        const lines = [...(await linesOf("users")), ...(await linesOf("orders"))];
        if (lines.length > 0) throw new Unexpected(`${lines.length} rows are in S3, after rotate.interval.ms`);
        return `no object ${Math.round((Date.now() - restartedAt) / 1000)} s after the sink could read the rows`;
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
    {
      name: "defect: the first DELETE stops the sink",
      entry: entries.noFiles,
      run: async () => {
        await context.sql(`DELETE FROM orders WHERE id = ${inserted.orderIds[1]}`);
        let trace = "";
        await context.until(90, async () => {
          const { sink } = await context.statuses();
          trace = (sink && failureOf(sink)) ?? "";
          return trace === "" ? ["the sink still runs"] : [];
        });
        return lastLine(reasons(trace)).slice(0, 160);
      },
    },
  ];
}

/** A row as Java's toString() writes it, as it is in Kafka, or in quotes, as the sink writes it. */
function isStruct(text: string): boolean {
  return /^"?Struct\{/.test(text);
}

function lastLine(text: string): string {
  return text.split("\n").at(-1) ?? "";
}
