import { type Problem, throwProblems } from "../../lib/errors";
import { fates, resourceTypes } from "./coverage-table";
import type { Replacements } from "./replacements";
import type { Json, Resource } from "../../terraform/synthesized";

/** A property is used locally, or it says why it can't be. */
export type Fate = { readonly used: true } | { readonly notApplicable: string };

/**
 * Fails if a resource that runs locally has a property which the local pipeline neither uses nor leaves out on purpose: otherwise
 * what is tested here would quietly become something else than what is deployed.
 */
export function checkCoverage(resources: readonly Resource[], replacements: Replacements): void {
  const problems: Problem[] = [];
  for (const resource of resources) {
    const table = fates[resource.type];
    if (table === undefined) {
      const reason = resourceTypes[resource.type];
      if (reason === undefined) problems.push(unknownType(resource));
      else replacements.awsOnly(resource.address, "", reason);
      continue;
    }
    for (const [path, value] of leaves(resource.body)) {
      const fate = fateOf(path, table);
      if (fate === undefined) problems.push(unknownProperty(resource, path, value));
      else if ("notApplicable" in fate) {
        replacements.awsOnly(`${resource.address}: ${path}`, JSON.stringify(value), fate.notApplicable);
      }
    }
  }
  throwProblems("what the local pipeline takes from the synthesized one", problems);
}

/** The entry of the longest path that covers this one: `capacity` covers `capacity.autoscaling.mcu_count`. */
export function fateOf(path: string, table: Readonly<Record<string, Fate>>): Fate | undefined {
  const parts = path.split(".");
  for (let length = parts.length; length > 0; length--) {
    const fate = table[parts.slice(0, length).join(".")];
    if (fate !== undefined) return fate;
  }
  return undefined;
}

/** All values inside with their paths; lists don't count as a level. What is null isn't set. */
export function leaves(value: Json | undefined, path = ""): [string, Json][] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    return items.every((item) => typeof item !== "object")
      ? [[path, items]]
      : items.flatMap((item) => leaves(item, path));
  }
  if (typeof value !== "object") return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

function unknownProperty(resource: Resource, path: string, value: Json): Problem {
  return {
    code: "local-property-unknown",
    path: `${resource.address}: ${path}`,
    got: value,
    expected: "a property that the local pipeline uses, or leaves out on purpose",
    fix: `say which in local/reading/coverage-table.ts, under ${resource.type}`,
  };
}

function unknownType(resource: Resource): Problem {
  return {
    code: "local-resource-unknown",
    path: resource.address,
    got: resource.type,
    expected: "a kind of resource that the local pipeline uses, or leaves out on purpose",
    fix: "say which in local/reading/coverage-table.ts",
  };
}
