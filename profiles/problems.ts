import type { z } from "zod";
import type { Problem } from "../lib/errors";

/** zod's issues as problems: the property, what it got, what is allowed, and the fix. */
export function problemsOf(error: z.ZodError, root: string, input: unknown): Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, root, input));
}

function problemsOfIssue(issue: z.core.$ZodIssue, root: string, input: unknown): Problem[] {
  const path = [root, ...issue.path].filter((part) => part !== "").join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      code: "unknown-setting",
      path: `${path}.${key}`.replace(/^\./, ""),
      got: key,
      expected: "a setting of docs/settings.md",
      fix: "correct the spelling, or remove it",
    }));
  }
  const got = issue.path.reduce<unknown>(
    (value, part) => (isObject(value) ? Reflect.get(value, part) : undefined),
    input,
  );
  const expected = issue.message
    .replace(/^Invalid \w+: (expected )?/, "")
    .replace(/^Invalid input$/, "another type of value");
  return [
    {
      code: got === undefined ? "missing-setting" : "invalid-setting",
      path,
      got,
      expected,
      fix: got === undefined ? `set ${path}` : `set ${path} to an allowed value`,
    },
  ];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
