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
      tags: { Name: props.name },
    });
    new SecretsmanagerSecretVersion(this, "secret_version", { secretId: secret.id, secretString: props.secretString });
    this.arn = secret.arn;
  }
}
