import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Encryption, type EncryptionProps } from "../../modules/encryption";
import { keyPurposes } from "../../profiles/schema/protection";
import { moduleJson } from "../../testing";
import { newRoot } from "../lib/roots";

function encryption(props: Partial<EncryptionProps> = {}): { root: ReturnType<typeof newRoot>; keys: Encryption } {
  const root = newRoot();
  const keys = new Encryption(root, "encryption", {
    purposes: keyPurposes,
    namePrefix: "cdc",
    region: "us-east-1",
    deletionWindowInDays: 30,
    preventDestroy: false,
    ...props,
  });
  return { root, keys };
}

test.each(keyPurposes)(
  "the key for %s is rotated, has a name, and a policy that names nobody but the account and services",
  (purpose) => {
    const json = moduleJson(encryption({ purposes: [purpose] }).root, "encryption");
    expect(json).toHaveResourceWithProperties(KmsKey, { enable_key_rotation: true, deletion_window_in_days: 30 });
    expect(json).toHaveResourceWithProperties(KmsAlias, { name: `alias/cdc-${purpose}` });
    expect(json).not.toContain('\\"AWS\\":\\"*\\"');
    expect(json).not.toContain("kms:*");
  },
);

test("fails if there is a key that nobody asked for", () => {
  const { root, keys } = encryption({ purposes: ["logs"] });
  expect(moduleJson(root, "encryption").match(/"deletion_window_in_days"/g)).toHaveLength(1);
  expect([keys.key("logs") === null, keys.key("database")]).toEqual([false, null]);
});

test("a key is locked only where that was asked for", () => {
  expect(moduleJson(encryption({ preventDestroy: true }).root, "encryption")).toContain('"prevent_destroy": true');
  expect(moduleJson(encryption().root, "encryption")).not.toContain("prevent_destroy");
});
