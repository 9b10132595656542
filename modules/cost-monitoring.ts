import { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget";
import { CeAnomalyMonitor } from "@cdktf/provider-aws/lib/ce-anomaly-monitor";
import { CeAnomalySubscription } from "@cdktf/provider-aws/lib/ce-anomaly-subscription";
import { Construct } from "constructs";
import { ChildModule } from "../lib";

export interface CostMonitoringProps {
  /** Beginning of the names; a budget's name is there once in an account. */
  readonly namePrefix: string;
  /** Value of the tag Project by which the pipeline's costs are found. It has to be activated as a cost allocation tag. */
  readonly projectTag: string;
  /** US dollars a month; `null`: no budget. */
  readonly monthlyBudget: number | null;
  /** US dollars above what was expected; `null`: no anomaly detection. */
  readonly anomalyThreshold: number | null;
  /** Who is told. */
  readonly emails: readonly string[];
}

/** A budget for the pipeline, and a look-out for days on which it costs more than expected. */
export class CostMonitoring extends ChildModule {
  constructor(scope: Construct, id: string, props: CostMonitoringProps) {
    super(scope, id);
    if (props.monthlyBudget !== null) budget(this, props, props.monthlyBudget);
    if (props.anomalyThreshold !== null) anomalies(this, props, props.anomalyThreshold);
  }
}

function budget(scope: Construct, { namePrefix, projectTag, emails }: CostMonitoringProps, limit: number): void {
  new BudgetsBudget(scope, "budget", {
    name: `${namePrefix}-monthly`,
    budgetType: "COST",
    timeUnit: "MONTHLY",
    limitAmount: `${limit}`,
    limitUnit: "USD",
    costFilter: [{ name: "TagKeyValue", values: [`user:Project$${projectTag}`] }],
    notification: [
      { notificationType: "ACTUAL", threshold: 80 },
      { notificationType: "FORECASTED", threshold: 100 },
    ].map((when) => ({
      ...when,
      comparisonOperator: "GREATER_THAN",
      thresholdType: "PERCENTAGE",
      subscriberEmailAddresses: [...emails],
    })),
  });
}

function anomalies(scope: Construct, { namePrefix, projectTag, emails }: CostMonitoringProps, threshold: number): void {
  // Not by service: AWS allows one such monitor in an account, and somebody may have it already.
  const monitor = new CeAnomalyMonitor(scope, "anomaly_monitor", {
    name: `${namePrefix}-costs`,
    monitorType: "CUSTOM",
    monitorSpecification: JSON.stringify({
      And: null,
      CostCategories: null,
      Dimensions: null,
      Not: null,
      Or: null,
      Tags: { Key: "user:Project", MatchOptions: null, Values: [projectTag] },
    }),
  });
  new CeAnomalySubscription(scope, "anomaly_subscription", {
    name: `${namePrefix}-costs`,
    monitorArnList: [monitor.arn],
    // Mails come daily or weekly; only a topic can be told at once.
    frequency: "DAILY",
    subscriber: emails.map((address) => ({ type: "EMAIL", address })),
    thresholdExpression: {
      dimension: {
        key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
        matchOptions: ["GREATER_THAN_OR_EQUAL"],
        values: [`${threshold}`],
      },
    },
  });
}
