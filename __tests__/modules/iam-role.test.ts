import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole as AwsIamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { TerraformOutput } from "cdktf";
import { IamRole } from "../../modules/iam-role";
import { moduleJson } from "../../testing";
import { newRoot } from "../lib/roots";

describe("a role", () => {
  const root = newRoot();
  const role = new IamRole(root, "debezium_connector_role", {
    roleName: "debezium-connector-role",
    roleDescription: "The role.",
    assumeRolePolicy: '{"trust":1}',
    policyName: "debezium-connector-policy",
    policyDescription: "The policy.",
    policy: '{"permissions":1}',
  });
  new TerraformOutput(root, "arn", { value: role.arn });
  const json = moduleJson(root, "debezium_connector_role");

  test("has its trust and its own policy", () => {
    expect(json).toHaveResourceWithProperties(AwsIamRole, {
      name: "debezium-connector-role",
      description: "The role.",
      assume_role_policy: '{"trust":1}',
    });
    expect(json).toHaveResourceWithProperties(IamPolicy, {
      name: "debezium-connector-policy",
      description: "The policy.",
      policy: '{"permissions":1}',
    });
  });

  test("fails if the policy isn't attached, or the attachment has another address", () => {
    expect(json).toHaveResourceWithProperties(IamRolePolicyAttachment, {
      role: "${aws_iam_role.role.name}",
      policy_arn: "${aws_iam_policy.policy.arn}",
    });
    expect(root).toHaveAddress("module.debezium_connector_role.aws_iam_role_policy_attachment.role-policy-attachment");
  });

  test("gives its ARN", () => {
    expect(root).toHaveTerraformOutput("arn", { value: "${module.debezium_connector_role.role_arn}" });
  });
});
