import { connectors } from "./connector";
import { hit, subject } from "./finding";
import type { Planned, PlannedResource } from "./planned";

/** Types whose name is taken as long as the old one is there. */
const NAMES: Readonly<Record<string, string>> = {
  aws_cloudwatch_log_group: "name",
  aws_db_instance: "identifier",
  aws_db_parameter_group: "name",
  aws_db_subnet_group: "name",
  aws_iam_policy: "name",
  aws_iam_role: "name",
  aws_msk_cluster: "cluster_name",
  aws_msk_configuration: "name",
  aws_mskconnect_connector: "name",
  aws_mskconnect_custom_plugin: "name",
  aws_mskconnect_worker_configuration: "name",
  aws_s3_bucket: "bucket",
};

/** What a plan can't do because a name is taken, or a thing is in use. */
export const names = subject(
  {
    "name-in-use": {
      harm: "refused",
      what: "A new thing shall have the name of an old one that is still there: AWS answers that it already exists.",
      remedy:
        "With create_before_destroy: make the name depend on the content. With a new address: add a moved block, so that it is kept instead.",
    },
    "plugin-in-use": {
      harm: "refused",
      what: "A custom plugin is destroyed while a connector that stays uses it.",
      remedy:
        "Give the new plugin another name and create_before_destroy: its ARN replaces the connector in the same apply.",
    },
    "worker-configuration-in-use": {
      harm: "refused",
      what: "A worker configuration is destroyed while a connector that stays uses it.",
      remedy:
        "Give the new one another name and create_before_destroy: its ARN replaces the connector in the same apply.",
    },
  },
  function* (plan) {
    for (const resource of plan.resources) {
      const attribute = NAMES[resource.type];
      if (attribute === undefined) continue;
      const name = resource.after(attribute);
      if (typeof name !== "string" || name === "") continue;
      if (resource.createsFirst && name === resource.before(attribute))
        yield hit(
          "name-in-use",
          resource,
          `it is created before the old one goes (create_before_destroy, its own or that of something that depends on it), and both are named ${resource.toldAfter(attribute)}`,
        );
      const old = resource.action === "create" ? leaving(plan, resource.type, attribute, name) : undefined;
      if (old)
        yield hit(
          "name-in-use",
          resource,
          `${old.address} goes in the same apply, and both are named ${resource.toldAfter(attribute)}`,
        );
    }
    for (const plugin of plan.of("aws_mskconnect_custom_plugin")) {
      const user = userThatStays(plan, plugin, ["plugin", "custom_plugin", "arn"]);
      if (user) yield hit("plugin-in-use", plugin, `${plugin.reason}; ${user.address} uses it`);
    }
    for (const worker of plan.of("aws_mskconnect_worker_configuration")) {
      const user = userThatStays(plan, worker, ["worker_configuration", "arn"]);
      if (user) yield hit("worker-configuration-in-use", worker, `${worker.reason}; ${user.address} uses it`);
    }
  },
);

/** One of that name that is destroyed; Terraform doesn't wait for it, as nothing says that the two have to do with each other. */
function leaving(plan: Planned, type: string, attribute: string, name: string): PlannedResource | undefined {
  return plan.of(type).find((other) => other.action === "delete" && other.before(attribute) === name);
}

/** A connector that is neither destroyed nor replaced, and so holds on to what it was made with. */
function userThatStays(plan: Planned, used: PlannedResource, path: readonly string[]): PlannedResource | undefined {
  const arn = used.before("arn");
  if (!used.isGone || typeof arn !== "string") return undefined;
  return connectors(plan).find((connector) => !connector.isGone && connector.before(...path) === arn);
}
