/** What went wrong while the pipeline ran, for people: told in words, without a stack trace. */
export class LocalFailure extends Error {}

export function isLocalFailure(error: unknown): error is LocalFailure {
  return error instanceof LocalFailure;
}
