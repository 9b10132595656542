import type { Colors } from "../../local/report";
import { type Finding, type Outcome } from "./check";

/** The findings, a line each; below those that aren't well, what was found and where the README says what to do. */
export function renderFindings(findings: readonly Finding[], colors: Colors): string {
  const marks: Record<Outcome, string> = {
    ok: colors.green("ok           "),
    failing: colors.red("FAILING      "),
    "not checkable": colors.yellow("not checkable"),
  };
  const lines = findings.flatMap(({ outcome, name, detail, remedy }) => {
    if (remedy === undefined) return [`${marks[outcome]}  ${name}  ${colors.dim(detail)}`.trimEnd()];
    const reasons = detail.split("\n").map((line) => `${" ".repeat(15)}${line}`);
    const advice = `${" ".repeat(15)}→ ${remedy.title}: ${remedy.link}`;
    return [`${marks[outcome]}  ${name}`, ...reasons, ...(outcome === "failing" ? [advice] : [])];
  });
  return lines.join("\n");
}

/** How many there are of each. */
export function renderSummary(findings: readonly Finding[]): string {
  const count = (outcome: Outcome): number => findings.filter((finding) => finding.outcome === outcome).length;
  return `${count("ok")} ok, ${count("failing")} failing, ${count("not checkable")} not checkable`;
}
