import { join } from "node:path";
import { type FaultResult, faults, measureFault } from "../../local/bench/faults";
import { BenchPipeline } from "../../local/bench/pipeline";
import { cacheFolder } from "../../local/cache";
import { withStack } from "../../terraform/load";
import { PROJECT } from "../support/project";

// A real pipeline; a first run also fetches its parts.
jest.setTimeout(900_000);

/** Kafka Connect's default: a worker that died is given up after ten seconds, not sixty. */
const impatient = { heartbeatIntervalMs: 3000, sessionTimeoutMs: 10_000 };

/** The setting called exactly once, with shorter waits, so that the test is. */
const QUICK = {
  sink: { rotateIntervalMs: 2000 },
  sourceConnector: { worker: impatient },
  sinkConnector: { worker: { ...impatient, offsetFlushIntervalMs: 1000 } },
};

const progress = (): undefined => undefined;

/** Both workers, one after the other, on one pipeline. */
async function killWorkers(): Promise<FaultResult[]> {
  const start = { cache: cacheFolder(process.env), connectorsFolder: join(PROJECT, "connectors"), env: process.env };
  return withStack(
    PROJECT,
    "standard+exactly_once",
    progress,
    async (stack) => {
      const pipeline = await BenchPipeline.start({ stack, label: "kill", progress, ...start });
      try {
        const results: FaultResult[] = [];
        for (const fault of faults.filter(({ name }) => name.endsWith("-worker"))) {
          results.push(await measureFault(pipeline, fault, { rate: 300, before: 5, after: 15 }, progress));
        }
        return results;
      } finally {
        await pipeline.stop();
      }
    },
    QUICK,
  );
}

it("fails if a row is lost, or there twice, after kill -9 of a worker with standard+exactly_once", async () => {
  const results = await killWorkers();
  expect(results.map(({ name }) => name)).toEqual(["source-worker", "sink-worker"]);
  for (const result of results) {
    expect(result).toMatchObject({
      lost: { topic: 0, store: 0 },
      duplicated: { topic: 0, store: 0 },
      connectors: { source: "RUNNING", sink: "RUNNING" },
    });
    expect(result.rows).toBeGreaterThan(6000);
  }
});
