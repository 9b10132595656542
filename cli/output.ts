import { type Command, CommanderError } from "commander";
import { createColors } from "picocolors";
import { ConfigurationError, ErrorForPeople } from "../lib/errors";

/** Where a command writes: the process's own streams, or a test's. */
export interface Output {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** Colours for a terminal; for anything else, and where NO_COLOR is set, none. */
export function colorsFor(stream: Output["stdout"]): ReturnType<typeof createColors> {
  return createColors(stream.isTTY === true && process.env.NO_COLOR === undefined);
}

/** Lets a command write to the output, and answer wrong usage with an exception instead of ending the process. */
export function withOutput(command: Command, { stdout, stderr }: Output): Command {
  return command
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .exitOverride();
}

/** Exit codes of all commands: 0 done, 1 failed, 2 wrong usage. */
export function parseWords(command: Command, words: readonly string[]): number | undefined {
  try {
    command.parse(words, { from: "user" });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

/** Tells an error that is meant for people, and gives the exit code; others are defects and keep their stack trace. */
export function tellError(error: unknown, { stderr }: Output): number {
  const told = refusal(error) ?? error;
  if (!(told instanceof ErrorForPeople)) throw error;
  stderr.write(`${told.message}\n`);
  return 1;
}

const refusals: Readonly<Record<string, readonly [expected: string, fix: string]>> = {
  ENOSPC: [
    "room on that disk",
    "make room there, or set XDG_CACHE_HOME to a folder on a disk that has a gigabyte left",
  ],
  EROFS: ["a disk that can be written to", "set XDG_CACHE_HOME to a folder that can be written to"],
  EACCES: [
    "a folder that you may write to",
    "change its owner or its permissions, or set XDG_CACHE_HOME to one of yours",
  ],
};

/** What the system doesn't let a command do, and a person can change. */
function refusal(error: unknown): ConfigurationError | undefined {
  const { code = "", path = "the disk", message } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const known = refusals[code];
  if (known === undefined) return undefined;
  const [expected, fix] = known;
  const problem = { code: `system-${code.toLowerCase()}`, path, got: message, expected, fix };
  return new ConfigurationError("what this machine allows", [problem]);
}
