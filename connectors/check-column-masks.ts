import { checkCaptured, checkPattern } from "./check-patterns";
import { ColumnHash, ColumnMask } from "./column-masks";
import { DebeziumPostgresSourceProps } from "./debezium-postgres-source";
import { Finding, checkBounds, error, largestInt, warning } from "./finding";
import { plainNames } from "./topics";

const hashAlgorithms: readonly ColumnHash["hashAlgorithm"][] = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];

/** What can be wrong with masks; a salt is never told. */
export function checkColumnMasks({ columnMasks = [], tableIncludeList }: DebeziumPostgresSourceProps): Finding[] {
  const masked = columnMasks.map(({ columns }) => plainNames(columns));
  return columnMasks.flatMap((mask, index) => {
    const path = `source.columnMasks[${index}]`;
    const before = masked.slice(0, index).flat();
    return [
      ...checkWays(path, mask),
      ...checkBounds(path, mask, {
        maskWithChars: { minimum: 0, maximum: largestInt },
        truncateToChars: { minimum: 1, maximum: largestInt },
      }),
      ...checkHash(path, mask),
      ...checkPattern(`${path}.columns`, mask.columns, "schema.table.column"),
      ...plainNames(mask.columns).flatMap((column) => {
        const table = column.split(".").slice(0, 2).join(".");
        return checkCaptured(`${path}.columns`, table, tableIncludeList);
      }),
      ...(masked[index] ?? [])
        .filter((column) => before.includes(column))
        .map((got) => {
          const expected = "each column in one mask: Debezium applies only one of them";
          return error({
            code: "column-masked-twice",
            path: `${path}.columns`,
            got,
            expected,
            fix: "remove it from one",
          });
        }),
    ];
  });
}

function checkWays(path: string, mask: ColumnMask): Finding[] {
  const ways = ["maskWithChars", "truncateToChars", "maskHashV2"] as const;
  const got = ways.filter((way) => mask[way] !== undefined);
  if (got.length === 1) return [];
  const expected = `exactly one of ${ways.join(", ")}`;
  return [
    error({
      code: "column-mask-ways",
      path,
      got,
      expected,
      fix: "set one, and give other columns a mask of their own",
    }),
  ];
}

function checkHash(path: string, { maskHashV2 }: ColumnMask): Finding[] {
  if (maskHashV2 === undefined) return [];
  const { hashAlgorithm, salt } = maskHashV2;
  const findings: Finding[] = [];
  if (!hashAlgorithms.includes(hashAlgorithm)) {
    const at = `${path}.maskHashV2.hashAlgorithm`;
    const expected = hashAlgorithms.join(", ");
    findings.push(error({ code: "column-mask-algorithm", path: at, got: hashAlgorithm, expected, fix: "set SHA-256" }));
  }
  if (!/^[A-Za-z0-9_-]+$/.test(salt)) {
    const at = `${path}.maskHashV2.salt`;
    const expected = "letters, digits, _ and -: the salt becomes a part of a property's name";
    const fix = "generate one: openssl rand -hex 16";
    return [...findings, error({ code: "column-mask-salt", path: at, got: undefined, expected, fix })];
  }
  const expected =
    "maskWithChars, or columnExcludeList, where values can be guessed: the salt is a part of the property's name, so it can be " +
    "read in the connector's configuration, in the synthesized Terraform and in its state";
  const fix = "use one of these; keep the hash where equal values have to be recognized, and guard those places";
  return [
    ...findings,
    warning({ code: "salt-readable", path: `${path}.maskHashV2`, got: hashAlgorithm, expected, fix }),
  ];
}
