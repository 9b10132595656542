import { type Command, CommanderError } from "commander";
import { createColors } from "picocolors";
import { ErrorForPeople } from "../lib/errors";

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
  if (!(error instanceof ErrorForPeople)) throw error;
  stderr.write(`${error.message}\n`);
  return 1;
}
