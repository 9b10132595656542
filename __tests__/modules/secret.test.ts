import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { DataVaultGenericSecret } from "@cdktf/provider-vault/lib/data-vault-generic-secret";
import { Fn, TerraformOutput } from "cdktf";
import { RootModule } from "../../lib";
import { Secret } from "../../modules/secret";
import { moduleJson } from "../../testing";
import { newRoot } from "../lib/roots";

describe("a secret", () => {
  let root: RootModule;

  beforeEach(() => {
    root = newRoot();
    const vault = new DataVaultGenericSecret(root, "rds", { path: "secret/rds" });
    const secret = new Secret(root, "db_credentials", {
      name: "cdc-db",
      recoveryWindowInDays: 0,
      secretString: Fn.jsonencode({ password: vault.data.lookup("password") }),
      secretStringVersion: null,
      kmsKeyId: null,
      preventDestroy: false,
    });
    new TerraformOutput(root, "arn", { value: secret.arn });
  });

  test("is called by its name everywhere", () => {
    expect(moduleJson(root, "db_credentials")).toHaveResourceWithProperties(SecretsmanagerSecret, {
      name: "cdc-db",
      description: "cdc-db",
      tags: { Name: "cdc-db" },
      recovery_window_in_days: 0,
    });
    expect(root).toHaveTerraformOutput("arn", { value: "${module.db_credentials.secret_arn}" });
  });

  test("fails if its content is anything but a reference, or isn't sensitive", () => {
    expect(moduleJson(root, "db_credentials")).toHaveResourceWithProperties(SecretsmanagerSecretVersion, {
      secret_id: "${aws_secretsmanager_secret.secret.id}",
      secret_string: '${jsonencode({"password" = var.rds_data_password})}',
    });
    expect(root).toHaveTerraformVariable("module.db_credentials.rds_data_password", { sensitive: true });
  });
});
