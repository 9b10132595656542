import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { runGuard } from "../../cli/guard";
import { findDangers } from "../../guard/findings";
import type { PlanJson } from "../../terraform/plan";
import { type StandIns, startStandIns } from "../../terraform/standins";
import { BROKERS, BUCKET, CLUSTER, DB, SECRET, SETUP, SINK, SOURCE } from "../guard/plans";
import { fakePsql, PROJECT, TFVARS, Workbench } from "../support/project";

const VAR_FILE = `-var-file=${TFVARS}`;

jest.setTimeout(240_000);

let standIns: StandIns;
let project: Workbench;
const benches: Workbench[] = [];

beforeAll(async () => {
  standIns = await startStandIns();
  project = bench();
  synth("standard");
  expect(dangers(project.planJson(VAR_FILE))).toEqual([]);
  project.terraformOk("apply", "-input=false", "test.tfplan");
});

afterAll(async () => {
  benches.forEach((created) => created.remove());
  await standIns.stop();
});

function bench(): Workbench {
  const tools = new Workbench();
  const created = new Workbench({ ...standIns.env, PATH: fakePsql(tools.folder).path });
  benches.push(tools, created);
  return created;
}

function synth(profile: string, settings: object = {}, into = project): void {
  const { exitCode, output } = into.synth({ profile, settings });
  if (exitCode !== 0) throw new Error(output);
  into.terraformOk("init", "-input=false");
}

function dangers(plan: unknown): string[] {
  return findDangers(plan as PlanJson)
    .map(({ code, address }) => `${code} ${address}`)
    .sort();
}

describe("the plan that real Terraform makes of standard, over what it applied before", () => {
  it.each<[name: string, settings: object, found: string[]]>([
    ["nothing", {}, []],
    ["tags", { tags: { Project: "cdc", Team: "data" } }, []],
    ["larger volumes", { cluster: { volumeSize: 200 } }, []],
    ["flow logs", { network: { flowLogs: true } }, []],
    ["a budget", { costs: { monthlyBudget: 1500, emails: ["data@example.org"] } }, []],
    ["a log's retention", { sinkConnector: { logRetentionInDays: 7 } }, []],
    ["objects with more records", { sink: { flushSize: 20_000 } }, []],
    [
      "the cluster's name",
      { cluster: { clusterName: "other" } },
      [`cluster-replaced ${CLUSTER}`, `sink-starts-over ${SINK}`, `source-snapshots-again ${SOURCE}`],
    ],
    [
      "the database's encryption",
      { database: { storageEncrypted: true } },
      // The connector's worker configuration is created first, depends on all of this, and hands that on.
      [`database-replaced ${DB}`, `final-snapshot-name-taken ${DB}`, `name-in-use ${DB}`, `setup-runs-again ${SETUP}`],
    ],
    [
      "the source's worker",
      { sourceConnector: { worker: { offsetFlushIntervalMs: 30_000 } } },
      [`source-replaced ${SOURCE}`],
    ],
    [
      "the source's offsets topic",
      { sourceConnector: { worker: { offsetStorageTopic: "other" } } },
      [`source-snapshots-again ${SOURCE}`],
    ],
    ["the slot", { source: { slotName: "other" } }, [`slot-changed ${SOURCE}`]],
    [
      "capacity and configuration of the sink",
      { sink: { flushSize: 20_000 }, sinkConnector: { capacity: { maxWorkerCount: 4 } } },
      [`capacity-and-configuration ${SINK}`],
    ],
    [
      "brokers that lose more",
      { cluster: { serverProperties: { "log.retention.hours": "24", "min.insync.replicas": "1" } } },
      [`min-in-sync-lowered ${BROKERS}`, `retention-shortened ${BROKERS}`],
    ],
    [
      "a bucket that can be destroyed with its objects",
      { buckets: { destination: { forceDestroy: true } } },
      [`force-destroy-on ${BUCKET}`],
    ],
  ])("fails if a change of %s isn't judged rightly", (_name, settings, found) => {
    synth("standard", settings);
    expect(dangers(project.planJson(VAR_FILE))).toEqual([...found].sort());
  });

  it("fails if a destroy of everything isn't named, part by part", () => {
    synth("standard");
    expect(dangers(project.planJson("-destroy", VAR_FILE))).toEqual(
      expect.arrayContaining([
        `bucket-destroyed ${BUCKET}`,
        `cluster-destroyed ${CLUSTER}`,
        `database-destroyed ${DB}`,
        `secret-destroyed ${SECRET}`,
        `sink-destroyed ${SINK}`,
        `source-destroyed ${SOURCE}`,
      ]),
    );
  });
});

describe("the plan of a profile over the existing state", () => {
  it.each<[profile: string, found: string[]]>([
    ["existing", []],
    [
      "standard",
      [
        `database-endpoint-changed ${DB}`,
        `object-path-changed ${SINK}`,
        `plaintext-closed ${CLUSTER}`,
        `record-format-changed ${SINK}`,
        `record-format-changed ${SOURCE}`,
        `sink-replaced ${SINK}`,
        `sink-topics-changed ${SINK}`,
        `source-snapshots-again ${SOURCE}`,
      ],
    ],
  ])("fails if %s isn't judged rightly", (profile, found) => {
    const old = bench();
    synth(profile, {}, old);
    copyFileSync(join(PROJECT, "__tests__", "fixtures", "reference", "existing.tfstate"), old.state);
    expect(dangers(old.planJson(VAR_FILE))).toEqual([...found].sort());
  });
});

describe("npm run guard with Terraform", () => {
  const environment = { ...process.env };

  beforeAll(() => {
    Object.assign(process.env, standIns.env);
    synth("standard", { cluster: { clusterName: "other" } });
  });

  afterAll(() => {
    process.env = environment;
  });

  it("fails if a saved plan isn't read, from where -chdir left it, or its secrets are printed", async () => {
    project.terraformOk("plan", "-input=false", "-out=tfplan", VAR_FILE);
    const { code, stdout, stderr } = await guard("tfplan", "--stack", project.stack);
    expect(stderr).toBe("");
    expect(code).toBe(1);
    expect(stdout).toContain(`cluster-replaced ${CLUSTER}`);
    expect(stdout).not.toMatch(/Sup3rSecret|dbadmin/);
  });

  it("fails if a stack isn't planned where no plan is named, or the plan stays behind", async () => {
    const { code, stdout, stderr } = await guard("--stack", project.stack, "--var-file", TFVARS);
    expect(stderr).toContain("terraform plan in ");
    expect(code).toBe(1);
    expect(stdout).toContain(`source-snapshots-again ${SOURCE}`);
  });

  it("fails if a plan that Terraform can't read isn't refused in its words", async () => {
    const { code, stdout, stderr } = await guard(join(PROJECT, "package.json"), "--stack", project.stack);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("JSON that isn't a plan");
    const broken = await guard("--stack", join(project.stack, "modules", "msk_cluster"));
    expect(broken.code).toBe(2);
    expect(broken.stderr).toContain("terraform plan failed");
  });
});

async function guard(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ["", ""];
  const code = await runGuard(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}
