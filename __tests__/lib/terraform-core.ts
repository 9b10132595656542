import { join } from "node:path";
import { type StandIns, startStandIns, type StandInTypes } from "../../terraform/standins";
import { type Plan, plannedResources, run } from "../support/project";

/** The real `terraform` with stand-in providers, for the folders of `Testing.fullSynth` and `app.synth()`. */
export class TerraformCore {
  private constructor(private readonly standIns: StandIns) {}

  static async start(types?: StandInTypes): Promise<TerraformCore> {
    return new TerraformCore(await startStandIns({ types }));
  }

  stop(): Promise<void> {
    return this.standIns.stop();
  }

  /** Runs terraform in the folder of a stack, and it has to succeed. */
  run(outdir: string, stack: string, ...args: string[]): string {
    const cwd = join(outdir, "stacks", stack);
    const { exitCode, stdout, output } = run("terraform", args, { cwd, env: this.standIns.env });
    if (exitCode !== 0) throw new Error(`terraform ${args.join(" ")}: ${output}`);
    return stdout;
  }

  /** Initialises, validates and plans. */
  plan(outdir: string, stack = "root", ...args: string[]): Plan {
    this.run(outdir, stack, "init", "-input=false");
    this.run(outdir, stack, "validate");
    this.run(outdir, stack, "plan", "-input=false", "-out=plan", ...args);
    return JSON.parse(this.run(outdir, stack, "show", "-json", "plan")) as Plan;
  }

  /** What each resource will be, by its address. */
  planned(outdir: string, stack = "root", ...args: string[]): Map<string, Record<string, unknown>> {
    return plannedResources(this.plan(outdir, stack, ...args).planned_values.root_module);
  }
}
