import type { createColors } from "picocolors";
import type { Action, Change, PlanSummary } from "../terraform/plan";

type Colors = ReturnType<typeof createColors>;

const VERBS: Readonly<Record<Action, string>> = {
  create: "to create",
  update: "to change",
  replace: "to replace",
  delete: "to destroy",
};

/** A plan in a few lines: what is lost first, then how much happens in which module. */
export function renderSummary(summary: PlanSummary, colors: Colors, extent: "all" | "totals" = "all"): string {
  const { changes } = summary;
  const totals = renderTotals(summary, colors);
  if (extent === "totals" || changes.length === 0) return totals;
  const losses = changes.filter(({ action }) => action === "replace" || action === "delete");
  return [totals, ...losses.map((change) => renderLoss(change, colors)), "", renderModules(changes, colors), ""].join(
    "\n",
  );
}

function renderTotals({ changes, outputs }: PlanSummary, colors: Colors): string {
  if (changes.length === 0)
    return outputs.length === 0 ? "No changes." : `No changes, ${outputs.length} new or changed outputs aside.`;
  const counts = (["create", "update", "replace", "delete"] as const)
    .map((action) => [action, changes.filter((change) => change.action === action).length] as const)
    .filter(([, count]) => count > 0)
    .map(([action, count]) => paint(action, colors)(`${count} ${VERBS[action]}`));
  return `Preview: ${counts.join(", ")}.`;
}

function renderLoss({ address, action, attributes, holdsData }: Change, colors: Colors): string {
  const reason = attributes.length > 0 ? `because of ${attributes.join(", ")}` : "it is no longer configured";
  const loss = holdsData ? "; it holds data" : "";
  return colors.red(`  ${VERBS[action]}: ${address} (${reason}${loss})`);
}

function renderModules(changes: readonly Change[], colors: Colors): string {
  const modules = [...new Set(changes.map(({ module }) => module))].sort();
  return modules
    .flatMap((module) => {
      const inside = changes.filter((change) => change.module === module);
      const heading = colors.bold(module === "" ? "root" : module);
      return [`${heading} (${inside.length})`, ...inside.map((change) => renderChange(change, module, colors))];
    })
    .join("\n");
}

function renderChange({ address, action, attributes }: Change, module: string, colors: Colors): string {
  const name = module === "" ? address : address.slice(module.length + 1);
  const names = action === "update" ? colors.dim(` ${attributes.join(", ")}`) : "";
  return `  ${paint(action, colors)(VERBS[action].padEnd(10))} ${name}${names}`;
}

function paint(action: Action, colors: Colors): (text: string) => string {
  if (action === "create") return colors.green;
  return action === "update" ? colors.yellow : colors.red;
}
