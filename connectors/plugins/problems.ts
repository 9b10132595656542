import { ConfigurationError, Problem } from "../../lib/errors";

/** Stops the work on one plugin with the one thing that is wrong. */
export function fail(problem: Problem): never {
  throw new ConfigurationError("connector plugins", [problem]);
}
