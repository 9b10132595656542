import { join } from "node:path";
import { synthesize, withTemporaryFolder } from "./sandbox";
import { readOutputFolder, readStack, type SynthesizedStack } from "./synthesized";

/** What stands in cdktf.out, or a profile synthesized for the purpose; `settings` replace single ones of it. */
export async function withStack<Result>(
  projectFolder: string,
  profile: string | undefined,
  progress: (step: string) => void,
  work: (stack: SynthesizedStack) => Promise<Result>,
  settings?: object,
): Promise<Result> {
  if (profile === undefined) {
    const stack = readOutputFolder(join(projectFolder, "cdktf.out"));
    progress(`taking cdktf.out as of ${stack.synthesizedAt.toLocaleString()}`);
    return work(stack);
  }
  return withTemporaryFolder(async (folder) => {
    progress(`synthesizing ${profile}`);
    const context: Record<string, string> =
      settings === undefined ? {} : { CDKTF_CONTEXT_JSON: JSON.stringify({ settings }) };
    const { stackFolder } = await synthesize(projectFolder, folder, { CDC_PROFILE: profile, ...context });
    return work(readStack(stackFolder));
  });
}
