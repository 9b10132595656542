import { readStack } from "../../terraform/synthesized";
import { type StandIns, startStandIns } from "../../terraform/standins";
import { changes, fakePsql, plannedResources, TFVARS, Workbench } from "../support/project";

jest.setTimeout(300_000);

const ADDRESSES = [
  "module.cost_monitoring.aws_budgets_budget.budget",
  "module.cost_monitoring.aws_ce_anomaly_monitor.anomaly_monitor",
  "module.cost_monitoring.aws_ce_anomaly_subscription.anomaly_subscription",
];
const costs = { monthlyBudget: 1200, anomalyThreshold: 50, emails: ["costs@example.com"] };

describe("budget and anomaly detection, in Terraform", () => {
  let standIns: StandIns;
  const tools = new Workbench();
  let project: Workbench;

  beforeAll(async () => {
    standIns = await startStandIns();
    project = new Workbench({ ...standIns.env, PATH: fakePsql(tools.folder).path });
  });

  afterAll(async () => {
    await standIns.stop();
    [tools, project].forEach((bench) => bench.remove());
  });

  it("fails if the settings don't plan all three, by the pipeline's tag", () => {
    expect(project.synth({ settings: { costs } })).toMatchObject({ exitCode: 0 });
    project.terraformOk("init", "-input=false");
    const plan = project.planJson(`-var-file=${TFVARS}`);
    const planned = plannedResources(plan.planned_values.root_module);
    expect([...planned.keys()].filter((address) => address.startsWith("module.cost_monitoring."))).toEqual(ADDRESSES);
    expect(planned.get(ADDRESSES[0] ?? "")).toMatchObject({
      limit_amount: "1200",
      cost_filter: [{ name: "TagKeyValue", values: ["user:Project$cdc"] }],
    });
  });

  it("fails if a second plan isn't empty, or another limit replaces the budget", () => {
    project.terraformOk("apply", "-auto-approve", "-input=false", `-var-file=${TFVARS}`);
    expect(changes(project.planJson(`-var-file=${TFVARS}`))).toEqual({});
    const more = { ...costs, monthlyBudget: 1500, anomalyThreshold: 80 };
    project.synth({ settings: { costs: more } });
    expect(changes(project.planJson(`-var-file=${TFVARS}`))).toEqual({
      [ADDRESSES[0] ?? ""]: "update",
      [ADDRESSES[2] ?? ""]: "update",
    });
  });

  it("fails if they are there unless asked for", () => {
    project.synth({});
    const { modules } = readStack(project.stack);
    expect(modules.map(({ name }) => name)).not.toContain("cost_monitoring");
  });
});
