import { runSmoke } from "../../cli/smoke";
import { cacheFolder } from "../../local/cache";
import type { SmokeResult } from "../../local/smoke/steps";
import { readRuns } from "../../local/running/state";

// With empty caches it downloads about 200 MB first.
jest.setTimeout(600_000);

describe("the profile standard, end to end", () => {
  it("fails if a change doesn't arrive once in Kafka and once in S3, or anything is left running", async () => {
    let [stdout, stderr] = ["", ""];
    const code = await runSmoke(["--profile", "standard", "--json"], {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
    });
    if (code !== 0) throw new Error(stdout + stderr);
    const result = JSON.parse(stdout) as SmokeResult & { readonly run: string };
    expect(result.passed).toBe(true);
    expect(result.steps.filter(({ outcome }) => outcome !== "passed")).toEqual([]);
    expect(result.steps.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["every change is in S3, exactly once", "the DELETE stopped nothing"]),
    );
    expect(readRuns(cacheFolder(process.env)).map(({ state }) => state.id)).not.toContain(result.run);
  });
});
