import type { Colors } from "../../local/report";
import type { Outcome, StepResult } from "./step";

/** The steps, with what was done or would be. */
export function renderResults(results: readonly StepResult[], colors: Colors): string {
  const marks: Record<Outcome, string> = {
    "would do": colors.yellow("would do   "),
    skipped: colors.dim("skipped    "),
    done: colors.green("done       "),
    "done before": colors.green("done before"),
    failed: colors.red("FAILED     "),
  };
  return results
    .map(({ title, outcome, detail }) => {
      const lines = detail.split("\n").map((line) => `${" ".repeat(13)}${colors.dim(line)}`);
      return [`${marks[outcome]}  ${title}`, ...lines].join("\n");
    })
    .join("\n");
}
