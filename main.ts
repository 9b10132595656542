import { join } from "node:path";
import { App } from "cdktf";
import { readEnvironment } from "./profiles/environment";
import { loadConfiguration } from "./profiles/load";
import { archiveHashes } from "./stacks/archives";
import { declareBackend } from "./stacks/backend";
import { CdcPipelineStack } from "./stacks/cdc-pipeline-stack";
import { linkProjectFiles } from "./stacks/project-files";
import { annotate, failed, succeeded } from "./stacks/report";

try {
  const environment = readEnvironment(__dirname);
  const { profile, settings, backend, warnings } = loadConfiguration(environment);
  const archives = archiveHashes(settings, join(__dirname, "connectors"));

  // Stack traces hold paths of this machine, and teams commit the output.
  const app = new App({ stackTraces: false });
  const stack = new CdcPipelineStack(app, "cdc", { settings, archives });
  declareBackend(stack, backend);
  annotate(stack, warnings);
  app.synth();

  const stackFolder = join(app.outdir, "stacks", stack.node.id);
  linkProjectFiles(stackFolder, __dirname);
  succeeded({ environment, profile, stackFolder, warnings: [...warnings, ...archives.warnings] });
} catch (error) {
  failed(error);
}
