import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { generateDocuments } from "./docs/documents";
import { colorsFor, Output, parseWords, tellError, withOutput } from "./output";

interface Options {
  readonly check?: boolean;
}

const PROJECT = join(__dirname, "..");

const examples = `
Examples:
  npm run docs                 write what is generated into README.md and docs/
  npm run docs -- --check      only say what is out of date, for CI

Exit codes: 0 written or up to date, 1 out of date (with --check) or failed, 2 wrong usage.`;

/** Runs the command; the answer is its exit code. */
export async function runDocs(words: readonly string[], output: Output = process): Promise<number> {
  const command = createCommand(output);
  const finished = parseWords(command, words);
  if (finished !== undefined) return finished;
  try {
    return await docs(command.opts<Options>(), output);
  } catch (error) {
    return tellError(error, output);
  }
}

function createCommand(output: Output): Command {
  const command = new Command("docs")
    .description("Generate the parts of the documentation that follow from the code and from what it synthesizes.")
    .option("--check", "write nothing; fail if something is out of date")
    .addHelpText("after", examples)
    .action(() => undefined);
  return withOutput(command, output);
}

async function docs({ check }: Options, { stdout, stderr }: Output): Promise<number> {
  const colors = colorsFor(stdout);
  const outdated = (await generateDocuments(PROJECT)).filter(({ path, content }) => read(path) !== content);
  if (outdated.length === 0) {
    stdout.write("the documentation is up to date\n");
    return 0;
  }
  if (check) {
    stderr.write(outdated.map(({ path }) => `out of date: ${path}\n`).join(""));
    stderr.write("fix: run npm run docs, and commit what it writes\n");
    return 1;
  }
  for (const { path, content } of outdated) {
    mkdirSync(dirname(join(PROJECT, path)), { recursive: true });
    writeFileSync(join(PROJECT, path), content);
    stdout.write(`${colors.green("written")} ${path}\n`);
  }
  return 0;
}

function read(path: string): string | undefined {
  const file = join(PROJECT, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

if (require.main === module) {
  void runDocs(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
