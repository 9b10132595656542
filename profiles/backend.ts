import { z } from "zod";
import { ConfigurationError, Problem } from "../lib/errors";
import { isRecord } from "../lib/json";
import type { Environment } from "./environment";
import { problemsOf } from "./problems";

const local = z.strictObject({ type: z.literal("local") });

const s3 = z.strictObject({
  type: z.literal("s3"),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of an S3 bucket"),
  key: z.string().min(1).default("cdc/terraform.tfstate"),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region such as us-east-1"),
  /** Locks by a file beside the state, without a DynamoDB table (Terraform 1.10 and later). */
  useLockfile: z.boolean().default(true),
  encrypt: z.boolean().default(true),
  kmsKeyId: z.string().min(1).optional(),
  workspaceKeyPrefix: z.string().min(1).optional(),
});

const cloud = z
  .strictObject({
    type: z.literal("cloud"),
    organization: z.string().regex(/^[\w-]+$/, "the name of an organization"),
    workspace: z
      .string()
      .regex(/^[\w-]{1,90}$/, "the name of a workspace")
      .optional(),
    tags: z.array(z.string().min(1)).min(1).optional(),
    hostname: z.string().min(1).default("app.terraform.io"),
  })
  .refine((value) => (value.workspace === undefined) !== (value.tags === undefined), {
    error: "either workspace or tags",
    path: ["workspace"],
  });

const backendSchema = z.discriminatedUnion("type", [local, s3, cloud]);

/** Where the state is kept. */
export type Backend = z.infer<typeof backendSchema>;

/** Environment variables that stand for a setting of the backend, so that CI can choose without changing a file. */
const VARIABLES: Readonly<Record<string, string>> = {
  CDC_BACKEND: "type",
  CDC_BACKEND_BUCKET: "bucket",
  CDC_BACKEND_KEY: "key",
  CDC_BACKEND_REGION: "region",
  CDC_BACKEND_ORGANIZATION: "organization",
  CDC_BACKEND_WORKSPACE: "workspace",
  CDC_BACKEND_TAGS: "tags",
  CDC_BACKEND_HOSTNAME: "hostname",
};

/**
 * The backend of cdktf.json's context (`backend`), with what the environment says in its place.
 * @throws ConfigurationError with every problem
 */
export function loadBackend({ context, variables }: Environment): Backend {
  const fromContext = context.backend ?? { type: "local" };
  const fromVariables = Object.entries(VARIABLES).flatMap(([variable, setting]) => {
    const value = variables[variable];
    if (value === undefined) return [];
    return [[setting, setting === "tags" ? value.split(",").map((tag) => tag.trim()) : value] as const];
  });
  const base = variables.CDC_BACKEND === undefined ? fromContext : {};
  const result = backendSchema.safeParse({ ...(isRecord(base) ? base : {}), ...Object.fromEntries(fromVariables) });
  if (result.success) return result.data;
  const problems: Problem[] = problemsOf(result.error, "backend", fromContext);
  throw new ConfigurationError("the backend (context key backend of cdktf.json, or CDC_BACKEND…)", problems);
}
