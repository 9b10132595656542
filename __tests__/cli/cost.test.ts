import { runCost } from "../../cli/cost";
import { differenceText, money, moneyRange, priceDates } from "../../cli/cost-report";
import type { Line } from "../../cost/costing";

jest.setTimeout(120_000);

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function cost(...words: string[]): Promise<Result> {
  let [stdout, stderr] = ["", ""];
  const code = await runCost(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

describe("npm run cost", () => {
  it("fails if services, total and savings aren't told, beside what the README said", async () => {
    const { code, stdout, stderr } = await cost("--profile", "existing");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Amazon MSK +489\.90 +489\.90 +480\.00 +\+9\.90$/m);
    expect(stdout).toMatch(/^ {2}3 × kafka\.m5\.large +2,190 broker-hour × 0\.21 +459\.90 +459\.90$/m);
    expect(stdout).toMatch(/^total +869\.23 +1,134\.39 +850\.00 to 1,130\.00 +\+19\.23 to \+4\.39$/m);
    expect(stdout).toMatch(/^Reduce MSK Broker Size +360\.04 +~\$250$/m);
    expect(stdout).toMatch(/^500 ms +42,583,333 +638\.75$/m);
    expect(stdout).toMatch(/Prices were read between 2026-11-22 and 2026-11-25/);
    expect(stdout + stderr).not.toMatch(/\x1b\[/);
    expect(stderr).toContain("synthesizing existing");
  });

  it("fails if the JSON has no sources, or the usage isn't heeded", async () => {
    const { code, stdout } = await cost("--profile", "existing", "--json", "--gb-per-day", "14", "--months", "1");
    expect(code).toBe(0);
    const answer = JSON.parse(stdout) as {
      usage: object;
      total: object;
      rows: { service: string; monthly: object; lines: { item: string; price: object }[] }[];
      savings: object[];
    };
    expect(answer.usage).toMatchObject({ gbPerDay: 14, months: 1, tables: 10 });
    const storage = answer.rows.find(({ service }) => service === "S3 Storage")?.lines[0];
    // 14 × 730 / 24 GB × 0.023
    expect(storage).toMatchObject({
      item: "storage STANDARD",
      priceName: "s3.storage.STANDARD",
      price: {
        amount: 0.023,
        unit: "GB-month",
        date: "2026-11-25",
        source: expect.stringContaining("infracost") as string,
      },
      monthly: { low: 9.794167, high: 9.794167 },
    });
    expect(answer.savings.length).toBeGreaterThan(5);
  });

  it("fails if a budget that is too small isn't exit code 3, or one that is enough is", async () => {
    const tooSmall = await cost("--profile", "existing", "--budget", "1134");
    expect(tooSmall).toMatchObject({ code: 3, stdout: expect.stringContaining("total") as string });
    expect(tooSmall.stderr).toContain("the high estimate, $1,134.39 a month, is above the budget of $1,134.00");
    expect(await cost("--profile", "existing", "--budget", "1135")).toMatchObject({ code: 0 });
  });

  it.each<[name: string, words: string[], code: number, says: string[]]>([
    ["an option that isn't there", ["--gb", "1"], 2, ["unknown option '--gb'"]],
    ["an argument too many", ["standard"], 2, ["too many arguments"]],
    ["a number that is none", ["--tables", "many"], 2, ["--tables", "a number above 0"]],
    ["no data", ["--gb-per-day", "0"], 2, ["--gb-per-day", "a number above 0"]],
    ["an empty budget", ["--budget", ""], 2, ["--budget"]],
    [
      "a profile that isn't there",
      ["--profile", "prod"],
      1,
      ['got "prod"', "existing, standard, production, development"],
    ],
    ["a region without prices", ["--profile", "existing", "--region", "eu-west-1"], 1, ["eu-west-1", "us-east-1"]],
  ])("fails if %s isn't refused in words", async (_name, words, code, says) => {
    const result = await cost(...words);
    expect(result.code).toBe(code);
    for (const text of says) expect(result.stderr).toContain(text);
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect(result.stdout).toBe("");
  });

  it("fails if --help doesn't explain itself with exit code 0", async () => {
    const { code, stdout } = await cost("--help");
    expect(code).toBe(0);
    for (const text of [
      "--profile",
      "--gb-per-day",
      "(default: 1.4)",
      "--budget",
      "--json",
      "Examples:",
      "Exit codes:",
    ])
      expect(stdout).toContain(text);
  });
});

describe("amounts", () => {
  it("fails if they aren't rounded to cents, or nothing has a sign", () => {
    expect([money(1234.567), money(-0.004), money(-2.5), moneyRange({ low: 1, high: 1.001 })]).toEqual([
      "1,234.57",
      "0.00",
      "-2.50",
      "1.00",
    ]);
    expect(differenceText({ low: -1, high: 2 })).toBe("-1.00 to +2.00");
    expect(differenceText({ low: 0.001, high: -0.001 })).toBe("0.00");
  });

  it("fails if prices of one day are dated by two", () => {
    const line = (date: string): Line => ({ price: { date } }) as Line;
    expect(priceDates([line("2026-11-25"), line("2026-11-25")])).toBe("on 2026-11-25");
    expect(priceDates([line("2026-11-25"), line("2026-01-02")])).toBe("between 2026-01-02 and 2026-11-25");
  });
});
