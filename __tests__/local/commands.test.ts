import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runBench } from "../../cli/bench";
import { runLocal } from "../../cli/local";
import { runSmoke } from "../../cli/smoke";

/** An output that keeps what is written. */
function capture(): {
  stdout: { write: (text: string) => void };
  stderr: { write: (text: string) => void };
  text: string;
} {
  const output = {
    text: "",
    stdout: { write: (text: string) => void (output.text += text) },
    stderr: { write: (text: string) => void (output.text += text) },
  };
  return output;
}

const before = process.env.XDG_CACHE_HOME;
let cache: string;
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), "cdc-local-"));
  process.env.XDG_CACHE_HOME = cache;
});
afterAll(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
  rmSync(cache, { recursive: true, force: true });
});

describe.each([
  ["local", runLocal],
  ["smoke", runSmoke],
  ["bench", runBench],
])("%s", (_name, command) => {
  it("fails if --help has no examples", async () => {
    const output = capture();
    expect(await command(["--help"], output)).toBe(0);
    expect(output.text).toContain("Examples:");
    expect(output.text).toContain("Exit codes:");
  });

  it("fails if wrong usage doesn't end with 2", async () => {
    expect(await command(["--nonsense"], capture())).toBe(2);
  });
});

describe("local without a run", () => {
  it("fails if status doesn't say what to do", async () => {
    const output = capture();
    expect(await runLocal(["status"], output)).toBe(0);
    expect(output.text).toBe("Nothing runs. To start: npm run local\n");
  });

  it("fails if stop or smoke of nothing isn't told in words", async () => {
    const [stop, smoke] = [capture(), capture()];
    expect([await runLocal(["stop"], stop), await runSmoke(["--run", "x"], smoke)]).toEqual([1, 1]);
    expect(stop.text).toContain("local-which-run");
    expect(smoke.text).toContain("local-which-run");
  });

  it("fails if wrong words are taken", async () => {
    const local = [["strat"], ["--kafka-connect-version", "3.8"], ["--with-cluster", "2"], ["--with-cluster"]];
    expect(await Promise.all(local.map((words) => runLocal(words, capture())))).toEqual([2, 2, 2, 2]);
    const smoke = [
      ["--profile", "standard", "--run", "x"],
      ["--with-cluster", "0"],
      ["--with-cluster", "3", "--run", "x"],
    ];
    expect(await Promise.all(smoke.map((words) => runSmoke(words, capture())))).toEqual([2, 2, 2]);
  });

  it("fails if the differences can't be seen without starting anything", async () => {
    const output = capture();
    expect(await runLocal(["differences", "--profile", "existing"], output)).toBe(0);
    expect(output.text).toMatch(/debezium_postgres_connector: database\.port +5432 +\d+ +where it listens/);
    expect(output.text).toMatch(/network of AWS/);
  });
});

describe("bench", () => {
  it.each([
    [["speed"]],
    [["--rates", "20,fast"]],
    [["--rates", "0"]],
    [["--rounds", "0"]],
    [["--seconds", "1.5"]],
    [["--sustained", "300"]],
    [["--set", "sink.flushSize"]],
    [["--versus", "=1"]],
    [["faults", "--fault", "flood"]],
  ])("fails if %j is taken", async (words) => {
    expect(await runBench(words, capture())).toBe(2);
  });

  it("fails if a profile that doesn't exist isn't told before anything starts", async () => {
    const output = capture();
    expect(await runBench(["--profile", "fast"], output)).toBe(1);
    expect(output.text).toMatch(/CDC_PROFILE: got "fast"/);
    expect(output.text).not.toContain("starting");
  });
});
