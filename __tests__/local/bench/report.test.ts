import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultResult } from "../../../local/bench/faults";
import { renderMarkdown } from "../../../local/bench/report/markdown";
import type { BenchReport, ConfigurationResult } from "../../../local/bench/report/model";
import { writeReport } from "../../../local/bench/report/write";
import type { LoadResult } from "../../../local/bench/results";
import { isHeld } from "../../../local/bench/throughput";

const times = { p50: 1, p95: 2, p99: 3, max: 4 };

function load(changes: Partial<LoadResult> = {}): LoadResult {
  return {
    rate: 1000,
    seconds: 60,
    rows: 60_000,
    committedPerSecond: 1000,
    lost: { topic: 0, store: 0 },
    duplicated: { topic: 5, store: 7 },
    toTopic: times,
    toObject: { p50: 310, p95: 620, p99: 650, max: 700 },
    stages: { database: times, source: times, sink: times },
    tail: 1234,
    objects: 150,
    objectsPerHour: 9000,
    writeRequests: 450,
    processorTime: { broker: 12.3, bench: 1 },
    perSecond: { committed: [1000, 1000], inTopic: [900, 1100], inStore: [0, 2000] },
    cumulative: { toTopic: [[1, 1]], toObject: [[310, 0.5]] },
    ...changes,
  };
}

const fault: FaultResult = {
  name: "broker",
  title: "kill -9 of a broker",
  rate: 1000,
  rows: 60_000,
  lost: { topic: 0, store: 0 },
  duplicated: { topic: 0, store: 12 },
  brokenAt: 10,
  mendedAt: 30,
  resumed: { topic: 0.5, store: 1.5 },
  longestPause: { topic: 2.5, store: 3.5 },
  connectors: { source: "RUNNING", sink: "FAILED: out of memory" },
  perSecond: load().perSecond,
};

function configuration(name: string, highest: number): ConfigurationResult {
  const throughput = {
    cold: load(),
    warm: load({ committedPerSecond: 9999 }),
    sustained: [load()],
    steps: [],
    highest,
  };
  return { name, rounds: [{ latency: [load()], throughput }], faults: [fault] };
}

function report(...configurations: ConfigurationResult[]): BenchReport {
  return {
    startedAt: "2026-01-02T03:04:05.000Z",
    command: "npm run bench",
    machine: { processor: "A processor", cores: 2, memoryGiB: 24, system: "Linux 6" },
    versions: { Kafka: "4.1.2" },
    sinkStandIn: "1.0.0-stand-in",
    configurations,
  };
}

describe("the report", () => {
  const text = renderMarkdown(report(configuration("standard", 12_000)));

  it("fails unless it says when, where, with what and with which stand-in it was measured", () => {
    for (const part of ["2026-01-02", "A processor, 2 cores, 24 GiB", "npm run bench", "4.1.2", "1.0.0-stand-in"]) {
      expect(text).toContain(part);
    }
  });

  it("fails unless latency, tail, price, losses and duplicates stand in it", () => {
    expect(text).toMatch(
      /\| 1,000\s+\| 60,000 \| 1\/2\/3\s+\| 310\/620\/650\s+\| 700\s+\| 1,234\s+\| 9,000\s+\| 0, 7 /,
    );
    expect(text).toContain("**12,000 rows/s**");
    expect(text).toMatch(
      /kill -9 of a broker \| 1,000.*\| 0\s+\| 0, 12 .*0\.5, 1\.5.*2\.5, 3\.5.*FAILED: out of memory/,
    );
  });

  it("fails if several configurations aren't compared by the median", () => {
    const round = (highest: number): ConfigurationResult["rounds"][number] =>
      configuration("", highest).rounds[0] ?? { latency: [] };
    const [a, b] = [configuration("a", 10_000), configuration("b", 20_000)];
    const compared = renderMarkdown(
      report({ ...a, rounds: [round(10_000), round(12_000)] }, { ...b, rounds: [round(20_000), round(24_000)] }),
    );
    expect(compared).toContain("11,000 (10,000 to 12,000)");
    expect(compared).toContain("22,000 (20,000 to 24,000), 2.00 times");
  });

  it("fails if a plot that the Markdown shows isn't written", () => {
    const folder = mkdtempSync(join(tmpdir(), "cdc-report-"));
    try {
      const written = readFileSync(writeReport(report(configuration("standard+low_latency", 1)), folder), "utf8");
      const shown = [...written.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, file]) => file);
      expect(shown).toHaveLength(3);
      expect(readdirSync(folder)).toEqual(expect.arrayContaining([...shown, "report.json", "report.md"]));
      for (const file of shown)
        expect(readFileSync(join(folder, file ?? ""), "utf8")).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("a rate that is held", () => {
  const good = load({ rate: 10_000, committedPerSecond: 9_800, tail: 14_000 });
  it.each<[string, boolean, Partial<LoadResult>]>([
    ["all is well", true, {}],
    ["the database wrote less", false, { committedPerSecond: 9_600 }],
    ["a row is lost", false, { lost: { topic: 0, store: 1 } }],
    ["the last row comes late", false, { tail: 15_001 }],
  ])("fails unless %s gives %s", (_name, held, changes) => {
    expect(isHeld({ ...good, ...changes }, 5)).toBe(held);
  });
});
