import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { z } from "zod";
import { writeAtomically } from "../../connectors/plugins/lock";
import { ConfigurationError } from "../../lib/errors";

const schema = z.strictObject({
  version: z.literal(1),
  startedAt: z.iso.datetime(),
  /** Whether this teardown leaves the database. */
  keepDatabase: z.boolean(),
  /** Where copies are put. */
  backup: z.string(),
  /** As Terraform printed them: after the destruction it has none. */
  outputs: z.string(),
  /** Step → what it did. */
  done: z.record(z.string(), z.string()),
});
type Content = z.infer<typeof schema>;

/** What a teardown has done: the next one goes on from there, also after a crash. */
export class Journal {
  private constructor(
    private readonly file: string,
    private content: Content,
  ) {}

  /** The one that was begun; none after a teardown that came to its end. @throws ConfigurationError */
  public static read(file: string): Journal | undefined {
    if (!existsSync(file)) return undefined;
    const parsed = schema.safeParse(parse(readFileSync(file, "utf8")));
    if (parsed.success) return new Journal(file, parsed.data);
    throw journalProblem(file, "a journal that teardown wrote", "restore it, or delete it to begin anew");
  }

  public static begin(file: string, facts: Pick<Content, "keepDatabase" | "backup" | "outputs">): Journal {
    return new Journal(file, { version: 1, startedAt: new Date().toISOString(), ...facts, done: {} });
  }

  public get facts(): Omit<Content, "version" | "done"> {
    return this.content;
  }

  /** What a step did; none while it isn't done. */
  public done(step: string): string | undefined {
    return this.content.done[step];
  }

  /** Notes a step, on disk before anything else is done. */
  public note(step: string, detail: string): void {
    this.content = { ...this.content, done: { ...this.content.done, [step]: detail } };
    this.save();
  }

  public save(): void {
    writeAtomically(this.file, Buffer.from(`${JSON.stringify(this.content, undefined, 2)}\n`));
  }

  /** The teardown is over: its journal goes to what was preserved. */
  public finish(archive: string | undefined): void {
    if (archive === undefined) rmSync(this.file, { force: true });
    else renameSync(this.file, archive);
  }
}

/** The journal is of another teardown than the one that was asked for. */
export function journalProblem(file: string, expected: string, fix: string): ConfigurationError {
  return new ConfigurationError("the teardown that was begun", [
    { code: "teardown-journal", path: file, got: undefined, expected, fix },
  ]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
