/** One thing that is wrong, in words that say how to mend it. */
export interface Problem {
  /** Stable name of the rule, for searching and for scripts: `rotation-ignored`. */
  readonly code: string;
  /** The property, as its owner writes it: `database.allocatedStorage`. */
  readonly path: string;
  /** The value that was found. Never a secret: pass `undefined` for those. */
  readonly got: unknown;
  /** The values that are allowed. */
  readonly expected: string;
  /** What to do. */
  readonly fix: string;
}

/** An error that a person is meant to read: its message is enough. Any other is a defect of this project, told with its stack trace. */
export class ErrorForPeople extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** Something is wrong with what this project was given. It carries every problem found, not just the first one. */
export class ConfigurationError extends ErrorForPeople {
  constructor(
    /** What was being read or done: "settings of the profile standard". */
    public readonly subject: string,
    public readonly problems: readonly Problem[],
  ) {
    super(render(subject, problems));
  }
}

/** Throws when there is at least one problem; a check that found none returns nothing. */
export function throwProblems(subject: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ConfigurationError(subject, problems);
}

/** Does both and tells the problems of both at once. Errors of another kind pass through. */
export function together<First, Second>(first: () => First, second: () => Second): [First, Second] {
  const failures: ConfigurationError[] = [];
  const attempt = <Result>(work: () => Result): Result | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      failures.push(error);
      return undefined;
    }
  };
  const results = [attempt(first), attempt(second)];
  if (failures.length === 0) return results as [First, Second];
  throw new ConfigurationError(
    failures.map(({ subject }) => subject).join(" and "),
    failures.flatMap(({ problems }) => problems),
  );
}

/** The text of one problem, without colours: tests, logs and terminals show the same words. */
export function renderProblem(problem: Problem): string {
  return [
    `${problem.path}: got ${renderValue(problem.got)}`,
    `  allowed: ${problem.expected}`,
    `  fix: ${problem.fix}`,
    `  (${problem.code})`,
  ].join("\n");
}

function render(subject: string, problems: readonly Problem[]): string {
  const heading = problems.length === 1 ? `1 problem in ${subject}` : `${problems.length} problems in ${subject}`;
  const bodies = problems.map((problem) => renderProblem(problem).replace(/^/gm, "  "));
  return [`${heading}:`, ...bodies].join("\n\n");
}

function renderValue(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
