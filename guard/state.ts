import { hit, subject } from "./finding";

/** What can't be made again from the configuration once nobody looks after it. */
const HOLDS_DATA = [
  "aws_db_instance",
  "aws_kms_key",
  "aws_msk_cluster",
  "aws_mskconnect_connector",
  "aws_s3_bucket",
  "aws_secretsmanager_secret",
] as const;

/** What a plan does to Terraform's own knowledge. */
export const state = subject(
  {
    forgotten: {
      harm: "protection",
      what: "Terraform forgets it (a removed block with destroy = false): it stays in AWS and costs money, but nothing looks after it, and a later plan makes a second one or fails at its name.",
      remedy: "Keep it configured; or note who looks after it from now on. An import block brings it back.",
    },
  },
  function* (plan) {
    for (const resource of plan.of(...HOLDS_DATA)) {
      if (resource.action === "forget") yield hit("forgotten", resource, "a removed block says so");
    }
  },
);
