import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Estimate, estimate } from "../../cost/estimate";
import { defaultUsage } from "../../cost/usage";
import { profiles } from "../../profiles/load";
import { synthesize, withTemporaryFolder } from "../../terraform/sandbox";
import { readStack, type SynthesizedStack } from "../../terraform/synthesized";
import { alarmsTable } from "./alarms";
import { readArchitecture, renderArchitecture, renderDiagram } from "./architecture";
import { renderBenchmarks } from "./benchmarks";
import { costTables, latencyTable, savingsTable } from "./cost";
import { betweenMarkers } from "./markers";
import { modulesTable, outputsTable, variablesTable } from "./reference";
import { renderSettings } from "./settings";
import { readModule, readModules } from "./synthesized";

/** A file with generated content, as it has to be. */
export interface GeneratedDocument {
  /** Relative to the project. */
  readonly path: string;
  readonly content: string;
}

/** The profile that the documentation describes. */
const PROFILE = "standard";

/** Whose prices it tells. */
const REGION = "us-east-1";

/** Generates everything; writes nothing. */
export async function generateDocuments(project: string): Promise<GeneratedDocument[]> {
  return withTemporaryFolder(async (folder) => {
    const stacks = new Map<string, SynthesizedStack>();
    for (const profile of Object.keys(profiles)) {
      // The profile as it is, whatever this project's cdktf.json changes about it.
      const env = { CDC_PROFILE: profile, CDKTF_CONTEXT_JSON: JSON.stringify({ profile }) };
      stacks.set(profile, readStack((await synthesize(project, join(folder, profile), env)).stackFolder));
    }
    const stack = stacks.get(PROFILE);
    if (stack === undefined) throw new Error(`no profile ${PROFILE}`);
    const root = readModule(stack.folder);
    const modules = readModules(stack.folder);
    const architecture = readArchitecture(root, modules);
    const priced = (synthesized: SynthesizedStack): Estimate => estimate(synthesized, REGION, defaultUsage);
    const estimates = new Map([...stacks].map(([profile, synthesized]) => [profile, priced(synthesized)]));
    const documented = priced(stack);
    const readme = Object.entries({
      alarms: alarmsTable(),
      architecture: renderDiagram(architecture),
      cost: costTables(PROFILE, estimates),
      latency: latencyTable(stack, documented),
      savings: savingsTable(stack, documented),
      variables: variablesTable(root),
      outputs: outputsTable(root),
      modules: modulesTable(root, modules),
      benchmarks: renderBenchmarks(project),
    }).reduce(
      (text, [name, generated]) => betweenMarkers(text, name, generated),
      readFileSync(join(project, "README.md"), "utf8"),
    );
    return [
      { path: "docs/settings.md", content: renderSettings(project) },
      { path: "docs/architecture.md", content: renderArchitecture(architecture, modulesTable(root, modules)) },
      { path: "README.md", content: readme },
    ];
  });
}
