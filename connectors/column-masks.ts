import { Configuration } from "./values";

/**
 * Hides the values of columns before they leave the connector, in exactly one of three ways. Debezium 2.5 documentation,
 * "PostgreSQL connector properties", and its class MaskStrings.
 */
export interface ColumnMask {
  /**
   * Columns, `schema.table.column`, comma-separated regular expressions. Only `char`, `varchar` and `text` columns are masked: leave
   * others out with `columnExcludeList`. In record keys, which the S3 sink doesn't write, the values stay readable.
   */
  readonly columns: string;
  /** This many asterisks instead of the value, also instead of null; 0 gives an empty text. @default unset */
  readonly maskWithChars?: number;
  /** At most this many characters of the value, at least 1. @default unset */
  readonly truncateToChars?: number;
  /** A hash instead of the value, so that equal values can still be recognized; cut to the column's length where it has one. @default unset */
  readonly maskHashV2?: ColumnHash;
}

/** A salted hash, in hexadecimal digits. */
export interface ColumnHash {
  /** Name of the algorithm, as Java has it. */
  readonly hashAlgorithm: "MD5" | "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";
  /**
   * Hashed together with the value: letters, digits, `_` and `-`. Debezium makes it a part of the property's name, where no config
   * provider can fill it in: whoever may read the connector's configuration or Terraform's state reads the salt, and can try values.
   */
  readonly salt: string;
}

/** The masks as Debezium's properties: those of one kind share a property. */
export function columnMaskConfiguration(masks: readonly ColumnMask[] = []): Configuration {
  const rendered: Configuration = {};
  for (const mask of masks) {
    for (const name of propertiesOf(mask)) {
      rendered[name] = rendered[name] === undefined ? mask.columns : `${rendered[name]},${mask.columns}`;
    }
  }
  return rendered;
}

function propertiesOf({ maskWithChars, truncateToChars, maskHashV2: hash }: ColumnMask): string[] {
  const names: string[] = [];
  if (maskWithChars !== undefined) names.push(`column.mask.with.${maskWithChars}.chars`);
  if (truncateToChars !== undefined) names.push(`column.truncate.to.${truncateToChars}.chars`);
  if (hash !== undefined) names.push(`column.mask.hash.v2.${hash.hashAlgorithm}.with.salt.${hash.salt}`);
  return names;
}
