import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigurationError } from "../lib/errors";
import { isRecord } from "../lib/json";
import { cacheFolder } from "../local/cache";
import { runCommand } from "../local/components/command";
import type { Environment, Progress } from "../local/environment";
import type { PlanJson } from "../terraform/plan";
import { type Skip, skips } from "./skips";

/** From PyPI; another release has other checks. */
export const CHECKOV_VERSION = "3.3.30";

/** A check that a resource of the plan didn't pass. */
export interface Finding {
  readonly check: string;
  readonly title: string;
  readonly resource: string;
}

/** What checkov says of a plan. */
export interface PolicyReport {
  readonly checkov: string;
  readonly passed: number;
  /** What isn't skipped. */
  readonly failed: readonly Finding[];
  readonly skipped: readonly (Finding & { readonly why: string })[];
}

export interface CheckovOptions {
  readonly env: Environment;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** Asks checkov about a plan, in a folder of one's own. @throws ConfigurationError when Python is missing or checkov can't be had */
export async function checkPlan(plan: PlanJson, folder: string, options: CheckovOptions): Promise<PolicyReport> {
  const { env, progress, signal } = options;
  const checkov = join(await environment(options), "bin", "checkov");
  const file = join(folder, "plan.json");
  writeFileSync(file, JSON.stringify(plan));
  progress("checkov");
  // Without --skip-download it asks its vendor's service for texts; with --soft-fail its exit code says whether it ran.
  const words = ["--file", file, "--framework", "terraform_plan", "--output", "json"];
  const result = await runCommand(checkov, [...words, "--compact", "--skip-download", "--soft-fail"], {
    env: { ...env, LOG_LEVEL: "ERROR" },
    cwd: folder,
    signal,
  });
  if (result.exitCode !== 0) throw notRun(result.stderr);
  return readReport(result.stdout);
}

/** checkov's JSON, with what is skipped told apart. */
export function readReport(text: string, skipped: readonly Skip[] = skips): PolicyReport {
  const json: unknown = JSON.parse(text);
  const results = isRecord(json) && isRecord(json.results) ? json.results : undefined;
  if (results === undefined || !Array.isArray(results.failed_checks) || !Array.isArray(results.passed_checks)) {
    throw notRun("it printed no results");
  }
  const findings = results.failed_checks.filter(isRecord).map((check): Finding => ({
    check: String(check.check_id),
    title: String(check.check_name),
    resource: String(check.resource),
  }));
  const reason = (finding: Finding): string | undefined => skipped.find((skip) => covers(skip, finding))?.why;
  return {
    checkov: CHECKOV_VERSION,
    passed: results.passed_checks.length,
    failed: findings.filter((finding) => reason(finding) === undefined),
    skipped: findings.flatMap((finding) => {
      const why = reason(finding);
      return why === undefined ? [] : [{ ...finding, why }];
    }),
  };
}

function covers({ check, resources }: Skip, finding: Finding): boolean {
  return check === finding.check && (resources?.some((begin) => finding.resource.startsWith(begin)) ?? true);
}

/** A Python environment that holds checkov and nothing else, made once. */
async function environment({ env, progress, signal }: CheckovOptions): Promise<string> {
  const folder = join(cacheFolder(env), `checkov-${CHECKOV_VERSION}`);
  // Its programs name their own folder, so it is made where it stays, and marked when it is complete.
  const marker = join(folder, "complete");
  if (existsSync(marker)) return folder;
  progress(`installing checkov ${CHECKOV_VERSION} from PyPI, once`);
  mkdirSync(folder, { recursive: true });
  const made = await runCommand("python3", ["-m", "venv", "--clear", folder], { env, signal });
  if (made.exitCode !== 0) {
    throw unavailable(
      "python3 -m venv",
      made.stderr,
      "install Python 3.9 or later with venv (apt-get install python3-venv)",
    );
  }
  const pip = [join(folder, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check"] as const;
  const [program, ...words] = pip;
  const installed = await runCommand(program, [...words, `checkov==${CHECKOV_VERSION}`], { env, signal });
  if (installed.exitCode !== 0) {
    throw unavailable(
      `pip install checkov==${CHECKOV_VERSION}`,
      installed.stderr,
      "let this machine reach PyPI or a mirror of it",
    );
  }
  writeFileSync(marker, "");
  return folder;
}

function unavailable(path: string, output: string, fix: string): ConfigurationError {
  const got = output.trim().split("\n").pop();
  return new ConfigurationError("checkov", [{ code: "checkov-unavailable", path, got, expected: "success", fix }]);
}

function notRun(got: string): ConfigurationError {
  const fix = "run it again; where that doesn't help, delete its folder in the cache";
  return new ConfigurationError("checkov", [
    { code: "checkov-failed", path: "checkov", got: got.trim().split("\n").pop(), expected: "results", fix },
  ]);
}
