import type { createColors } from "picocolors";
import type { Judgement } from "../guard/allowances";
import { type Finding, type Harm, harms } from "../guard/finding";

type Colors = ReturnType<typeof createColors>;

/** How much a plan changes, and what to do where nothing speaks against it. */
export interface Extent {
  readonly changes: number;
  readonly next: string;
}

/** Everything that was found, in blocks, and last what to do next. */
export function renderJudgement({ dangers, allowed, unused }: Judgement, extent: Extent, colors: Colors): string {
  const blocks = (Object.keys(harms) as Harm[]).flatMap((harm) => {
    const findings = dangers.filter((finding) => finding.harm === harm);
    if (findings.length === 0) return [];
    return [
      colors.bold(`${harms[harm]} (${findings.length})`),
      "",
      ...findings.map((finding) => renderFinding(finding, colors)),
    ];
  });
  const notes = [
    ...allowed.map(({ code, address }) => colors.dim(`allowed: ${code} at ${address}`)),
    ...unused.map((text) => colors.dim(`allowed and not in this plan: ${text}`)),
  ];
  return [...blocks, ...notes, lastLine(dangers, allowed, extent, colors), ""].join("\n");
}

/** What allows this finding, and nothing else. */
export function allowanceOf({ code, address }: Finding): string {
  return `${code}:${address}`;
}

function renderFinding(finding: Finding, colors: Colors): string {
  const allowance = allowanceOf(finding);
  return [
    `  ${colors.red(finding.code)} ${finding.address}`,
    `    what   ${finding.what}`,
    `    why    ${finding.why}`,
    `    do     ${finding.remedy}`,
    `    allow  --allow ${/[^\w.:/-]/.test(allowance) ? `'${allowance}'` : allowance}`,
    "",
  ].join("\n");
}

function lastLine(
  dangers: readonly Finding[],
  allowed: readonly Finding[],
  { changes, next }: Extent,
  colors: Colors,
): string {
  const extent = changes === 0 ? "no changes" : changes === 1 ? "1 change" : `${changes} changes`;
  if (dangers.length > 0) {
    const count = dangers.length === 1 ? "1 danger" : `${dangers.length} dangers`;
    return colors.red(`${count} in ${extent}: don't apply this plan. Change the settings, or allow each by its name.`);
  }
  const aside = allowed.length === 0 ? "" : `, ${allowed.length} allowed aside`;
  return colors.green(`Nothing dangerous in ${extent}${aside}. ${next}`);
}
