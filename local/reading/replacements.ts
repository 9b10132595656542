/**
 * What happened to a synthesized value: it got another one here, it would have had an effect and is left out, or it only means
 * something in AWS. `added` are values that weren't synthesized.
 */
export type Kind = "replaced" | "left out" | "AWS only" | "added";

/** One difference between what is deployed and what runs here. */
export interface Replacement {
  readonly kind: Kind;
  /** `s3_sink_connector: store.url`. */
  readonly property: string;
  /** As synthesized; empty where it was added. */
  readonly synthesized: string;
  /** As it runs here; empty where it was left out. */
  readonly local: string;
  readonly why: string;
}

/** Collects the differences while the configurations are made. */
export class Replacements {
  public readonly all: Replacement[] = [];

  public replaced(property: string, synthesized: string, local: string, why: string): void {
    this.all.push({ kind: "replaced", property, synthesized, local, why });
  }

  public leftOut(property: string, synthesized: string, why: string): void {
    this.all.push({ kind: "left out", property, synthesized, local: "", why });
  }

  public awsOnly(property: string, synthesized: string, why: string): void {
    this.all.push({ kind: "AWS only", property, synthesized, local: "", why });
  }

  public added(property: string, local: string, why: string): void {
    this.all.push({ kind: "added", property, synthesized: "", local, why });
  }
}
