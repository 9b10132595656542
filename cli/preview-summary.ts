import type { createColors } from "picocolors";
import type { Finding } from "../guard/finding";
import type { Action, Change, PlanSummary } from "../terraform/plan";

type Colors = ReturnType<typeof createColors>;

const VERBS: Readonly<Record<Action, string>> = {
  create: "to create",
  update: "to change",
  replace: "to replace",
  delete: "to destroy",
  forget: "to forget",
};

/** A plan in a few lines: what goes and what is dangerous first, then how much happens in which module. */
export function renderSummary(summary: PlanSummary, dangers: readonly Finding[], colors: Colors): string {
  const { changes } = summary;
  if (changes.length === 0) return renderTotals(summary, colors);
  const losses = changes.filter(({ action }) => ["replace", "delete", "forget"].includes(action));
  return [
    renderTotals(summary, colors),
    ...losses.map((change) => renderLoss(change, colors)),
    ...renderDangers(dangers, colors),
    "",
    renderModules(changes, colors),
    "",
  ].join("\n");
}

/** How much happens, in a line. */
export function renderTotals({ changes, outputs }: PlanSummary, colors: Colors): string {
  if (changes.length === 0)
    return outputs.length === 0 ? "No changes." : `No changes, ${outputs.length} new or changed outputs aside.`;
  const counts = (["create", "update", "replace", "delete", "forget"] as const)
    .map((action) => [action, changes.filter((change) => change.action === action).length] as const)
    .filter(([, count]) => count > 0)
    .map(([action, count]) => paint(action, colors)(`${count} ${VERBS[action]}`));
  return `Preview: ${counts.join(", ")}.`;
}

function renderLoss({ address, action, attributes }: Change, colors: Colors): string {
  const reason = attributes.length > 0 ? `because of ${attributes.join(", ")}` : "it is no longer configured";
  return colors.red(`  ${VERBS[action]}: ${address} (${reason})`);
}

/** Their names; what they mean is for the guard to say. */
function renderDangers(dangers: readonly Finding[], colors: Colors): string[] {
  if (dangers.length === 0) return [];
  return [
    "Dangers, as npm run guard names them:",
    ...dangers.map(({ code, address }) => colors.red(`  ${code} ${address}`)),
  ];
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
