import { createHash } from "node:crypto";
import { ACCOUNT_ID, type Computed, RECIPES } from "./recipes";
import type { AttributeType, Block } from "./schema";
import { canonical, isAbsent, isMap, UNKNOWN, type Value, type ValueMap } from "./values";

/** A resource whose unknown values are being filled in; recipes ask it for what they need. */
export class Resource implements Computed {
  private readonly digest: string;

  /**
   * @param planned the resource with its unknowns, all of which depend on nothing else but this resource
   * @param prior the resource before the change; null when it is created
   */
  constructor(
    readonly type: string,
    readonly planned: ValueMap,
    readonly prior: ValueMap | null,
    readonly region: string,
  ) {
    this.digest = createHash("sha256")
      .update(`${type} ${canonical(planned)}`)
      .digest("hex");
  }

  hash(length = 17): string {
    return this.digest.slice(0, length);
  }

  bytes(attribute: string): Buffer {
    let bytes = Buffer.alloc(0);
    while (bytes.length < Number(this.planned[attribute])) {
      bytes = Buffer.concat([bytes, createHash("sha256").update(this.digest).update(bytes).digest()]);
    }
    return bytes.subarray(0, Number(this.planned[attribute]));
  }

  text(attribute: string): string {
    const value = this.planned[attribute];
    const known = value === UNKNOWN ? this.compute(attribute, "string") : value;
    return typeof known === "string" || typeof known === "number" ? String(known) : "";
  }

  at(...path: string[]): Value {
    return path.reduce<Value>((value, name) => {
      const block = Array.isArray(value) ? value[0] : value;
      return isMap(block) ? (block[name] ?? null) : null;
    }, this.planned);
  }

  brokers(port: number, on: boolean): string {
    const numbers = Array.from({ length: Number(this.planned.number_of_broker_nodes ?? 0) }, (_, index) => index + 1);
    const host = `${this.text("cluster_name")}.${this.hash(6)}.c2.kafka.${this.region}.amazonaws.com`;
    return on ? numbers.map((number) => `b-${number}.${host}:${port}`).join() : "";
  }

  /** The value of a computed attribute. */
  compute(attribute: string, type: AttributeType): Value {
    const prefix = this.planned[`${attribute}_prefix`];
    if (typeof prefix === "string" && prefix !== "") return `${prefix}${this.hash(26)}`;
    const recipe = RECIPES[this.type]?.[attribute] ?? this.fallback(attribute);
    if (typeof recipe === "function") return recipe(this);
    return typeof recipe === "string" && type === "string" ? this.expand(recipe) : (recipe ?? emptyValue(type));
  }

  private fallback(attribute: string): string | undefined {
    const [service, ...words] = this.type.replace(/^aws_/, "").split("_");
    if (attribute === "region") return this.region;
    if (attribute === "id") return `${this.type.replaceAll("_", "-")}-{hash}`;
    if (attribute === "name") return "terraform-{hash}";
    if (attribute === "arn") return `arn:aws:${service}:{region}:{account}:${words.join("-")}/{hash}`;
    return undefined;
  }

  private expand(template: string): string {
    return template.replace(/\{(\w+)\}/g, (_, word: string) => {
      const digits = /^hash(\d*)$/.exec(word);
      if (digits) return this.hash(Number(digits[1] === "" ? 17 : digits[1]));
      if (word === "HASH") return this.hash(20).toUpperCase();
      if (word === "account") return ACCOUNT_ID;
      if (word === "uuid") return this.hash(32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
      return word === "region" ? this.region : this.text(word);
    });
  }
}

/** Fills in all that is unknown, in nested blocks too. */
export function fillUnknowns(schema: Block, resource: Resource): ValueMap {
  return fillBlock(schema, resource.planned, (name, type) => resource.compute(name, type));
}

function fillBlock(
  block: Block,
  values: ValueMap,
  compute: (attribute: string, type: AttributeType) => Value,
): ValueMap {
  const filled: ValueMap = { ...values };
  for (const { name, type } of block.attributes) {
    if (filled[name] === UNKNOWN) filled[name] = compute(name, type);
  }
  for (const { name, block: nested } of block.blocks) {
    const value = filled[name];
    const fill = (entry: Value): Value =>
      isMap(entry) ? fillBlock(nested, entry, (_, type) => emptyValue(type)) : entry;
    if (!isAbsent(value)) filled[name] = Array.isArray(value) ? value.map(fill) : fill(value ?? null);
  }
  return filled;
}

/** What the provider says about something that isn't there. */
function emptyValue(type: AttributeType): Value {
  if (type === "string") return "";
  if (type === "number") return 0;
  if (type === "bool") return false;
  if (type[0] === "map") return {};
  if (type[0] !== "object") return [];
  return Object.fromEntries(Object.entries(type[1]).map(([name, nested]) => [name, emptyValue(nested)]));
}
