import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changesSince, compare, parseChange } from "../../local/smoke/changes";
import { renderSteps, runSteps, type Step, Unexpected } from "../../local/smoke/steps";
import { titles } from "../../local/smoke/troubleshooting";
import { reasons } from "../../local/running/connect";
import { PROJECT } from "../support/project";

const event = { op: "c", before: null, after: { id: 1, email: "a" }, source: { table: "users", lsn: 7 } };
const insert = { what: "INSERT", table: "users", op: "c", before: null, after: { id: 1 } };
const entry = { title: "T", causes: [], commands: [] };
const plain = { bold: same, dim: same, green: same, red: same, yellow: same };

function same(text: string): string {
  return text;
}

describe("changes", () => {
  it("fails if an event isn't read, with or without its schema", () => {
    const change = { table: "users", op: "c", before: null, after: { id: 1, email: "a" }, lsn: 7 };
    expect(parseChange(JSON.stringify(event))).toEqual(change);
    expect(parseChange(JSON.stringify({ schema: {}, payload: event }))).toEqual(change);
  });

  it.each(["null", "Struct{after=Struct{id=1}}", '"Struct{}"', "{}", ""])("fails if %s counts as a change", (text) => {
    expect(parseChange(text)).toBeUndefined();
  });

  it("fails if the first row of a second test on the same pipeline is left out", () => {
    const changes = [6, 7, 8].map((lsn) => parseChange(JSON.stringify({ ...event, source: { table: "users", lsn } })));
    expect(changesSince([undefined, ...changes], 7).map(({ lsn }) => lsn)).toEqual([7, 8]);
  });

  it("fails if missing, repeated, altered or additional changes aren't told", () => {
    const change = parseChange(JSON.stringify(event));
    const others = [{ ...event, op: "d", after: null }].map((other) => parseChange(JSON.stringify(other)));
    const [one, other] = [change ? [change] : [], others.flatMap((found) => (found ? [found] : []))];
    expect(compare(one, [insert])).toEqual([]);
    expect(compare([], [insert])).toEqual(["missing: INSERT"]);
    expect(compare([...one, ...one], [insert])).toEqual(["2 times: INSERT"]);
    expect(compare([...one, ...other], [insert])).toEqual([
      expect.stringContaining('unexpected: {"table":"users","op":"d"'),
    ]);
    expect(compare(one, [{ ...insert, after: { id: 2 } }])).toHaveLength(2);
  });
});

describe("steps", () => {
  const step = (name: string, run: () => Promise<string>): Step => ({ name, entry, run });

  it("fails if steps after a failed one run, or its entry is missing", async () => {
    const later = jest.fn(() => Promise.resolve(""));
    const failing = step("b", () => Promise.reject(new Unexpected("why")));
    const result = await runSteps(
      [step("a", () => Promise.resolve("seen")), failing, step("c", later)],
      () => undefined,
    );
    expect(result).toMatchObject({
      passed: false,
      steps: [{ outcome: "passed" }, { outcome: "failed", detail: "why" }, { outcome: "not run" }],
      troubleshooting: entry,
    });
    expect(later).not.toHaveBeenCalled();
    const text = renderSteps(result, plain);
    expect(text).toMatch(/^ok {6}a {2}0\.0 s {2}seen$/m);
    expect(text).toMatch(/\nb\nwhy$/);
  });

  it("fails if an interrupt counts as a failed step", async () => {
    const interrupt = new AbortController();
    const step1 = step("a", () => {
      interrupt.abort();
      return Promise.reject(new Error("aborted"));
    });
    await expect(runSteps([step1], () => undefined, { signal: interrupt.signal })).rejects.toThrow(
      "This operation was aborted",
    );
  });
});

describe("troubleshooting", () => {
  it("fails if an entry isn't in the README", () => {
    const readme = readFileSync(join(PROJECT, "README.md"), "utf8");
    const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading ?? "");
    for (const title of Object.values(titles)) {
      expect([title, headings.some((heading) => heading.includes(title))]).toEqual([title, true]);
    }
  });

  it("fails if a trace isn't cut down to its reasons", () => {
    expect(reasons("A: x\n\tat b(C.java)\nCaused by: d\n\t... 2 more\n")).toBe("A: x\nCaused by: d");
  });
});
