import { readStack } from "../../terraform/synthesized";
import { type StandIns, startStandIns } from "../../terraform/standins";
import { changes, fakePsql, plannedResources, TFVARS, Workbench } from "../support/project";

jest.setTimeout(300_000);

const VAR_FILE = `-var-file=${TFVARS}`;
const MODULE = "module.monitoring.";
const monitoring = { enabled: true, emails: ["ops@example.com", "team@example.com"] };

describe("monitoring, in Terraform", () => {
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

  it("fails if the settings don't plan every alarm, who is told and the dashboard", () => {
    expect(project.synth({ settings: { monitoring } })).toMatchObject({ exitCode: 0 });
    project.terraformOk("init", "-input=false");
    project.terraformOk("validate");
    const planned = plannedResources(project.planJson(VAR_FILE).planned_values.root_module);
    const types = [...planned.keys()]
      .filter((address) => address.startsWith(MODULE))
      .map((address) => address.slice(MODULE.length).split(".")[0] ?? "");
    const numbers = Object.fromEntries(
      [...new Set(types)].map((type) => [type, types.filter((other) => other === type).length]),
    );
    expect(numbers).toEqual({
      aws_cloudwatch_composite_alarm: 1,
      aws_cloudwatch_dashboard: 1,
      aws_cloudwatch_log_metric_filter: 2,
      aws_cloudwatch_metric_alarm: 61,
      aws_sns_topic: 1,
      aws_sns_topic_subscription: 2,
    });
    expect(planned.get(`${MODULE}aws_cloudwatch_metric_alarm.replication_slot_disk_usage_critical`)).toMatchObject({
      dimensions: { DBInstanceIdentifier: "cdcsourcedb" },
    });
  });

  it("fails if the dashboard that is applied isn't JSON, or lacks the name of the bucket that only Terraform knows", () => {
    project.terraformOk("apply", "-auto-approve", "-input=false", VAR_FILE);
    const applied = plannedResources(project.planJson(VAR_FILE).planned_values.root_module);
    const body = applied.get(`${MODULE}aws_cloudwatch_dashboard.dashboard`)?.dashboard_body as string;
    const { widgets } = JSON.parse(body) as { widgets: { properties: { region?: string; metrics?: unknown[][] } }[] };
    const lines = widgets.flatMap(({ properties }) => properties.metrics ?? []);
    const bucket = project.terraformOk("output", "-raw", "destination_bucket");
    expect(lines).toContainEqual(expect.arrayContaining(["AWS/S3", "NumberOfObjects", "BucketName", bucket]));
    expect(new Set(widgets.flatMap(({ properties }) => properties.region ?? []))).toEqual(new Set(["us-east-1"]));
    expect(project.terraformOk("output", "-raw", "alarm_topic_arn")).toMatch(
      /^arn:aws:sns:us-east-1:.*:cdc-cluster-alarms$/,
    );
  });

  it("fails if a second plan isn't empty, or another threshold or reader replaces anything", () => {
    expect(changes(project.planJson(VAR_FILE))).toEqual({});
    const changed = { enabled: true, emails: ["team@example.com"], alarms: { databaseCpu: { warning: 70 } } };
    project.synth({ settings: { monitoring: changed } });
    expect(changes(project.planJson(VAR_FILE))).toEqual({
      [`${MODULE}aws_cloudwatch_dashboard.dashboard`]: "update",
      [`${MODULE}aws_cloudwatch_metric_alarm.database_cpu_warning`]: "update",
      [`${MODULE}aws_sns_topic_subscription.email_ops_example_com`]: "delete",
    });
  });

  it("fails if turning it off takes anything else along", () => {
    project.synth({});
    const changed = changes(project.planJson(VAR_FILE));
    expect(Object.keys(changed).filter((address) => !address.startsWith(MODULE))).toEqual([]);
    expect(new Set(Object.values(changed))).toEqual(new Set(["delete"]));
    expect(readStack(project.stack).modules.map(({ name }) => name)).not.toContain("monitoring");
  });
});
