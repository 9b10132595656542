import { type Binding, type BindingKind, type Member, readBinding } from "./bindings";
import { SENSITIVE } from "./resource-types";

/** A type in Terraform's own notation. */
export type AttributeType =
  "string" | "number" | "bool" | ["list" | "set" | "map", AttributeType] | ["object", Record<string, AttributeType>];

/** An attribute of a resource, data source, provider or nested block. */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  /** Write-only values reach the provider but never the plan or the state. */
  readonly writeOnly: boolean;
}

/** A nested block, and how often it may be given. */
export interface NestedBlock {
  readonly name: string;
  readonly nesting: "single" | "list" | "set";
  readonly minItems: number;
  /** Zero means any number. */
  readonly maxItems: number;
  readonly block: Block;
}

/** The body of a resource, data source, provider or nested block. */
export interface Block {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly NestedBlock[];
}

/** The schemas one provider serves, by type name. */
export interface ProviderSchema {
  readonly provider: Block;
  readonly resources: ReadonlyMap<string, Block>;
  readonly dataSources: ReadonlyMap<string, Block>;
  readonly ephemeralResources: ReadonlyMap<string, Block>;
}

/** Builds the schemas of the given types from the provider's published cdktf bindings. */
export function buildProviderSchema(
  provider: string,
  resources: readonly string[],
  dataSources: readonly string[],
  ephemeralResources: readonly string[],
): ProviderSchema {
  return {
    provider: buildSchema("provider", provider),
    resources: new Map(resources.map((type) => [type, buildSchema("resource", type)])),
    dataSources: new Map(dataSources.map((type) => [type, buildSchema("data", type)])),
    // The bindings have none; those that are served have the arguments and attributes of the data source of the same name.
    ephemeralResources: new Map(ephemeralResources.map((type) => [type, buildSchema("data", type)])),
  };
}

/** Builds the schema of one resource, data source or provider configuration. */
export function buildSchema(kind: BindingKind, type: string): Block {
  const binding = readBinding(kind, type);
  const sensitive = SENSITIVE[kind === "data" ? `data.${type}` : type] ?? [];
  return buildBlock(binding, binding.root, new Set(sensitive));
}

function buildBlock(binding: Binding, members: readonly Member[], sensitive: ReadonlySet<string>): Block {
  const names = new Set(members.map((member) => member.name));
  const isWriteOnly = (name: string): boolean => name.endsWith("_wo") && names.has(`${name}_version`);
  return {
    attributes: members
      .filter((member) => !member.block)
      .map((member) => ({
        name: member.name,
        type: typeOf(binding, member),
        required: member.required,
        optional: member.optional,
        computed: member.computed,
        sensitive: sensitive.has(member.name) || isWriteOnly(member.name),
        writeOnly: isWriteOnly(member.name),
      })),
    blocks: members
      .filter((member) => member.block)
      .map((member) => ({
        name: member.name,
        ...nestingOf(member),
        block: buildBlock(binding, binding.members(member.element), new Set()),
      })),
  };
}

function nestingOf(member: Member): Pick<NestedBlock, "nesting" | "minItems" | "maxItems"> {
  const minItems = member.required ? 1 : 0;
  if (member.kind === "list" || member.kind === "set") {
    return { nesting: member.kind, minItems, maxItems: member.single ? 1 : 0 };
  }
  // Terraform wants both limits of a single block to be equal.
  return { nesting: "single", minItems, maxItems: minItems };
}

function typeOf(binding: Binding, member: Member): AttributeType {
  const element = elementType(binding, member.element);
  return member.kind === "simple" || member.kind === "struct" ? element : [member.kind, element];
}

function elementType(binding: Binding, element: string): AttributeType {
  if (element === "string" || element === "number" || element === "bool") return element;
  const members = binding.members(element);
  return ["object", Object.fromEntries(members.map((member) => [member.name, typeOf(binding, member)]))];
}
