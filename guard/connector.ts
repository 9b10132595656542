import { asText } from "../terraform/synthesized";
import { parseProperties } from "./broker-configuration";
import type { Planned, PlannedResource } from "./planned";

/** A property of a connector's configuration, as a path. */
export const property = (name: string): [string, string] => ["connector_configuration", name];

export function connectors(plan: Planned): PlannedResource[] {
  return plan.of("aws_mskconnect_connector");
}

/** `io.confluent.connect.s3.S3SinkConnector`; a source otherwise. */
export function isSink(connector: PlannedResource): boolean {
  const name =
    asText(connector.before(...property("connector.class"))) || asText(connector.after(...property("connector.class")));
  return /Sink\w*$/.test(name);
}

/** Whether the configuration as a whole is known during apply only, so that nothing can be said about it. */
export function hasUnknownConfiguration(connector: PlannedResource): boolean {
  return connector.isUnknown("connector_configuration");
}

/** What a worker configuration says. */
export interface WorkerProperties {
  readonly values: Readonly<Record<string, string>>;
  /** Not to be printed. */
  readonly isSecret: boolean;
}

/** The worker configuration that a connector has, or will have; undefined where the plan doesn't show which. */
export function workerProperties(
  connector: PlannedResource,
  when: "before" | "after",
  plan: Planned,
): WorkerProperties | undefined {
  if (when === "after" && connector.isUnknown("worker_configuration", "arn"))
    return newWorkerProperties(connector, plan);
  const arn = asText(connector[when]("worker_configuration", "arn"));
  if (arn === "") return { values: {}, isSecret: false };
  const worker = plan.of("aws_mskconnect_worker_configuration").find((candidate) => candidate.before("arn") === arn);
  return worker && read(worker, "before");
}

/** Its ARN isn't there yet, so it is one that this plan makes, and in this pipeline it stands beside its connector. */
function newWorkerProperties(connector: PlannedResource, plan: Planned): WorkerProperties | undefined {
  const [worker, ...others] = plan
    .of("aws_mskconnect_worker_configuration")
    .filter(({ module, action }) => module === connector.module && (action === "create" || action === "replace"));
  return worker === undefined || others.length > 0 ? undefined : read(worker, "after");
}

/** The provider takes the text itself, or base64 of it; MSK Connect demands converters in it. */
function read(worker: PlannedResource, when: "before" | "after"): WorkerProperties | undefined {
  const text = worker[when]("properties_file_content");
  if (typeof text !== "string") return undefined;
  return {
    values: parseProperties(text.includes(".converter=") ? text : Buffer.from(text, "base64").toString()),
    isSecret: worker.isSensitive("properties_file_content"),
  };
}
