import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigurationError } from "../lib/errors";
import { terraform } from "./core";
import type { PlanJson } from "./plan";

const SHOW = "terraform show -json <plan file>";

/** Reads a plan from the text that `terraform show -json` prints. @throws ConfigurationError for anything else */
export function parsePlan(text: string, source: string): PlanJson {
  const json = parseJson(text);
  if (json === undefined) throw unreadable(source, describeText(text));
  if (json.errored === true) throw unreadable(source, "a plan that failed half-way, which can't be applied either");
  if (!/^[01]\./.test(String(json.format_version))) throw unreadable(source, describeJson(json));
  if (!("resource_changes" in json) && !("planned_values" in json)) throw unreadable(source, describeJson(json));
  return json;
}

/** Reads a file: what `terraform show -json` printed, or what `terraform plan -out` wrote. */
export async function readPlanFile(file: string, stackFolder: () => string): Promise<PlanJson> {
  const content = readContent(file);
  if (!isSavedPlan(content)) return parsePlan(content.toString("utf8"), file);
  // Terraform reads a saved plan where the configuration and its providers are.
  return parsePlan(await terraform(["show", "-json", resolve(file)], { folder: stackFolder() }), file);
}

/** A ZIP, or the note that Terraform Cloud leaves in its place: `{"remote_plan_format":1,…}`. */
function isSavedPlan(content: Buffer): boolean {
  return (
    content.subarray(0, 2).toString("latin1") === "PK" ||
    parseJson(content.toString("utf8"))?.remote_plan_format !== undefined
  );
}

function readContent(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw unreadable(file, (error as Error).message);
  }
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Says what it looks like, and quotes nothing: it may hold secrets. */
function describeText(text: string): string {
  if (text.trim() === "") return "an empty file";
  if (text.startsWith('{"@level"')) return "the log of terraform plan -json, which has no values in it";
  return /Terraform will perform|No changes\./.test(text)
    ? "a plan as text, for people"
    : "something that isn't a JSON object";
}

function describeJson(json: Record<string, unknown>): string {
  if (json["@level"] !== undefined) return "the log of terraform plan -json, which has no values in it";
  if ("terraform_version" in json && "serial" in json) return "a state";
  if ("format_version" in json && "values" in json)
    return "a state, or an apply's result, as terraform show -json prints it";
  return "format_version" in json
    ? `a plan of format ${JSON.stringify(json.format_version)}`
    : "JSON that isn't a plan";
}

function unreadable(path: string, got: string): ConfigurationError {
  return new ConfigurationError("the plan", [
    {
      code: "plan-unreadable",
      path,
      got,
      expected: `what terraform plan -out=<plan file> wrote, or what ${SHOW} prints of it`,
      fix: `terraform plan -out=tfplan, then name tfplan`,
    },
  ]);
}
