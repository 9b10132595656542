import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ErrorForPeople } from "../../lib/errors";
import { terraform, type TerraformOptions } from "../../terraform/core";
import { type Change, type PlanJson, type PlanSummary, summarizePlan } from "../../terraform/plan";
import { withTemporaryFolder } from "../../terraform/sandbox";
import type { Unit } from "./units";

const stateSchema = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        module: z.string().optional(),
        mode: z.string(),
        type: z.string(),
        name: z.string(),
        instances: z.array(z.looseObject({ attributes: z.record(z.string(), z.unknown()).optional() })),
      }),
    )
    .default([]),
});

/** What can't be made again from the configuration once it is gone. */
const HOLDS_DATA: ReadonlySet<string> = new Set([
  "aws_db_instance",
  "aws_msk_cluster",
  "aws_s3_bucket",
  "aws_secretsmanager_secret",
  "aws_mskconnect_connector",
  "aws_kms_key",
]);

/** Whether data, offsets or a history is in it. */
export function holdsData({ type }: Change): boolean {
  return HOLDS_DATA.has(type);
}

/** A managed resource, as the state has it. Some attributes are secrets. */
export interface Instance {
  /** The module of the stack, or the root's resource, that it belongs to. */
  readonly unit: Unit;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Files with variable values, as absolute paths, and who is told what Terraform is at. */
export interface InfrastructureOptions {
  readonly folder: string;
  readonly varFiles: readonly string[];
  readonly progress: (step: string) => void;
}

/** The deployed stack, by Terraform in the stack's folder: with the user's backend, workspace and credentials. */
export class Infrastructure {
  private readonly run: TerraformOptions;

  public constructor(private readonly options: InfrastructureOptions) {
    const { folder, progress } = options;
    const onLine = (line: string): void => {
      if (/: (Still destroying|Destruction complete)/.test(line)) progress(line.trim());
    };
    this.run = { folder, onLine };
  }

  public async initialize(): Promise<void> {
    if (existsSync(join(this.options.folder, ".terraform"))) return;
    this.options.progress("terraform init");
    await terraform(["init", "-input=false", "-no-color"], this.run);
  }

  public outputs(): Promise<string> {
    return terraform(["output", "-json"], this.run);
  }

  /** The state as text: with secrets in it. */
  public state(): Promise<string> {
    return terraform(["state", "pull"], this.run);
  }

  public async instances(): Promise<Instance[]> {
    const text = await this.state();
    if (text.trim() === "") return [];
    const { resources } = stateSchema.parse(JSON.parse(text));
    return resources
      .filter(({ mode }) => mode === "managed")
      .flatMap(({ module, type, name, instances }) => {
        const unit = module?.split(".").slice(0, 2).join(".") ?? `${type}.${name}`;
        return instances.map(({ attributes = {} }) => ({ unit, type, attributes }));
      });
  }

  /** What the destruction of these units would take along; of everything, where none are named. */
  public planDestruction(units?: readonly Unit[]): Promise<PlanSummary> {
    return withTemporaryFolder((folder) => this.plan(join(folder, "teardown.tfplan"), units));
  }

  /**
   * Does what `terraform destroy -target=…` does, but looks at the plan before it applies it. @throws ErrorForPeople when
   * something that holds data would go that isn't of these types
   */
  public destroy(units: readonly Unit[] | undefined, holdingData: RegExp): Promise<number> {
    return withTemporaryFolder(async (folder) => {
      const file = join(folder, "teardown.tfplan");
      const { changes } = await this.plan(file, units);
      const wrong = changes.filter(
        (change) => change.action !== "delete" || (holdsData(change) && !holdingData.test(change.type)),
      );
      if (wrong.length > 0) throw new UnexpectedPlan(wrong.map(({ address, action }) => `${action} ${address}`));
      if (changes.length > 0) await terraform(["apply", "-input=false", "-no-color", file], this.run);
      return changes.length;
    });
  }

  private async plan(file: string, units: readonly Unit[] | undefined): Promise<PlanSummary> {
    const { varFiles } = this.options;
    const words = [...varFiles.map((name) => `-var-file=${name}`), ...(units ?? []).map((unit) => `-target=${unit}`)];
    await terraform(["plan", "-destroy", "-input=false", "-no-color", `-out=${file}`, ...words], this.run);
    return summarizePlan(JSON.parse(await terraform(["show", "-json", file], this.run)) as PlanJson);
  }
}

/** Terraform would do more than this step is for; nothing was done. */
class UnexpectedPlan extends ErrorForPeople {
  constructor(changes: readonly string[]) {
    super(`Terraform would also do this, so nothing was applied:\n${changes.map((line) => `  ${line}`).join("\n")}`);
  }
}
