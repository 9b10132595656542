/** The numbers of a version: `17.2` → 17, 2; `4.1.x.kraft` → 4, 1. */
export function versionNumbers(version: string): number[] {
  return (/^\d+(\.\d+)*/.exec(version)?.[0] ?? "").split(".").filter(Boolean).map(Number);
}

/** Below 0 where `to` is older. As far as both are given: `17` is neither older nor newer than `17.2`. */
export function compareVersions(from: string, to: string): number {
  const [before, after] = [versionNumbers(from), versionNumbers(to)];
  const index = before.findIndex((number, position) => position < after.length && number !== after[position]);
  return index < 0 ? 0 : (after[index] ?? 0) - (before[index] ?? 0);
}
