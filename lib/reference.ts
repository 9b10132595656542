import {
  BooleanMap,
  NumberMap,
  StringMap,
  TerraformDataSource,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
  Token,
  Tokenization,
} from "cdktf";
import { RegistryModule } from "./registry-module";
import { joinNames } from "./names";

/** What is known about a value that crosses from one module into another. */
export interface CrossingValue {
  /** Names for it inside the module that has it, the best one first. */
  readonly names: readonly string[];
  /** Its Terraform type constraint; `any` where the provider's bindings don't tell. */
  readonly type: string;
  /** Whether Terraform must hide it in its output. */
  readonly sensitive: boolean;
  /** Whether Terraform may not store it; a variable that takes it has to say so. @default false */
  readonly ephemeral?: boolean;
}

/** Attributes that hold a secret by their very name, in any provider. */
const SECRET_ATTRIBUTE = /^(password|secret_string|secret_binary|private_key(_\w+)?|token|client_secret)$/;

/**
 * True for `aws_x.y`, `data.aws_x.y` and `module.x`: a whole object, which is what `depends_on` names.
 * A value always has an attribute behind that.
 */
export function isAddress(identifier: string): boolean {
  return /^(data\.[\w-]+\.[\w-]+|module\.[\w-]+|(?!(var|local|data|module)\.)[\w-]+\.[\w-]+)$/.test(identifier);
}

const described = new WeakMap<TerraformStack, Map<string, CrossingValue>>();

/** Looks up in the stack what an identifier such as `aws_msk_cluster.cluster.arn` stands for. */
export function describe(stack: TerraformStack, identifier: string): CrossingValue {
  const known = described.get(stack) ?? new Map<string, CrossingValue>();
  described.set(stack, known);
  const value = known.get(identifier) ?? lookUp(stack, identifier);
  known.set(identifier, value);
  return value;
}

function lookUp(stack: TerraformStack, identifier: string): CrossingValue {
  const [kind = "", ...rest] = identifier.split(".");
  switch (kind) {
    case "var":
      return describeVariable(stack, rest.join("_"));
    case "module":
      return describeModuleOutput(stack, rest[0] ?? "", rest.slice(1).join("."));
    case "data":
      return describeAttribute(stack, true, rest[0] ?? "", rest[1] ?? "", rest.slice(2));
    case "ephemeral":
      return {
        names: [joinNames(...rest.slice(1)), joinNames(...rest)],
        type: "string",
        sensitive: true,
        ephemeral: true,
      };
    case "local":
      return { names: [joinNames(...rest)], type: "any", sensitive: false };
    default:
      return describeAttribute(stack, false, kind, rest[0] ?? "", rest.slice(1));
  }
}

function describeVariable(stack: TerraformStack, name: string): CrossingValue {
  const variable = stack.node
    .findAll()
    .find((node): node is TerraformVariable => node instanceof TerraformVariable && node.friendlyUniqueId === name);
  return { names: [name], type: variable?.type ?? "any", sensitive: variable?.sensitive === true };
}

function describeModuleOutput(stack: TerraformStack, module: string, output: string): CrossingValue {
  const call = stack.node
    .findAll()
    .find((node): node is RegistryModule => node instanceof RegistryModule && node.friendlyUniqueId === module);
  return {
    names: [joinNames(output), joinNames(module, output)],
    type: call?.typeOf(output) ?? "any",
    sensitive: false,
  };
}

function describeAttribute(
  stack: TerraformStack,
  isData: boolean,
  type: string,
  name: string,
  path: readonly string[],
): CrossingValue {
  const attribute = path[0] ?? "";
  const element = stack.node
    .findAll()
    .filter((node): node is TerraformResource | TerraformDataSource =>
      isData ? TerraformDataSource.isTerraformDataSource(node) : TerraformResource.isTerraformResource(node),
    )
    .find((node) => node.terraformResourceType === type && node.friendlyUniqueId === name);
  const typeWithoutProvider = type.replace(/^[^_]+_/, "");
  const short = joinNames(name === "this" ? typeWithoutProvider : name, ...path);
  return {
    names: [short, joinNames(typeWithoutProvider, name, ...path)],
    type: path.length === 1 && element ? typeOfPath(element, attribute) : "any",
    sensitive:
      SECRET_ATTRIBUTE.test(attribute) || (isData && type.startsWith("vault_") && attribute.startsWith("data")),
  };
}

/** An attribute, or one entry of a map attribute: `data["username"]`. */
function typeOfPath(element: object, path: string): string {
  const entry = /^(\w+)\["[^"]+"\]$/.exec(path);
  if (!entry?.[1]) return typeOfAttribute(element, path);
  return /^map\((\w+)\)$/.exec(typeOfAttribute(element, entry[1]))?.[1] ?? "any";
}

/** The bindings' getters tell the type by the kind of token they return. */
function typeOfAttribute(element: object, attribute: string): string {
  const value: unknown = Reflect.get(element, camelCase(attribute), element);
  if (typeof value === "string") return "string";
  if (typeof value === "number") return "number";
  if (Array.isArray(value)) return typeof value[0] === "number" ? "list(number)" : "list(string)";
  if (value instanceof StringMap) return "map(string)";
  if (value instanceof NumberMap) return "map(number)";
  if (value instanceof BooleanMap) return "map(bool)";
  if (value === null || typeof value !== "object") return "any";
  if (Object.values(value).includes(Token.STRING_MAP_TOKEN_VALUE)) return "map(string)";
  // Blocks, and lists of blocks, are objects with a name of their own; a plain token is how the bindings say "boolean".
  return Tokenization.isResolvable(value) && !("fqn" in value) ? "bool" : "any";
}

function camelCase(attribute: string): string {
  return attribute.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
