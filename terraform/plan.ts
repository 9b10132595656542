import { asObject, type Json, type JsonObject } from "./synthesized";

/** What Terraform will do with a resource; `forget` drops it from the state and leaves it standing. */
export type Action = "create" | "update" | "replace" | "delete" | "forget";

/** One resource that a plan changes. */
export interface Change {
  readonly address: string;
  /** The module's address; empty for the root. */
  readonly module: string;
  readonly type: string;
  readonly action: Action;
  /** For a replacement: the attributes that force it. For an update: those that change. Names only, never values. */
  readonly attributes: readonly string[];
}

/** A plan, without the values in it: those may be secret. */
export interface PlanSummary {
  readonly changes: readonly Change[];
  readonly outputs: readonly string[];
}

/** The parts of `terraform show -json` that are read here; HashiCorp's "JSON Output Format" describes them. */
export interface PlanJson {
  readonly resource_changes?: readonly ResourceChangeJson[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
  readonly configuration?: JsonObject;
  /** False where `-target` or something unknown leaves a part for another plan. */
  readonly complete?: boolean;
  /** True where planning failed half-way. */
  readonly errored?: boolean;
}

/** One resource, also one that stays as it is. */
export interface ResourceChangeJson {
  readonly address: string;
  readonly module_address?: string;
  readonly mode: string;
  readonly type: string;
  readonly name?: string;
  /** Why it is replaced or deleted: `delete_because_no_resource_config`. */
  readonly action_reason?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: JsonObject | null;
    readonly after: JsonObject | null;
    /** The same shape as `after`, `true` where a value is only known during apply. */
    readonly after_unknown?: Json;
    /** The same shape, `true` where a value is secret. The value itself is in clear. */
    readonly before_sensitive?: Json;
    readonly after_sensitive?: Json;
    readonly replace_paths?: readonly (readonly (string | number)[])[];
  };
}

/** Reads a plan. */
export function summarizePlan(plan: PlanJson): PlanSummary {
  const changes = (plan.resource_changes ?? []).flatMap((resource): Change[] => {
    const action = actionOf(resource.change.actions);
    if (resource.mode !== "managed" || action === undefined) return [];
    return [
      {
        address: resource.address,
        module: resource.module_address ?? "",
        type: resource.type,
        action,
        attributes:
          action === "replace"
            ? replacePaths(resource.change)
            : action === "update"
              ? changedNames(resource.change)
              : [],
      },
    ];
  });
  const outputs = Object.entries(plan.output_changes ?? {}).filter(([, { actions }]) => actions.join() !== "no-op");
  return { changes, outputs: outputs.map(([name]) => name) };
}

/** What Terraform's list of actions comes to; undefined where nothing is done. */
export function actionOf(actions: readonly string[]): Action | undefined {
  if (actions.includes("create") && actions.includes("delete")) return "replace";
  return (["forget", "create", "update", "delete"] as const).find((action) => actions.includes(action));
}

/** The attributes that force a replacement, each once. */
export function replacePaths(change: ResourceChangeJson["change"]): string[] {
  const paths = (change.replace_paths ?? []).map((path) => path.filter((step) => typeof step === "string").join("."));
  return [...new Set(paths)];
}

function changedNames({ before, after, after_unknown }: ResourceChangeJson["change"]): string[] {
  const unknown = asObject(after_unknown);
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {}), ...Object.keys(unknown)]);
  return [...names].filter(
    (name) => unknown[name] === true || JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
  );
}
