import { type Action, actionOf, type PlanJson, replacePaths, type ResourceChangeJson } from "../terraform/plan";
import { asObject, type Json, type JsonObject } from "../terraform/synthesized";

type Path = readonly string[];

/**
 * One resource of a plan. A plan carries secrets in clear: rules decide by `before` and `after`, and tell values by `told` only,
 * which knows what is secret.
 */
export class PlannedResource {
  readonly address: string;
  /** The module's address; empty for the root. */
  readonly module: string;
  readonly type: string;
  /** Undefined where it stays as it is. */
  readonly action: Action | undefined;
  /** Whether a replacement is made before the old one goes (`create_before_destroy`). */
  readonly createsFirst: boolean;

  constructor(private readonly json: ResourceChangeJson) {
    this.address = json.address;
    this.module = json.module_address ?? "";
    this.type = json.type;
    this.action = actionOf(json.change.actions);
    this.createsFirst = this.action === "replace" && json.change.actions[0] === "create";
  }

  /** The present thing goes, whether or not another comes in its place. */
  get isGone(): boolean {
    return this.action === "replace" || this.action === "delete";
  }

  /** There is something before and after, and the two can be compared. */
  get isChanged(): boolean {
    return this.action === "replace" || this.action === "update";
  }

  /** A present value; blocks that can be given once are looked into. Not to be printed. */
  before(...path: Path): Json | undefined {
    return at(this.json.change.before, path);
  }

  /** A planned value; undefined where it is unset, or known during apply only. Not to be printed. */
  after(...path: Path): Json | undefined {
    return this.isUnknown(...path) ? undefined : at(this.json.change.after, path);
  }

  isUnknown(...path: Path): boolean {
    return isMarked(this.json.change.after_unknown, path);
  }

  /** The names of the values in a block or map that are known during apply only. */
  unknownsInside(...path: Path): string[] {
    const marks = asObject(single(at(this.json.change.after_unknown, path)));
    return Object.keys(marks).filter((name) => hasMark(marks[name]));
  }

  /** The two differ, or the new one isn't known yet. */
  differs(...path: Path): boolean {
    return (
      this.isUnknown(...path) ||
      JSON.stringify(this.before(...path) ?? null) !== JSON.stringify(this.after(...path) ?? null)
    );
  }

  turnsOn(...path: Path): boolean {
    return this.before(...path) !== true && this.after(...path) === true;
  }

  turnsOff(...path: Path): boolean {
    return this.before(...path) === true && this.after(...path) !== true && !this.isUnknown(...path);
  }

  lowers(...path: Path): boolean {
    const [before, after] = [asNumber(this.before(...path)), asNumber(this.after(...path))];
    return before !== undefined && after !== undefined && after < before;
  }

  /** `engine_version: "17.2" → "16.4"`, without secrets; of anything but single values only the name. */
  told(...path: Path): string {
    const name = path.at(-1) ?? "";
    const [before, after] = [this.before(...path), this.after(...path)];
    if (isNested(before) || isNested(after)) return name;
    return `${name}: ${this.toldBefore(...path)} → ${this.toldAfter(...path)}`;
  }

  toldBefore(...path: Path): string {
    return isMarked(this.json.change.before_sensitive, path) ? "a secret" : shown(this.before(...path));
  }

  toldAfter(...path: Path): string {
    if (this.isUnknown(...path)) return "known during apply only";
    return isMarked(this.json.change.after_sensitive, path) ? "a secret" : shown(this.after(...path));
  }

  /** Something secret is in it, now or then. */
  isSensitive(...path: Path): boolean {
    const { before_sensitive, after_sensitive } = this.json.change;
    return [before_sensitive, after_sensitive].some((marks) => isMarked(marks, path) || hasMark(at(marks, path)));
  }

  /** Why it is replaced or destroyed. */
  get reason(): string {
    const forced = replacePaths(this.json.change).map((path) => this.told(...path.split(".")));
    if (forced.length > 0) return `can't be changed in place: ${forced.join(", ")}`;
    return REASONS[this.json.action_reason ?? ""] ?? "the plan doesn't say why";
  }
}

/** A plan's managed resources, those that stay as they are too. */
export class Planned {
  readonly resources: readonly PlannedResource[];

  constructor(private readonly json: PlanJson) {
    this.resources = (json.resource_changes ?? [])
      .filter(({ mode }) => mode === "managed")
      .map((resource) => new PlannedResource(resource));
  }

  of(...types: readonly string[]): PlannedResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** The block that a resource was configured by; empty where it has none any more. */
  configurationOf(resource: PlannedResource): JsonObject {
    const withoutKeys = resource.address.replaceAll(/\[[^\]]*\]/g, "");
    const steps = [...withoutKeys.matchAll(/(?<=^|\.)module\.([^.]+)/g)].map(([, name = ""]) => name);
    const module = steps.reduce<JsonObject>(
      (outer, name) => asObject(asObject(asObject(outer.module_calls)[name]).module),
      asObject(this.json.configuration?.root_module),
    );
    const local = withoutKeys.replace(/^(module\.[^.]+\.)+/, "");
    const blocks = Array.isArray(module.resources) ? (module.resources as Json[]).map(asObject) : [];
    return blocks.find(({ address }) => address === local) ?? {};
  }
}

/** HashiCorp's names for reasons ("JSON Output Format", Change Representation), as far as no attribute is to blame. */
const REASONS: Readonly<Record<string, string>> = {
  replace_because_tainted: "its last creation failed, so it is tainted",
  replace_by_request: "-replace asks for it",
  replace_by_triggers: "its replace_triggered_by asks for it",
  delete_because_no_resource_config: "it is no longer configured",
  delete_because_no_module: "its module is no longer configured",
  delete_because_wrong_repetition: "its count or for_each was added or taken away",
  delete_because_count_index: "its count is smaller",
  delete_because_each_key: "its key is no longer in for_each",
  delete_because_no_move_target: "it was moved to an address that isn't configured",
};

export function asNumber(value: Json | undefined): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
}

function at(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((outer, step) => asObject(single(outer))[step], value);
}

/** Marks have the shape of the values, and `true` stands for everything below it. */
function isMarked(marks: Json | undefined, path: Path): boolean {
  let mark = marks;
  for (const step of path) {
    if (mark === true) return true;
    mark = asObject(single(mark))[step];
  }
  return mark === true;
}

function hasMark(marks: Json | undefined): boolean {
  return marks === true || (isNested(marks) && Object.values(marks as object).some((inner) => hasMark(inner as Json)));
}

/** A block that can be given once is a list of one. */
function single(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? (value as readonly Json[])[0] : value;
}

function isNested(value: Json | undefined): boolean {
  return typeof value === "object" && value !== null;
}

function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return "not set";
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
