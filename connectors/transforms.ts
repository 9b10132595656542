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

/** A condition that chooses the records that a transform sees. */
export interface Predicate {
  readonly name: string;
  readonly type: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Debezium's transform that keeps only the new row of a change event. */
export const extractNewRecordState = "io.debezium.transforms.ExtractNewRecordState";

/** `transforms` and all `transforms.<name>.…`; no transforms render nothing. */
export function transformConfiguration(transforms: readonly Transform[] = []): Configuration {
  return named("transforms", transforms);
}

/** `predicates` and all `predicates.<name>.…`, before those that `extra` names. */
export function predicateConfiguration(
  predicates: readonly Predicate[],
  extra: Readonly<Record<string, string>> = {},
): Configuration {
  const rendered = named("predicates", predicates);
  if (rendered.predicates === undefined || extra.predicates === undefined) return rendered;
  return { ...rendered, predicates: `${rendered.predicates},${extra.predicates}` };
}

function named(kind: "transforms" | "predicates", items: readonly Transform[]): Configuration {
  if (items.length === 0) return {};
  const rendered: Configuration = { [kind]: items.map(({ name }) => name).join(",") };
  for (const { name, type, settings = {} } of items) {
    for (const [key, value] of Object.entries(settings)) rendered[`${kind}.${name}.${key}`] = value;
    rendered[`${kind}.${name}.type`] = type;
  }
  return rendered;
}
