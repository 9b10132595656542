import { App, TerraformStack } from "cdktf";
import { ChildModule } from "./child-module";
import { describe, isAddress } from "./reference";

/** Stands in `depends_on` where the dependency went to the module block instead; the emitter takes it out. */
export const DEPENDENCY_OF_CALL = "dependency_of_the_module_call";

type CrossStackReference = App["crossStackReference"];

const wiredApps = new WeakSet<App>();

/**
 * cdktf asks the app what to do with a reference from one stack to another, and the app answers with remote state.
 * Between the modules of one root the answer is an output, an argument and a variable. The instance is changed, not the
 * class, so that `Testing.app()` and a user's own App work too.
 */
export function wireModules(app: App): void {
  if (wiredApps.has(app)) return;
  wiredApps.add(app);
  const remoteState: CrossStackReference = app.crossStackReference.bind(app);
  app.crossStackReference = (from, to, identifier) =>
    isAddress(identifier) ? carryDependency(from, to, identifier) : carryValue(from, to, identifier, remoteState);
}

function carryValue(
  from: TerraformStack,
  to: TerraformStack,
  identifier: string,
  remoteState: CrossStackReference,
): string {
  let value = describe(from, identifier);
  let expression = identifier;
  let here = from;
  while (here instanceof ChildModule && !lineage(to).includes(here)) {
    ({ expression, value } = here.expose(expression, value));
    here = here.parent;
  }
  if (!lineage(to).includes(here)) {
    // Another root: cdktf's own way. Its token is an expression too once it is resolved in that root.
    const root = lineage(to)[0] ?? to;
    expression = remoteState(here, root, expression);
    here = root;
  }
  for (const module of lineage(to).slice(lineage(to).indexOf(here) + 1)) {
    if (module instanceof ChildModule) expression = module.accept(expression, value);
  }
  return expression;
}

/** `depends_on` can't name what is inside another module, so the modules on the way depend on each other as a whole. */
function carryDependency(from: TerraformStack, to: TerraformStack, address: string): string {
  const down = lineage(to);
  const up = lineage(from);
  const shared = down.filter((stack, index) => up[index] === stack).length;
  const source = up[shared];
  const dependency = source instanceof ChildModule ? `module.${source.node.id}` : address;
  const target = down[shared];
  if (!(target instanceof ChildModule)) return dependency;
  target.call.addDependency(dependency);
  return DEPENDENCY_OF_CALL;
}

/** The root and the modules down to this one. */
function lineage(stack: TerraformStack): TerraformStack[] {
  return stack instanceof ChildModule ? [...lineage(stack.parent), stack] : [stack];
}
