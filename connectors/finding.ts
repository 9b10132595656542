import { Problem } from "../lib/errors";
import { isUnknown } from "./values";

/**
 * What a check found. An error never starts, or can't do what it is for; a warning starts, and then does something that its
 * owner most likely doesn't want.
 */
export interface Finding extends Problem {
  readonly severity: "error" | "warning";
}

/** A finding that stops the build. */
export function error(problem: Problem): Finding {
  return { ...problem, severity: "error" };
}

/** A finding that is told and left to the reader. */
export function warning(problem: Problem): Finding {
  return { ...problem, severity: "warning" };
}

/** The findings to throw. */
export function errorsOf(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === "error");
}

/** The findings to print. */
export function warningsOf(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === "warning");
}

/** A whole number's allowed values: at least `minimum`, at most `maximum`, or one of `also` (Kafka likes -1 for "unset"). */
export interface Bound {
  readonly minimum: number;
  readonly maximum: number;
  readonly also?: readonly number[];
}

/** Java's largest int: what Kafka Connect's numbers can hold. */
export const largestInt = 2147483647;

/** Errors for the numbers that are outside their bounds; unset and unknown ones pass. */
export function checkBounds<Property extends string>(
  owner: string,
  props: Readonly<Partial<Record<Property, unknown>>>,
  bounds: Readonly<Partial<Record<Property, Bound>>>,
): Finding[] {
  return (Object.keys(bounds) as Property[]).flatMap((property) => {
    const bound = bounds[property];
    const value = props[property];
    if (bound === undefined || value === undefined || isUnknown(value)) return [];
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (Number.isInteger(number) && isWithin(number as number, bound)) return [];
    const also = (bound.also ?? []).map((allowed) => `, or ${allowed}`).join("");
    const expected = `a whole number from ${bound.minimum} to ${bound.maximum}${also}`;
    const fix = `set ${property} to ${expected}`;
    return [error({ code: "number-out-of-bounds", path: `${owner}.${property}`, got: value, expected, fix })];
  });
}

function isWithin(number: number, { minimum, maximum, also = [] }: Bound): boolean {
  return (number >= minimum && number <= maximum) || also.includes(number);
}

/** Errors for values that aren't among the few that a property takes; unset and unknown ones pass. */
export function checkWords<Property extends string>(
  owner: string,
  props: Readonly<Partial<Record<Property, unknown>>>,
  allowed: Readonly<Partial<Record<Property, readonly string[]>>>,
): Finding[] {
  return (Object.keys(allowed) as Property[]).flatMap((property) => {
    const words = allowed[property] ?? [];
    const value = props[property];
    if (value === undefined || isUnknown(value) || words.includes(value as string)) return [];
    const expected = `one of ${words.join(", ")}`;
    const fix = `set ${property} to one of them, or leave it out`;
    return [error({ code: "word-not-allowed", path: `${owner}.${property}`, got: value, expected, fix })];
  });
}
