/** What a bill depends on and no configuration says. */
export interface Usage {
  /** GB of change events a day, as JSON: what goes into Kafka and into S3. */
  readonly gbPerDay: number;
  /** Bytes of one event. */
  readonly recordBytes: number;
  /** Captured tables: each has a topic and objects of its own. */
  readonly tables: number;
  /** Months that the pipeline has been running, for the high estimate: objects stay in S3. The low one is its first month. */
  readonly months: number;
  /** GB of log a month from connectors and brokers together, for the high estimate; the low one is a tenth. */
  readonly logGbPerMonth: number;
  /** Availability zones: the root's variables demand three. */
  readonly zones: number;
}

export const defaultUsage: Usage = {
  // Fills the 500 GB of S3 that the README's table has always had, in a year.
  gbPerDay: 1.4,
  // A row of a few columns before and after the change, without a schema.
  recordBytes: 1000,
  tables: 10,
  months: 12,
  logGbPerMonth: 10,
  zones: 3,
};

/** AWS's own convention. */
export const HOURS_PER_MONTH = 730;
export const DAYS_PER_MONTH = HOURS_PER_MONTH / 24;

/** From the estimate for little use to that for much. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export const nothing: Range = { low: 0, high: 0 };

export const always = (amount: number): Range => ({ low: amount, high: amount });

export const plus = (a: Range, b: Range): Range => ({ low: a.low + b.low, high: a.high + b.high });

export const minus = (a: Range, b: Range): Range => ({ low: a.low - b.low, high: a.high - b.high });

export const times = ({ low, high }: Range, factor: number): Range => ({ low: low * factor, high: high * factor });

/** GB of change events a month. */
export const gbPerMonth = ({ gbPerDay }: Usage): number => gbPerDay * DAYS_PER_MONTH;

/** GB of log a month. */
export const logGb = ({ logGbPerMonth }: Usage): Range => ({ low: logGbPerMonth / 10, high: logGbPerMonth });
