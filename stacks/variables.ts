import { TerraformVariable, TerraformVariableValidationConfig, VariableType } from "cdktf";
import { Construct } from "constructs";

/** What differs from one environment to the next: the values that tfvars files and workspaces set. */
export interface PipelineVariables {
  readonly awsRegion: string;
  readonly azs: string[];
  readonly publicSubnets: string[];
  readonly privateSubnets: string[];
}

/** Declares the root's variables. Their checks need Terraform 1.9, the first in which a check may look at another variable. */
export function pipelineVariables(scope: Construct, vpcCidr: string): PipelineVariables {
  const awsRegion = new TerraformVariable(scope, "aws_region", {
    type: VariableType.STRING,
    default: "us-east-1",
    description: "AWS region for deployment.",
    validation: [
      check(
        'can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+$", var.aws_region))',
        "aws_region must be a region such as us-east-1.",
      ),
    ],
  });
  const azs = new TerraformVariable(scope, "azs", {
    type: VariableType.LIST_STRING,
    description: "Availability zones: three, all in aws_region.",
    validation: [
      check(
        "length(distinct(var.azs)) == 3 && length(var.azs) == 3",
        "azs must name three different availability zones.",
      ),
      check(
        "alltrue([for az in var.azs : startswith(az, var.aws_region)])",
        "Every availability zone of azs must be in aws_region.",
      ),
    ],
  });
  const subnets = (name: string, kind: string): TerraformVariable =>
    new TerraformVariable(scope, name, {
      type: VariableType.LIST_STRING,
      description: `CIDR blocks of the ${kind} subnets, one for each of azs, inside ${vpcCidr}.`,
      validation: [
        check(`length(var.${name}) == length(var.azs)`, `${name} must have as many CIDR blocks as azs has zones.`),
        check(
          `alltrue([for block in var.${name} : can(cidrhost(block, 0))])`,
          `Every entry of ${name} must be a CIDR block such as 10.0.1.0/24.`,
        ),
        check(
          insideOf(name, vpcCidr),
          `Every CIDR block of ${name} must be inside the VPC's ${vpcCidr}, with a prefix of /16 to /28.`,
        ),
      ],
    });
  const publicSubnets = subnets("public_subnets", "public");
  const privateSubnets = subnets("private_subnets", "private");
  publicSubnets.addValidation(
    check(
      withoutOverlap("concat(var.public_subnets, var.private_subnets)"),
      "The CIDR blocks of public_subnets and private_subnets must not overlap.",
    ),
  );
  return {
    awsRegion: awsRegion.stringValue,
    azs: azs.listValue,
    publicSubnets: publicSubnets.listValue,
    privateSubnets: privateSubnets.listValue,
  };
}

/** The number that tells write-only arguments that the passwords in Vault are others. */
export function credentialsVersion(scope: Construct): TerraformVariable {
  return new TerraformVariable(scope, "credentials_version", {
    type: VariableType.NUMBER,
    default: 1,
    description:
      "Raise it after the passwords in Vault changed: database, secret and connector get them in that apply.",
    validation: [
      check(
        "var.credentials_version >= 1 && floor(var.credentials_version) == var.credentials_version",
        "credentials_version must be a whole number from 1 on.",
      ),
    ],
  });
}

function check(condition: string, errorMessage: string): TerraformVariableValidationConfig {
  return { condition: `\${${condition}}`, errorMessage };
}

/** A block is inside the VPC when its address, cut to the VPC's prefix, is the VPC's. AWS takes subnets of /16 to /28. */
function insideOf(name: string, vpcCidr: string): string {
  const [network = "", prefix = ""] = vpcCidr.split("/");
  const shortest = Math.max(Number(prefix), 16);
  return (
    `alltrue([for block in var.${name} : try(tonumber(split("/", block)[1]) >= ${shortest} && tonumber(split("/", block)[1]) <= 28 && ` +
    `cidrhost("\${split("/", block)[0]}/${prefix}", 0) == cidrhost("${network}/${prefix}", 0), true)])`
  );
}

/** Two blocks overlap when they are the same network under the shorter of their prefixes. */
function withoutOverlap(blocks: string): string {
  const prefix = (block: string): string => `tonumber(split("/", ${block})[1])`;
  const network = (block: string): string =>
    `cidrhost("\${split("/", ${block})[0]}/\${min(${prefix("a")}, ${prefix("b")})}", 0)`;
  return (
    `alltrue(flatten([for i, a in ${blocks} : [for j, b in ${blocks} : ` +
    `i >= j || try(${network("a")} != ${network("b")}, true)]]))`
  );
}
