import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runPolicy } from "../../cli/policy";
import { readReport } from "../../policy/checkov";
import { type Skip, skips } from "../../policy/skips";

const check = (check_id: string, resource: string): object => ({
  check_id,
  check_name: `what ${check_id} asks`,
  resource,
});
const checkov = (passed: number, failed: readonly object[]): string =>
  JSON.stringify({ results: { passed_checks: Array(passed).fill({}), failed_checks: failed } });

describe("what checkov says", () => {
  const skipped: Skip[] = [
    { check: "CKV_1", why: "one reason" },
    { check: "CKV_2", resources: ["module.logs."], why: "another" },
  ];

  it("fails if a skip hides another check, or the same one of another resource", () => {
    const failed = [check("CKV_1", "aws_a.b"), check("CKV_2", "module.logs.aws_a.b"), check("CKV_2", "aws_a.b")];
    const report = readReport(checkov(7, [...failed, check("CKV_11", "aws_a.b")]), skipped);
    expect(report.passed).toBe(7);
    expect(report.failed.map(({ check, resource }) => `${check} ${resource}`)).toEqual([
      "CKV_2 aws_a.b",
      "CKV_11 aws_a.b",
    ]);
    expect(report.skipped.map(({ resource, why }) => `${resource}: ${why}`)).toEqual([
      "aws_a.b: one reason",
      "module.logs.aws_a.b: another",
    ]);
  });

  it("fails if no result counts as no failure", () => {
    expect(() => readReport("[]", skipped)).toThrow("checkov-failed");
  });
});

describe("what isn't asked", () => {
  it("fails if there are more than eight, one twice, or one without a reason", () => {
    expect(skips.length).toBeLessThanOrEqual(8);
    expect(new Set(skips.map(({ check, resources }) => `${check} ${resources?.join() ?? ""}`)).size).toBe(skips.length);
    for (const { why } of skips) expect(why).toMatch(/^[A-Zc].{40,}\.$/);
  });

  it("fails if a document that a reason names isn't there", () => {
    for (const [document = ""] of skips.flatMap(({ why }) => [...why.matchAll(/docs\/[\w-]+\.md/g)])) {
      expect(readFileSync(join(__dirname, "..", "..", document), "utf8").length).toBeGreaterThan(100);
    }
  });
});

describe("usage", () => {
  const output = (): { text: string; streams: Parameters<typeof runPolicy>[1] } => {
    const collected = { text: "", streams: undefined as Parameters<typeof runPolicy>[1] };
    const stream = { write: (text: string) => (collected.text += text) };
    collected.streams = { stdout: stream, stderr: stream };
    return collected;
  };

  it("fails if --help lacks examples and exit codes", async () => {
    const collected = output();
    expect(await runPolicy(["--help"], collected.streams)).toBe(0);
    expect(collected.text).toContain("npm run policy -- --profile production");
    expect(collected.text).toContain("3 checks failed");
  });

  it.each([
    ["an option that isn't there", ["--strict"], 2, "unknown option"],
    ["a profile that isn't there", ["--profile", "prod"], 1, "existing, standard, production, development"],
  ])("fails if %s isn't told in words", async (_name, words, code, says) => {
    const collected = output();
    expect(await runPolicy(words, collected.streams)).toBe(code);
    expect(collected.text).toContain(says);
  });
});
