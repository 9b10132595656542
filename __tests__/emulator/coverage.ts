import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../lib/json";

/** What is left out, by type, and why. */
const NOT_COVERED: Readonly<Record<string, string>> = {
  aws_appautoscaling_policy: "it belongs to a target",
  aws_appautoscaling_target: "the emulator has no tags of targets, and the provider reads them",
  aws_cloudwatch_composite_alarm: "the emulator has no composite alarms",
  aws_msk_cluster: "the emulator's clusters stay CREATING, and the provider waits for ACTIVE",
  aws_msk_configuration: "the emulator has no configurations of MSK",
  aws_mskconnect_connector: "the emulator has no MSK Connect",
  aws_mskconnect_custom_plugin: "the emulator has no MSK Connect",
  aws_mskconnect_worker_configuration: "the emulator has no MSK Connect",
  aws_s3_object: "the policy of the bucket refuses requests without TLS, and the emulator speaks HTTP",
};

/** What is applied, but told wrong when it is read again, by type: not compared, and why. */
const NOT_TOLD: Readonly<Record<string, { readonly properties: readonly string[]; readonly why: string }>> = {
  aws_db_instance: {
    properties: [
      "monitoring_interval",
      "monitoring_role_arn",
      "performance_insights_enabled",
      "performance_insights_kms_key_id",
      "performance_insights_retention_period",
    ],
    why: "the emulator keeps neither Performance Insights nor Enhanced Monitoring of an instance",
  },
  aws_db_parameter_group: {
    properties: ["parameter"],
    why: "the emulator doesn't tell a parameter's Source, and the provider reads none without it",
  },
  aws_vpc_security_group_egress_rule: {
    properties: ["description"],
    why: "the emulator keeps the description of address ranges, not of other groups and prefix lists",
  },
  aws_vpc_security_group_ingress_rule: {
    properties: ["description"],
    why: "the emulator keeps the description of address ranges, not of other groups",
  },
};

/** What the attributes of something left out are where others refer to them. */
const MADE_UP: Readonly<Record<string, string>> = {
  arn: "arn:aws:kafka:us-east-1:123456789012:cluster/made-up/01234567-89ab-cdef-0123-456789abcdef-1",
  latest_revision: "1",
};

/** Whether a resource is applied. */
export function isCovered(address: string): boolean {
  return !Object.keys(NOT_COVERED).some((type) => `.${address}`.includes(`.${type}.`));
}

/** Makes a synthesized stack one that the emulator can take, in its folder, which is changed. */
export function adapt(stack: string): void {
  const modules = readdirSync(join(stack, "modules")).map((name) => join(stack, "modules", name));
  for (const file of [stack, ...modules].map((folder) => join(folder, "cdk.tf.json"))) {
    writeFileSync(file, adapted(JSON.parse(readFileSync(file, "utf8")) as Body));
  }
  // Otherwise a bucket's name is part of the host's.
  const provider = { aws: { s3_use_path_style: true } };
  writeFileSync(join(stack, "emulator_override.tf.json"), JSON.stringify({ provider }));
}

type Resources = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

interface Body {
  readonly resource?: Resources;
  readonly terraform: { readonly required_providers: JsonObject };
}

function adapted({ resource = {}, terraform, ...rest }: Body): string {
  const covered = Object.entries(resource).filter(([type]) => !(type in NOT_COVERED));
  const resources = covered.map(([type, byName]): [string, object] => {
    const ignored = NOT_TOLD[type]?.properties;
    if (!ignored) return [type, byName];
    const bodies = Object.entries(byName).map(([name, body]) => [name, ignoring(body, ignored)]);
    return [type, Object.fromEntries(bodies) as object];
  });
  // The mirror's version may be another than the project's; and the state stays in this folder.
  const { aws, ...others } = terraform.required_providers;
  const required_providers = { ...others, ...(aws ? { aws: { source: "hashicorp/aws" } } : {}) };
  const text = JSON.stringify({
    ...rest,
    ...(resources.length > 0 ? { resource: Object.fromEntries(resources) } : {}),
    terraform: { required_providers },
  });
  return text.replace(/\$\{(\w+)\.[\w-]+\.(\w+)\}/g, (reference, type: string, attribute: string) =>
    type in NOT_COVERED ? (MADE_UP[attribute] ?? "made-up") : reference,
  );
}

function ignoring({ lifecycle, ...body }: JsonObject, properties: readonly string[]): JsonObject {
  return { ...body, lifecycle: { ...(lifecycle as JsonObject | undefined), ignore_changes: [...properties] } };
}
