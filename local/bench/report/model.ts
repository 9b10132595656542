import type { FaultResult } from "../faults";
import type { LoadResult } from "../results";
import type { ThroughputResult } from "../throughput";

/** All of one run of the benchmark; report.json. */
export interface BenchReport {
  readonly startedAt: string;
  /** The command that measures it again. */
  readonly command: string;
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly system: string;
  };
  /** Part → version, as it ran. */
  readonly versions: Readonly<Record<string, string>>;
  /** Figures of a stand-in aren't Confluent's. */
  readonly sinkStandIn?: string;
  readonly configurations: readonly ConfigurationResult[];
}

/** A profile, with presets and single settings over it. */
export interface ConfigurationResult {
  readonly name: string;
  readonly rounds: readonly RoundResult[];
  readonly faults: readonly FaultResult[];
}

/** What was measured on one pipeline, from its start to its end. */
export interface RoundResult {
  readonly latency: readonly LoadResult[];
  readonly throughput?: ThroughputResult;
}
