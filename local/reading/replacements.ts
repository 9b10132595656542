/** What happened to a synthesized value, or where a value came from that wasn't synthesized. */
export type Kind = "replaced" | "left out" | "added";

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

  public added(property: string, local: string, why: string): void {
    this.all.push({ kind: "added", property, synthesized: "", local, why });
  }
}
