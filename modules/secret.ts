import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Construct } from "constructs";
import { ChildModule } from "../lib";

export interface SecretProps {
  /** Name of the secret, and its description and Name tag. */
  readonly name: string;
  /** Days in which the deleted secret can be restored: 0, or 7 to 30. */
  readonly recoveryWindowInDays: number;
  /** The secret itself. Must be a reference: a literal would stand in the synthesized files. */
  readonly secretString: string;
  /** Makes the secret a write-only argument, which is no part of the state; raised when it changes. `null`: it is one. */
  readonly secretStringVersion: number | null;
  /** KMS key; `null`: Secrets Manager's own. */
  readonly kmsKeyId: string | null;
  /** Whether Terraform refuses to destroy the secret. */
  readonly preventDestroy: boolean;
}

/** A Secrets Manager secret with one version. */
export class Secret extends ChildModule {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: SecretProps) {
    super(scope, id);
    const secret = new SecretsmanagerSecret(this, "secret", {
      name: props.name,
      description: props.name,
      recoveryWindowInDays: props.recoveryWindowInDays,
      ...(props.kmsKeyId ? { kmsKeyId: props.kmsKeyId } : {}),
      tags: { Name: props.name },
      ...(props.preventDestroy ? { lifecycle: { preventDestroy: true } } : {}),
    });
    new SecretsmanagerSecretVersion(this, "secret_version", {
      secretId: secret.id,
      ...(props.secretStringVersion === null
        ? { secretString: props.secretString }
        : { secretStringWo: props.secretString, secretStringWoVersion: props.secretStringVersion }),
    });
    this.arn = secret.arn;
  }
}
