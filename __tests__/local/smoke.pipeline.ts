import { run } from "../support/project";

// Real PostgreSQL, Kafka, Kafka Connect and Debezium; a first run also fetches them.
jest.setTimeout(900_000);

describe("the synthesized pipeline on this machine", () => {
  it.each([
    ["standard does what the README says: every change once in Kafka and in S3, and a DELETE stops nothing", []],
    ["existing has the defects that a synth of it warns of", ["--expect-defects"]],
  ])("fails unless %s", (name, options) => {
    const profile = name.split(" ")[0] ?? "";
    const result = run("npm", ["run", "--silent", "smoke", "--", "--profile", profile, "--json", ...options]);
    if (result.exitCode !== 0) throw new Error(result.output);
    const { steps } = JSON.parse(result.stdout) as { steps: unknown[] };
    expect(steps.length).toBeGreaterThan(5);
  });
});
