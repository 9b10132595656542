import { join } from "node:path";
import { BenchPipeline } from "../../local/bench/pipeline";
import { faults, measureFault } from "../../local/bench/faults";
import { cacheFolder } from "../../local/cache";
import { withStack } from "../../local/reading/load";
import { PROJECT } from "../support/project";

// A real pipeline; a first run also fetches its parts.
jest.setTimeout(900_000);

/** The setting called exactly once, with files that are finished sooner, so that the test is. */
const QUICK = { sink: { rotateIntervalMs: 2000 }, sinkConnector: { worker: { offsetFlushIntervalMs: 1000 } } };

describe("kill -9 of a worker, with standard+exactly_once", () => {
  it.each(["source-worker", "sink-worker"])("fails if a row is lost or there twice after %s", async (name) => {
    const fault = faults.find((candidate) => candidate.name === name);
    if (fault === undefined) throw new Error(`no fault ${name}`);
    const progress = (): undefined => undefined;
    const start = { cache: cacheFolder(process.env), connectorsFolder: join(PROJECT, "connectors"), env: process.env };
    const result = await withStack(
      PROJECT,
      "standard+exactly_once",
      progress,
      async (stack) => {
        const pipeline = await BenchPipeline.start({ stack, label: "kill", progress, ...start });
        try {
          return await measureFault(pipeline, fault, 300, progress);
        } finally {
          await pipeline.stop();
        }
      },
      QUICK,
    );
    expect(result).toMatchObject({
      lost: { topic: 0, store: 0 },
      duplicated: { topic: 0, store: 0 },
      connectors: { source: "RUNNING", sink: "RUNNING" },
    });
    expect(result.rows).toBeGreaterThan(5000);
  });
});
