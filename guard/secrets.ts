import { hit, subject } from "./finding";
import { asNumber, type PlannedResource } from "./planned";

/** What a plan does to secrets and to the keys that other things are encrypted with. */
export const secrets = subject(
  {
    "secret-destroyed": {
      harm: "data",
      what: "The secret is deleted. Whoever reads it fails at once: connectors with a config provider at their next start.",
      remedy: "Keep it configured. Within the recovery window it comes back with aws secretsmanager restore-secret.",
    },
    "secret-replaced": {
      harm: "pipeline",
      what: "The secret is deleted and made anew, with another ARN: whoever was given the old one by name or ARN has to be told.",
      remedy: "Keep its name.",
    },
    "secret-name-reserved": {
      harm: "refused",
      what: 'A deleted secret keeps its name until its recovery window has passed, so that a new one of that name is refused: "already scheduled for deletion".',
      remedy:
        "Choose another name; or restore the secret instead; or delete it beforehand with --force-delete-without-recovery.",
    },
    "secret-recovery-off": {
      harm: "protection",
      what: "From now on a deleted secret can't be restored.",
      remedy: "Keep recovery_window_in_days at 7 or more.",
    },
    "key-destroyed": {
      harm: "data",
      what: "The KMS key is scheduled for deletion. Once it is gone everything that it encrypts can't be read by anyone: volumes, snapshots, objects, secrets.",
      remedy:
        "Keep it configured; or encrypt everything with another key first. Within its window: aws kms cancel-key-deletion.",
    },
    "key-disabled": {
      harm: "pipeline",
      what: "The KMS key is disabled: nothing that it encrypts can be read or written until it is enabled again.",
      remedy: "Keep is_enabled on.",
    },
    "key-rotation-off": {
      harm: "protection",
      what: "The KMS key is no longer rotated.",
      remedy: "Keep enable_key_rotation on.",
    },
  },
  function* (plan) {
    for (const secret of plan.of("aws_secretsmanager_secret")) {
      if (secret.action === "delete") yield hit("secret-destroyed", secret, `${secret.reason}; ${recovery(secret)}`);
      if (secret.action === "replace") yield hit("secret-replaced", secret, `${secret.reason}; ${recovery(secret)}`);
      if (secret.isGone && asNumber(secret.before("recovery_window_in_days")) !== 0) {
        const name = secret.before("name");
        const heir = plan
          .of("aws_secretsmanager_secret")
          .find((other) => other.action !== undefined && typeof name === "string" && other.after("name") === name);
        if (heir)
          yield hit(
            "secret-name-reserved",
            heir,
            `${secret.address} has the name ${secret.toldBefore("name")}; ${recovery(secret)}`,
          );
      }
      if (secret.isChanged && secret.lowers("recovery_window_in_days") && secret.after("recovery_window_in_days") === 0)
        yield hit("secret-recovery-off", secret, secret.told("recovery_window_in_days"));
    }
    for (const key of plan.of("aws_kms_key")) {
      if (key.isGone)
        yield hit(
          "key-destroyed",
          key,
          `${key.reason}; its window is ${asNumber(key.before("deletion_window_in_days")) ?? 30} days`,
        );
      if (!key.isChanged) continue;
      if (key.turnsOff("is_enabled")) yield hit("key-disabled", key, key.told("is_enabled"));
      if (key.turnsOff("enable_key_rotation")) yield hit("key-rotation-off", key, key.told("enable_key_rotation"));
    }
  },
);

/** 30 days is the provider's default; what is in the state counts. */
function recovery(secret: PlannedResource): string {
  const days = asNumber(secret.before("recovery_window_in_days")) ?? 30;
  return days === 0 ? "it can't be restored (recovery_window_in_days is 0 now)" : `it can be restored for ${days} days`;
}
