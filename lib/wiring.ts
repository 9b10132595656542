import { App, DefaultTokenResolver, StringConcat, TerraformStack, Tokenization } from "cdktf";
import { ChildModule } from "./child-module";
import { describe, isAddress } from "./reference";

/**
 * Begins what stands for a dependency on the other side of a boundary, `dependency_across_modules.module.vpc`, or all of it
 * where the dependency went to a module block instead. The emitter knows which of them stand in `depends_on`, where they belong.
 */
export const CARRIED_DEPENDENCY = "dependency_across_modules";

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
    // Another root: cdktf's own way. It answers with a new token each time, so what tells values apart is its text.
    const root = rootOf(to);
    expression = textOf(remoteState(here, root, expression), root);
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
  if (shared === 0) {
    // Another root has a run of its own: all there is to say is that it comes first.
    rootOf(to).addDependency(rootOf(from));
    return CARRIED_DEPENDENCY;
  }
  const source = up[shared];
  const dependency = source instanceof ChildModule ? `module.${source.node.id}` : address;
  const target = down[shared];
  if (!(target instanceof ChildModule)) return `${CARRIED_DEPENDENCY}.${dependency}`;
  target.call.addDependency(dependency);
  return CARRIED_DEPENDENCY;
}

/** The root and the modules down to this one. */
function lineage(stack: TerraformStack): TerraformStack[] {
  return stack instanceof ChildModule ? [...lineage(stack.parent), stack] : [stack];
}

function rootOf(stack: TerraformStack): TerraformStack {
  return stack instanceof ChildModule ? rootOf(stack.parent) : stack;
}

/** `data.x.y.z` for a token whose value is `${data.x.y.z}`. */
function textOf(token: string, scope: TerraformStack): string {
  const resolver = new DefaultTokenResolver(new StringConcat());
  const text = Tokenization.resolve(token, { scope, resolver, preparing: false }) as string;
  return text.replace(/^\$\{(.*)\}$/, "$1");
}
