import type { Line, Service } from "../../cost/costing";
import { type Estimate, estimate } from "../../cost/estimate";
import { defaultUsage, type Range, type Usage } from "../../cost/usage";
import type { JsonObject, Module, Resource, SynthesizedStack } from "../../terraform/synthesized";

type Blocks = Readonly<Record<string, JsonObject>>;

/** A stack of modules, each with resources: `{ db: { "aws_db_instance.db": { … } } }`. The root's name is empty. */
export function stackOf(modules: Readonly<Record<string, Blocks>>, calls: Blocks = {}): SynthesizedStack {
  const read = Object.entries(modules).map(([name, blocks]) => moduleOf(name, blocks, {}));
  return {
    folder: "",
    synthesizedAt: new Date(0),
    root: moduleOf("", {}, calls),
    modules: read,
    variableDefaults: { aws_region: "us-east-1" },
    dataSources: {},
  };
}

/** What a stack of these costs. */
export function estimateOf(modules: Parameters<typeof stackOf>[0], usage: Partial<Usage> = {}): Estimate {
  return estimate(stackOf(modules), "us-east-1", { ...defaultUsage, ...usage });
}

/** Each item of a service with its cents. */
export function cents({ lines }: Pick<Estimate, "lines">, service?: Service): Record<string, string> {
  return Object.fromEntries(
    lines
      .filter((line) => service === undefined || line.service === service)
      .map(({ item, monthly }: Line) => [item, centsOf(monthly)]),
  );
}

export function centsOf({ low, high }: Range): string {
  return low.toFixed(2) === high.toFixed(2) ? low.toFixed(2) : `${low.toFixed(2)}-${high.toFixed(2)}`;
}

export const sink = (settings: JsonObject = {}): JsonObject => ({
  name: "sink",
  capacity: { provisioned_capacity: { mcu_count: 1, worker_count: 1 } },
  connector_configuration: {
    "flush.size": "1000",
    "s3.bucket.name": "${module.data.bucket_id}",
    ...settings,
  },
});

function moduleOf(name: string, blocks: Blocks, calls: Blocks): Module {
  const [resources, called]: [Resource[], Resource[]] = [[], []];
  const module: Module = { name, arguments: {}, resources, calls: called };
  const prefix = name === "" ? "" : `module.${name}.`;
  for (const [key, body] of Object.entries(blocks)) {
    const [type = "", label = ""] = key.split(".");
    resources.push({ type, name: label, address: `${prefix}${key}`, body, module });
  }
  for (const [source, body] of Object.entries(calls)) {
    called.push({ type: source, name: "called", address: "module.called", body, module });
  }
  return module;
}
