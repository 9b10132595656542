import type { Problem } from "../lib/errors";
import type { PipelineSettings } from "./schema";

/** Budget and anomaly detection go by the tag Project, and only make sense when somebody is told. */
export function checkCosts({ costs, tags }: PipelineSettings): Problem[] {
  const watched = (["monthlyBudget", "anomalyThreshold"] as const).filter((name) => costs[name] !== null);
  const problems: Problem[] = [];
  if (watched.length === 0) return problems;
  if (costs.emails.length === 0) {
    problems.push({
      code: "nobody-is-told",
      path: "costs.emails",
      got: costs.emails,
      expected: `at least one address, since ${watched.map((name) => `costs.${name}`).join(" and ")} is set`,
      fix: `add an address, or set ${watched.map((name) => `costs.${name}`).join(" and ")} to null`,
    });
  }
  if (tags.Project === undefined) {
    problems.push({
      code: "costs-without-tag",
      path: "tags.Project",
      got: undefined,
      expected: "a value: budget and anomaly detection find the pipeline's costs by this tag",
      fix: "set tags.Project, to cdc for example",
    });
  }
  return problems;
}
