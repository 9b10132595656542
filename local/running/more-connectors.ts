import type { LocalPipeline } from "../reading/pipeline";
import type { SynthesizedStack } from "../../terraform/synthesized";
import { translate } from "../reading/translate";
import { ConnectRest } from "./connect";
import { LocalFailure } from "./failures";
import type { Started } from "./start";

/**
 * Starts the connectors of another stack on the servers and workers of a pipeline that runs already. The stack has to have names of
 * its own for both connectors, the replication slot and the topic prefix; everything else of it but its connectors is left out.
 */
export async function addConnectors(
  { machine, pipeline: running }: Started,
  stack: SynthesizedStack,
  signal?: AbortSignal,
): Promise<LocalPipeline> {
  const { pipeline } = translate(stack, machine);
  for (const kind of ["source", "sink"] as const) {
    // Creating it again would change the one that runs.
    if (pipeline[kind].name === running[kind].name) throw new LocalFailure(`${running[kind].name} runs already`);
  }
  await new ConnectRest(pipeline.source).create(signal);
  await new ConnectRest(pipeline.sink).create(signal);
  return pipeline;
}
