import { type Problem, throwProblems } from "../lib/errors";
import type { Finding } from "./finding";
import { kinds } from "./findings";

/** A danger that somebody has looked at: everywhere, or at one address. */
export interface Allowance {
  /** As it was given. */
  readonly text: string;
  readonly code: string;
  readonly address?: string;
}

/** A plan's dangers, after what is allowed. */
export interface Judgement {
  readonly dangers: readonly Finding[];
  readonly allowed: readonly Finding[];
  /** Allowed, and not in the plan: to be taken out of a script. */
  readonly unused: readonly string[];
}

/** Reads `<name>` or `<name>:<address>`. @throws ConfigurationError for names that don't exist */
export function parseAllowances(texts: readonly string[]): Allowance[] {
  const allowances = texts.map((text): Allowance => {
    const [, code = text, address] = /^([^:]*):(.+)$/.exec(text) ?? [];
    return { text, code, address };
  });
  const unknown = allowances.filter(({ code }) => !kinds.has(code));
  throwProblems(
    "--allow",
    unknown.map(({ text }): Problem => {
      return {
        code: "allowance-unknown",
        path: "--allow",
        got: text,
        expected: `<name> or <name>:<address>, with one of these names: ${[...kinds.keys()].sort().join(", ")}`,
        fix: "copy it from the finding, where it stands after --allow",
      };
    }),
  );
  return allowances;
}

/** Parts what is allowed from what isn't. */
export function judge(findings: readonly Finding[], allowances: readonly Allowance[]): Judgement {
  const allows = ({ code, address }: Allowance, finding: Finding): boolean =>
    code === finding.code && (address === undefined || address === finding.address);
  const isAllowed = (finding: Finding): boolean => allowances.some((allowance) => allows(allowance, finding));
  return {
    dangers: findings.filter((finding) => !isAllowed(finding)),
    allowed: findings.filter(isAllowed),
    unused: allowances
      .filter((allowance) => !findings.some((finding) => allows(allowance, finding)))
      .map(({ text }) => text),
  };
}
