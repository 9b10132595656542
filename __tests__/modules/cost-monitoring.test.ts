import { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget";
import { CeAnomalyMonitor } from "@cdktf/provider-aws/lib/ce-anomaly-monitor";
import { CeAnomalySubscription } from "@cdktf/provider-aws/lib/ce-anomaly-subscription";
import { CostMonitoring, type CostMonitoringProps } from "../../modules/cost-monitoring";
import { moduleJson } from "../../testing";
import { newRoot } from "../lib/roots";

function synthesized(props: Partial<CostMonitoringProps>): string {
  const root = newRoot();
  new CostMonitoring(root, "cost_monitoring", {
    namePrefix: "cdc-cluster",
    projectTag: "cdc",
    monthlyBudget: 1200,
    anomalyThreshold: 50,
    emails: ["costs@example.com", "team@example.com"],
    ...props,
  });
  return moduleJson(root, "cost_monitoring");
}

describe("the budget", () => {
  it("fails if it counts more than the pipeline, or tells nobody in time", () => {
    const notification = { comparison_operator: "GREATER_THAN", threshold_type: "PERCENTAGE" };
    const subscribers = { subscriber_email_addresses: ["costs@example.com", "team@example.com"] };
    expect(synthesized({})).toHaveResourceWithProperties(BudgetsBudget, {
      name: "cdc-cluster-monthly",
      budget_type: "COST",
      time_unit: "MONTHLY",
      limit_amount: "1200",
      limit_unit: "USD",
      cost_filter: [{ name: "TagKeyValue", values: ["user:Project$cdc"] }],
      notification: [
        { ...notification, ...subscribers, notification_type: "ACTUAL", threshold: 80 },
        { ...notification, ...subscribers, notification_type: "FORECASTED", threshold: 100 },
      ],
    });
  });

  it("fails if it is there without an amount", () => {
    expect(synthesized({ monthlyBudget: null })).not.toHaveResource(BudgetsBudget);
    expect(synthesized({ monthlyBudget: null })).toHaveResource(CeAnomalyMonitor);
  });
});

describe("the look-out for anomalies", () => {
  it("fails if it watches more than the pipeline", () => {
    expect(synthesized({})).toHaveResourceWithProperties(CeAnomalyMonitor, {
      name: "cdc-cluster-costs",
      monitor_type: "CUSTOM",
      monitor_specification: expect.stringContaining(
        '"Tags":{"Key":"user:Project","MatchOptions":null,"Values":["cdc"]}',
      ) as string,
    });
  });

  it("fails if it tells of less than the threshold, or nobody, or more often than AWS can", () => {
    expect(synthesized({})).toHaveResourceWithProperties(CeAnomalySubscription, {
      monitor_arn_list: ["${aws_ce_anomaly_monitor.anomaly_monitor.arn}"],
      frequency: "DAILY",
      subscriber: [
        { type: "EMAIL", address: "costs@example.com" },
        { type: "EMAIL", address: "team@example.com" },
      ],
      threshold_expression: {
        dimension: {
          key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
          match_options: ["GREATER_THAN_OR_EQUAL"],
          values: ["50"],
        },
      },
    });
  });

  it("fails if it is there without a threshold", () => {
    expect(synthesized({ anomalyThreshold: null })).not.toHaveResource(CeAnomalyMonitor);
    expect(synthesized({ anomalyThreshold: null })).not.toHaveResource(CeAnomalySubscription);
  });
});
