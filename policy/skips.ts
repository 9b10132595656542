/** A check of checkov's that isn't asked of the pipeline, and why. */
export interface Skip {
  /** checkov's number: `CKV_AWS_144`. */
  readonly check: string;
  /** Which resources, by the beginning of their address. @default all */
  readonly resources?: readonly string[];
  readonly why: string;
}

/** At most eight; a test counts them. */
export const skips: readonly Skip[] = [
  {
    check: "CKV2_AWS_57",
    why:
      "Secrets Manager's own rotation would give the secret a password that Vault doesn't know and the next apply takes back. " +
      "Vault is rotated instead, and one apply hands the new password on (docs/credentials.md).",
  },
  {
    check: "CKV_AWS_144",
    why: "Replication to another region doubles the storage. What is in the buckets can be read again from the database.",
  },
  {
    check: "CKV2_AWS_5",
    why: "checkov doesn't see that a security group is attached where the attachment is in another module.",
  },
  {
    check: "CKV_AWS_145",
    resources: ["module.access_log_bucket."],
    why: "S3 writes access logs only to buckets that encrypt with S3's own keys (S3 User Guide, server access logging).",
  },
  {
    check: "CKV2_AWS_62",
    resources: ["module.access_log_bucket."],
    why: "Nobody has to be told of each access log: they are read when something is looked into.",
  },
  {
    check: "CKV2_AWS_11",
    why: "checkov doesn't follow the flow log of the registry's VPC module to its VPC. A test finds it in the plan.",
  },
  {
    check: "CKV2_AWS_19",
    resources: ["module.vpc.module.vpc.aws_eip.nat["],
    why: "checkov doesn't follow the addresses of the registry's VPC module to their NAT gateways.",
  },
];
