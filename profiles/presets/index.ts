import type { PipelineSettings } from "../schema";
import { exactlyOnce } from "./exactly-once";
import { lowLatency } from "./low-latency";

/** Settings as an override may give them: any of them, and `null` unsets one. */
type Overrides<Value> = Value extends object ? { readonly [Key in keyof Value]?: Overrides<Value[Key]> | null } : Value;

/** Settings for one purpose, laid over a profile: `standard+low_latency`. */
export interface Preset {
  /** What it is for. */
  readonly purpose: string;
  /** What it costs. */
  readonly price: string;
  readonly settings: Overrides<PipelineSettings>;
}

/** The named presets. */
export const presets = { low_latency: lowLatency, exactly_once: exactlyOnce } satisfies Record<string, Preset>;
