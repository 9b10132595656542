import { asArray, asObject, asText, type Json, type JsonObject } from "../terraform/synthesized";
import { hit, subject } from "./finding";
import { asNumber, type Planned, type PlannedResource } from "./planned";

const VERSIONING = ["versioning_configuration", "status"] as const;
const BLOCKS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

/** What a plan does to buckets and to what is in them. */
export const buckets = subject(
  {
    "bucket-emptied": {
      harm: "data",
      what: "The bucket is destroyed, and all objects in it are deleted first, with all their versions (force_destroy).",
      remedy: "Keep it configured under its name. If it has to go: copy the objects first (aws s3 sync).",
    },
    "bucket-destroyed": {
      harm: "refused",
      what: "The bucket is destroyed. With objects in it S3 refuses that (BucketNotEmpty), and what was destroyed before it is gone.",
      remedy: "Keep it configured under its name. If it has to go: copy the objects, and empty it by hand.",
    },
    "force-destroy-on": {
      harm: "protection",
      what: "From now on destroying the bucket deletes all objects in it, with all their versions.",
      remedy: "Keep force_destroy off.",
    },
    "versioning-off": {
      harm: "protection",
      what: "The bucket keeps no versions any more: from now on what is overwritten or deleted is gone.",
      remedy: "Keep versioning Enabled.",
    },
    "objects-expire": {
      harm: "data",
      what: "S3 deletes objects that are older than that, those that are there already too, from the next midnight on.",
      remedy: "Let objects move to another storage class instead, or copy what has to stay.",
    },
    "bucket-public": {
      harm: "protection",
      what: "The bucket's objects can become, or become, readable by anyone.",
      remedy: "Keep all four public access blocks, and name who may read.",
    },
    "bucket-tls-optional": {
      harm: "protection",
      what: "The bucket takes requests without TLS again.",
      remedy: "Keep the policy's statement that denies where aws:SecureTransport is false.",
    },
  },
  function* (plan) {
    for (const bucket of plan.of("aws_s3_bucket")) {
      const empties = bucket.before("force_destroy") === true;
      if (bucket.isGone) yield hit(empties ? "bucket-emptied" : "bucket-destroyed", bucket, bucket.reason);
      if (bucket.isChanged && bucket.turnsOn("force_destroy"))
        yield hit("force-destroy-on", bucket, bucket.told("force_destroy"));
    }
    for (const versioning of settingsThatStay(plan, "aws_s3_bucket_versioning")) {
      if (versioning.before(...VERSIONING) !== "Enabled") continue;
      // The provider suspends versioning where its resource goes.
      if (versioning.action === "delete") yield hit("versioning-off", versioning, versioning.reason);
      else if (versioning.isChanged && versioning.after(...VERSIONING) !== "Enabled")
        yield hit("versioning-off", versioning, versioning.told(...VERSIONING));
    }
    for (const lifecycle of settingsThatStay(plan, "aws_s3_bucket_lifecycle_configuration")) {
      for (const told of newExpirations(lifecycle)) yield hit("objects-expire", lifecycle, told);
    }
    for (const block of settingsThatStay(plan, "aws_s3_bucket_public_access_block")) {
      if (block.action === "delete") yield hit("bucket-public", block, block.reason);
      const off = BLOCKS.filter((name) => block.isChanged && block.turnsOff(name));
      if (off.length > 0) yield hit("bucket-public", block, off.map((name) => block.told(name)).join(", "));
    }
    for (const policy of settingsThatStay(plan, "aws_s3_bucket_policy")) {
      if (policy.isUnknown("policy")) continue;
      const [before, after] = [statements(policy.before("policy")), statements(policy.after("policy"))];
      if (after.some(admitsAnyone) && !before.some(admitsAnyone))
        yield hit("bucket-public", policy, 'policy: a new statement allows Principal "*" without a condition');
      if (before.some(deniesWithoutTls) && !after.some(deniesWithoutTls))
        yield hit(
          "bucket-tls-optional",
          policy,
          policy.action === "delete" ? policy.reason : "policy: no statement about aws:SecureTransport any more",
        );
    }
  },
);

/** A bucket's settings that change, where the bucket itself was there before and stays. */
function settingsThatStay(plan: Planned, type: string): PlannedResource[] {
  const all = plan.of("aws_s3_bucket");
  return plan.of(type).filter((setting) => {
    if (setting.action === undefined || setting.action === "forget") return false;
    if (setting.action === "create" && setting.isUnknown("bucket")) return false;
    const name = setting.action === "create" ? setting.after("bucket") : setting.before("bucket");
    return !all.some((bucket) =>
      bucket.action === "create" ? bucket.after("bucket") === name : bucket.isGone && bucket.before("bucket") === name,
    );
  });
}

/** The rules that delete current objects, and didn't, or later. */
function newExpirations(lifecycle: PlannedResource): string[] {
  const days = (when: "before" | "after"): Map<string, number> =>
    new Map(
      asArray(lifecycle[when]("rule"))
        .map(asObject)
        .map((rule) => [asText(rule.id), expiration(rule)]),
    );
  const before = days("before");
  return [...days("after")]
    .filter(([id, after]) => after < (before.get(id) ?? Infinity))
    .map(([id]) =>
      lifecycle.isSensitive("rule") ? "a rule with expiration" : `rule ${JSON.stringify(id)} with expiration`,
    );
}

/** Days after which the rule deletes current objects; a date counts as today. */
function expiration(rule: JsonObject): number {
  if (rule.status !== "Enabled") return Infinity;
  const block = asObject(asArray(rule.expiration)[0]);
  if (asText(block.date) !== "") return 0;
  const days = asNumber(block.days) ?? 0;
  return days > 0 ? days : Infinity;
}

function statements(policy: Json | undefined): JsonObject[] {
  try {
    const { Statement } = asObject(JSON.parse(asText(policy) || "{}") as Json);
    return (Array.isArray(Statement) ? (Statement as readonly Json[]) : [Statement]).map(asObject);
  } catch {
    return [];
  }
}

function admitsAnyone({ Effect, Principal, Condition }: JsonObject): boolean {
  const principals = [Principal, asObject(Principal).AWS].flat();
  return Effect === "Allow" && principals.includes("*") && Condition === undefined;
}

function deniesWithoutTls({ Effect, Condition }: JsonObject): boolean {
  return Effect === "Deny" && asText(Condition).includes("aws:SecureTransport");
}
