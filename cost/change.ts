import { asObject, type JsonObject, type Module, type Resource, type SynthesizedStack } from "../terraform/synthesized";

/** A stack with other resources: the change gets each resource and each call, and gives what stands in its place. */
export function changedStack(
  stack: SynthesizedStack,
  change: (resource: Resource) => Resource | readonly Resource[],
): SynthesizedStack {
  return {
    ...stack,
    root: changedModule(stack.root, change),
    modules: stack.modules.map((m) => changedModule(m, change)),
  };
}

/** A stack in which a value is another: in all resources of a type, or calls of a module. */
export function withValue(
  stack: SynthesizedStack,
  type: string,
  path: readonly string[],
  value: JsonObject[string],
): SynthesizedStack {
  return changedStack(stack, (resource) => (resource.type === type ? replaced(resource, path, value) : resource));
}

/** A resource in which a value is another. */
export function replaced(resource: Resource, path: readonly string[], value: JsonObject[string]): Resource {
  return { ...resource, body: replacedIn(resource.body, path, value) };
}

function changedModule(module: Module, change: Parameters<typeof changedStack>[1]): Module {
  const [resources, calls]: [Resource[], Resource[]] = [[], []];
  const copy: Module = { ...module, resources, calls };
  const inCopy = (resource: Resource): Resource => ({ ...resource, module: copy });
  resources.push(...module.resources.flatMap(change).map(inCopy));
  calls.push(...module.calls.flatMap(change).map(inCopy));
  return copy;
}

function replacedIn(body: JsonObject, [name = "", ...rest]: readonly string[], value: JsonObject[string]): JsonObject {
  return { ...body, [name]: rest.length === 0 ? value : replacedIn(asObject(body[name]), rest, value) };
}
