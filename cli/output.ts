import { type Command, CommanderError } from "commander";
import { createColors } from "picocolors";
import { ConfigurationError } from "../lib/errors";
import { TerraformFailure } from "../terraform/core";
import { SynthFailure } from "../terraform/sandbox";

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

/** Errors that are meant for people are told in words; others are defects and keep their stack trace. */
export function isForPeople(error: unknown): error is Error {
  return [ConfigurationError, SynthFailure, TerraformFailure].some((kind) => error instanceof kind);
}
