import { readFileSync } from "node:fs";
import { join } from "node:path";
import { synthesize, withTemporaryFolder } from "../../terraform/sandbox";
import { readArchitecture, renderArchitecture, renderDiagram } from "./architecture";
import { renderBenchmarks } from "./benchmarks";
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

/** Generates everything; writes nothing. */
export async function generateDocuments(project: string): Promise<GeneratedDocument[]> {
  return withTemporaryFolder(async (folder) => {
    // The profile as it is, whatever this project's cdktf.json changes about it.
    const context = { profile: PROFILE };
    const { stackFolder } = await synthesize(project, folder, {
      CDC_PROFILE: PROFILE,
      CDKTF_CONTEXT_JSON: JSON.stringify(context),
    });
    const root = readModule(stackFolder);
    const modules = readModules(stackFolder);
    const architecture = readArchitecture(root, modules);
    const readme = Object.entries({
      architecture: renderDiagram(architecture),
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
