import { Configuration } from "./values";

/** One single message transform: a small change to each record on its way through the connector. */
export interface Transform {
  /** The name under which its settings stand: `unwrap` gives `transforms.unwrap.type`. Letters, digits, `_` and `-`. */
  readonly name: string;
  /** The full class name: `io.debezium.transforms.ExtractNewRecordState`. */
  readonly type: string;
  /**
   * Its settings, without the prefix `transforms.<name>.`.
   * @default none
   */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Debezium's transform that keeps only the new row of a change event. */
export const extractNewRecordState = "io.debezium.transforms.ExtractNewRecordState";

/** `transforms` and all `transforms.<name>.…`; no transforms render nothing. */
export function transformConfiguration(transforms: readonly Transform[] = []): Configuration {
  if (transforms.length === 0) return {};
  const rendered: Configuration = { transforms: transforms.map(({ name }) => name).join(",") };
  for (const { name, type, settings = {} } of transforms) {
    for (const [key, value] of Object.entries(settings)) rendered[`transforms.${name}.${key}`] = value;
    rendered[`transforms.${name}.type`] = type;
  }
  return rendered;
}
