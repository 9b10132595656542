import { relative, resolve } from "node:path";
import { Command, Option } from "commander";
import { connectorsDirectory } from "../connectors/plugins/lock";
import { PreparedPlugin, preparePlugin } from "../connectors/plugins/prepare";
import { PluginName, PluginSource, pluginNames, pluginSources, usualPlugins } from "../connectors/plugins/sources";
import { ConfigurationError, Problem, renderProblem } from "../lib/errors";
import { colorsFor, Output, parseWords, withOutput } from "./output";

interface Options {
  readonly only?: PluginName;
  readonly debezium?: string;
  readonly s3Sink?: string;
  readonly s3SinkUrl?: string;
  readonly update?: boolean;
  readonly json?: boolean;
  readonly directory: string;
}

/** One plugin's outcome; `--json` prints these. */
interface Outcome {
  readonly name: PluginName;
  readonly status: PreparedPlugin["status"] | "failed";
  readonly archive: string;
  readonly licence: string;
  readonly version: string;
  readonly sha256?: string;
  readonly size?: number;
  readonly problems: readonly Problem[];
}

const examples = `
Examples:
  npm run plugins                                  both archives, into connectors/
  npm run plugins -- --only debezium               one of them
  npm run plugins -- --only debezium-scripting     Debezium with Groovy, for row filters and routes with a condition
  npm run plugins -- --only debezium-secrets       Debezium that reads its password from Secrets Manager, for production
  npm run plugins -- --s3-sink ~/Downloads/confluentinc-kafka-connect-s3-10.5.0.zip
                                                   with an archive that was downloaded by hand
  npm run plugins -- --update                      take what differs from plugins.lock.json, and lock it

Exit codes: 0 done or up to date, 1 failed, 2 wrong usage.`;

/** Runs the command; the answer is its exit code. */
export async function runPlugins(
  words: readonly string[],
  output: Output = process,
  signal?: AbortSignal,
): Promise<number> {
  const command = createCommand(output);
  const finished = parseWords(command, words);
  if (finished !== undefined) return finished;
  const options = command.opts<Options>();
  const names = options.only === undefined ? usualPlugins : [options.only];
  const outcomes: Outcome[] = [];
  // One after the other: the first is done and written even if the second can't be had.
  for (const name of names) {
    if (signal?.aborted === true) break;
    outcomes.push(await prepare(pluginSources[name], options, output, signal));
  }
  if (options.json === true) output.stdout.write(`${JSON.stringify(outcomes, undefined, 2)}\n`);
  else report(outcomes, output);
  return outcomes.some(({ status }) => status === "failed") ? 1 : 0;
}

function createCommand(output: Output): Command {
  const command = new Command("plugins")
    .description("Prepare the connector plugins: fetch, check and repack them as the ZIPs that MSK Connect takes.")
    .addOption(new Option("--only <plugin>", "prepare one plugin").choices(pluginNames))
    .addOption(new Option("--debezium <file>", "Debezium's archive (tar.gz) instead of asking Maven"))
    .addOption(
      new Option("--s3-sink <file>", "the S3 sink's archive (ZIP) instead of a download").conflicts("s3SinkUrl"),
    )
    .option("--s3-sink-url <url>", "another address of the S3 sink's archive")
    .option("--update", "take sources that differ from plugins.lock.json, and lock them anew")
    .option("--json", "print the outcome as JSON")
    .addOption(
      new Option("--directory <folder>", "where archives and lock are").default(connectorsDirectory, "connectors"),
    )
    .addHelpText("after", examples)
    .hook("preAction", checkOnly)
    .action(() => undefined);
  return withOutput(command, output);
}

/** An archive for a plugin that isn't prepared is most likely a slip. */
function checkOnly(command: Command): void {
  const { only, debezium, s3Sink, s3SinkUrl } = command.opts<Options>();
  const unused = only === undefined ? undefined : only === "s3-sink" ? debezium : (s3Sink ?? s3SinkUrl);
  if (unused !== undefined) command.error(`error: --only ${only} doesn't use ${unused}`);
}

async function prepare(source: PluginSource, options: Options, output: Output, signal?: AbortSignal): Promise<Outcome> {
  const { name, version, licence, archive } = source;
  const progress = createProgress(name, output);
  const directory = resolve(options.directory);
  try {
    const done = await preparePlugin(source, {
      file: name === "s3-sink" ? options.s3Sink : options.debezium,
      url: name === "s3-sink" ? options.s3SinkUrl : undefined,
      update: options.update,
      directory,
      environment: process.env,
      signal,
      onStep: progress.step,
      onProgress: progress.bytes,
    });
    const { sha256, size } = done.entry;
    return {
      name,
      status: done.status,
      archive: shortPath(done.archive),
      licence,
      version,
      sha256,
      size,
      problems: [],
    };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const { problems } = error;
    return { name, status: "failed", archive: shortPath(resolve(directory, archive)), licence, version, problems };
  } finally {
    progress.end();
  }
}

function shortPath(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith("..") ? file : short;
}

function report(outcomes: readonly Outcome[], { stdout, stderr }: Output): void {
  const colors = colorsFor(stdout);
  for (const { name, status, archive, version, size, licence, problems } of outcomes) {
    if (status === "failed") {
      stderr.write(`${colors.red("failed")} ${name}\n${problems.map(renderProblem).join("\n").replace(/^/gm, "  ")}\n`);
      continue;
    }
    const done = status === "written" ? colors.green("written") : colors.dim("up to date");
    stdout.write(`${done} ${archive} (${version}, ${((size ?? 0) / 1e6).toFixed(1)} MB)\n`);
    stdout.write(`  ${pluginSources[name].title}, ${licence}\n`);
  }
}

/** Steps as lines; bytes only where a line can be written over. */
function createProgress(
  name: PluginName,
  { stderr }: Output,
): {
  step: (step: string) => void;
  bytes: (received: number, total: number | undefined) => void;
  end: () => void;
} {
  let open = false;
  const end = (): void => {
    if (open) stderr.write("\n");
    open = false;
  };
  return {
    step: (step) => {
      end();
      stderr.write(`${name}: ${step}\n`);
    },
    bytes: (received, total) => {
      if (stderr.isTTY !== true) return;
      const of = total === undefined ? "" : ` of ${(total / 1e6).toFixed(1)}`;
      stderr.write(`\r${name}: ${(received / 1e6).toFixed(1)}${of} MB`);
      open = true;
    },
    end,
  };
}

if (require.main === module) {
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  void runPlugins(process.argv.slice(2), process, interrupt.signal).then((code) => {
    process.exitCode = code;
  });
}
