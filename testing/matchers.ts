import type { JsonObject } from "../lib/json";
import { addresses, calls, callAddress, elements, labelled, Subject, synthesized, Synthesized } from "./synthesized";

/** Properties by their Terraform names. Those that aren't named may have any value; `undefined`: must not be there. */
export type Properties = Readonly<Record<string, unknown>>;

type Result = jest.CustomMatcherResult;
type Context = jest.MatcherContext;

/** The part of a synthesized stack that a matcher looks for. */
interface Lookup {
  /** `a resource`, for the messages. */
  readonly what: string;
  readonly address: string;
  readonly all: ReadonlyMap<string, JsonObject>;
}

export const matchers = {
  toHaveAddress(this: Context, subject: Subject, address: string): Result {
    return find(this, { what: "the address", address, all: elements(synthesized(subject)) }, {});
  },

  toHaveAddresses(this: Context, subject: Subject, expected: readonly string[]): Result {
    const found = addresses(subject);
    const wanted = [...expected].sort();
    return {
      pass: this.equals(found, wanted),
      message: () =>
        this.isNot
          ? `expected other addresses than these:\n${bullets(found)}`
          : `expected exactly these addresses:\n${this.utils.diff(wanted, found) ?? ""}`,
    };
  },

  toHaveTerraformResource(this: Context, subject: Subject, address: string, properties: Properties = {}): Result {
    const what = /(^|\.)data\./.test(address) ? "the data source" : "the resource";
    return find(this, { what, address, all: elements(synthesized(subject)) }, properties);
  },

  toHaveModuleCall(this: Context, subject: Subject, module: string, args: Properties = {}): Result {
    return find(this, { what: "the call", address: callAddress(module), all: calls(synthesized(subject)) }, args);
  },

  toHaveTerraformOutput(this: Context, subject: Subject, name: string, properties: Properties = {}): Result {
    const all = labelled(synthesized(subject), "output");
    return find(this, { what: "the output", address: name, all }, properties);
  },

  toHaveTerraformVariable(this: Context, subject: Subject, name: string, properties: Properties = {}): Result {
    const all = labelled(synthesized(subject), "variable");
    return find(this, { what: "the variable", address: name, all }, properties);
  },

  toHaveMovedBlock(this: Context, subject: Subject, from: string, to: string): Result {
    return findBlock(this, synthesized(subject), "moved", { from, to });
  },

  toHaveImportBlock(this: Context, subject: Subject, to: string, id?: unknown): Result {
    return findBlock(this, synthesized(subject), "import", { to, ...(id === undefined ? {} : { id }) });
  },

  toHaveBackend(this: Context, subject: Subject, type: string, properties: Properties = {}): Result {
    const { terraform } = synthesized(subject).root as { terraform?: { backend?: Backends; cloud?: JsonObject } };
    const all = { ...terraform?.backend, ...(terraform?.cloud ? { cloud: terraform.cloud } : {}) };
    return find(this, { what: "the backend", address: type, all: new Map(Object.entries(all)) }, properties);
  },
};

type Backends = Record<string, JsonObject>;

function find(context: Context, { what, address, all }: Lookup, properties: Properties): Result {
  const found = all.get(address);
  const differing = found ? Object.keys(properties).filter((key) => !same(context, found[key], properties[key])) : [];
  return {
    pass: found !== undefined && differing.length === 0,
    message: () => {
      if (!found) return `expected ${what} ${address}; there is none. ${nearest(address, [...all.keys()])}`;
      const { utils } = context;
      if (context.isNot) {
        return `expected no ${what.replace(/^the /, "")} ${address}${suffix(context, properties)}, but there is:\n${utils.printReceived(found)}`;
      }
      const lines = differing.map((key) => `${key}\n${indented(difference(context, properties[key], found[key]))}`);
      return `expected ${what} ${address} with other properties:\n\n${lines.join("\n\n")}`;
    },
  };
}

function findBlock(context: Context, { root }: Synthesized, kind: "moved" | "import", wanted: Properties): Result {
  const blocks = (root[kind] ?? []) as JsonObject[];
  const pass = blocks.some((block) => Object.keys(wanted).every((key) => same(context, block[key], wanted[key])));
  return {
    pass,
    message: () => {
      const there = blocks.length > 0 ? bullets(blocks.map((block) => context.utils.stringify(block))) : "  none";
      return `expected ${pass ? "no" : "a"} ${kind} block with ${context.utils.printExpected(wanted)}; there are:\n${there}`;
    },
  };
}

function same(context: Context, received: unknown, expected: unknown): boolean {
  return context.equals(received, expected, context.customTesters);
}

function difference({ utils }: Context, expected: unknown, received: unknown): string {
  const lines = `expected: ${utils.printExpected(expected)}\nreceived: ${received === undefined ? "not set" : utils.printReceived(received)}`;
  const nested = [expected, received].every((value) => typeof value === "object" && value !== null);
  return nested ? (utils.diff(expected, received) ?? lines) : lines;
}

function suffix({ utils }: Context, properties: Properties): string {
  return Object.keys(properties).length > 0 ? ` with ${utils.printExpected(properties)}` : "";
}

function nearest(wanted: string, found: readonly string[]): string {
  if (found.length === 0) return "There is nothing of the kind.";
  const byDistance = [...found].sort((a, b) => distance(wanted, a) - distance(wanted, b) || (a < b ? -1 : 1));
  return `The nearest of ${found.length}:\n${bullets(byDistance.slice(0, 5))}`;
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}

function indented(text: string): string {
  return text.replace(/^/gm, "  ");
}

/** Levenshtein's: how many letters have to be added, left out or replaced. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
