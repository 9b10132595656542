import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole as AwsIamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { ChildModule } from "../lib";

export interface IamRoleProps {
  /** Changing it replaces the role. */
  readonly roleName: string;
  readonly roleDescription: string;
  /** Who may assume the role: a policy document in JSON. */
  readonly assumeRolePolicy: string;
  /** Changing it replaces the policy. */
  readonly policyName: string;
  /** Changing it replaces the policy. */
  readonly policyDescription: string;
  /** What the role may do: a policy document in JSON. */
  readonly policy: string;
}

/** An IAM role with one policy of its own. */
export class IamRole extends ChildModule {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: IamRoleProps) {
    super(scope, id);
    const role = new AwsIamRole(this, "role", {
      name: props.roleName,
      description: props.roleDescription,
      assumeRolePolicy: props.assumeRolePolicy,
    });
    const policy = new IamPolicy(this, "policy", {
      name: props.policyName,
      description: props.policyDescription,
      policy: props.policy,
    });
    new IamRolePolicyAttachment(this, "role-policy-attachment", { role: role.name, policyArn: policy.arn });
    this.arn = role.arn;
  }
}
