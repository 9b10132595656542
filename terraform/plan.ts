/** What Terraform will do with a resource. */
export type Action = "create" | "update" | "replace" | "delete";

/** One resource that a plan changes. */
export interface Change {
  readonly address: string;
  /** The module's address; empty for the root. */
  readonly module: string;
  readonly type: string;
  readonly action: Action;
  /** For a replacement: the attributes that force it. For an update: those that change. Names only, never values. */
  readonly attributes: readonly string[];
  /** Whether data, offsets or a history is in it that a replacement or deletion loses. */
  readonly holdsData: boolean;
}

/** A plan, without the values in it: those may be secret. */
export interface PlanSummary {
  readonly changes: readonly Change[];
  readonly outputs: readonly string[];
}

/** The parts of `terraform show -json` that are read here. */
export interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly module_address?: string;
    readonly mode: string;
    readonly type: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: Readonly<Record<string, unknown>> | null;
      readonly after: Readonly<Record<string, unknown>> | null;
      readonly after_unknown?: Readonly<Record<string, unknown>> | boolean;
      readonly replace_paths?: readonly (readonly (string | number)[])[];
    };
  }[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
}

/** What can't be made again from the configuration once it is gone. */
const HOLDS_DATA: ReadonlySet<string> = new Set([
  "aws_db_instance",
  "aws_msk_cluster",
  "aws_s3_bucket",
  "aws_secretsmanager_secret",
  "aws_mskconnect_connector",
  "aws_kms_key",
]);

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
        holdsData: HOLDS_DATA.has(resource.type),
      },
    ];
  });
  const outputs = Object.entries(plan.output_changes ?? {}).filter(([, { actions }]) => actions.join() !== "no-op");
  return { changes, outputs: outputs.map(([name]) => name) };
}

type ResourceChange = NonNullable<PlanJson["resource_changes"]>[number]["change"];

function actionOf(actions: readonly string[]): Action | undefined {
  if (actions.includes("create") && actions.includes("delete")) return "replace";
  return (["create", "update", "delete"] as const).find((action) => actions.includes(action));
}

function replacePaths(change: ResourceChange): string[] {
  const paths = (change.replace_paths ?? []).map((path) => path.filter((step) => typeof step === "string").join("."));
  return [...new Set(paths)];
}

function changedNames({ before, after, after_unknown }: ResourceChange): string[] {
  const unknown = typeof after_unknown === "object" ? after_unknown : {};
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {}), ...Object.keys(unknown)]);
  return [...names].filter(
    (name) => unknown[name] === true || JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
  );
}
