/** The SDK itself would wait for a connection as long as the system does. */
const requestHandler = { connectionTimeout: 5000, requestTimeout: 30_000 };

/** AWS, service by service. Each SDK is loaded when it is first asked: together they take seconds. */
export class Aws {
  private readonly options: { readonly region: string; readonly requestHandler: typeof requestHandler };

  public constructor(public readonly region: string) {
    this.options = { region, requestHandler };
  }

  public readonly rds = once(async () => new (await import("@aws-sdk/client-rds")).RDS(this.options));
  public readonly kafka = once(async () => new (await import("@aws-sdk/client-kafka")).Kafka(this.options));
  public readonly kafkaConnect = once(
    async () => new (await import("@aws-sdk/client-kafkaconnect")).KafkaConnect(this.options),
  );
  public readonly ec2 = once(async () => new (await import("@aws-sdk/client-ec2")).EC2(this.options));
  public readonly iam = once(async () => new (await import("@aws-sdk/client-iam")).IAM(this.options));
  public readonly s3 = once(async () => new (await import("@aws-sdk/client-s3")).S3(this.options));
  public readonly cloudWatch = once(
    async () => new (await import("@aws-sdk/client-cloudwatch")).CloudWatch(this.options),
  );
  public readonly logs = once(
    async () => new (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogs(this.options),
  );
  public readonly secretsManager = once(
    async () => new (await import("@aws-sdk/client-secrets-manager")).SecretsManager(this.options),
  );
  public readonly tagging = once(
    async () =>
      new (await import("@aws-sdk/client-resource-groups-tagging-api")).ResourceGroupsTaggingAPI(this.options),
  );
}

/** Asks the first time only; who asks later gets the same answer, or the same error. */
export function once<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  return () => (answer ??= ask());
}

/** All items of a list that AWS hands out in pages. */
export async function allPages<Item>(
  page: (token: string | undefined) => Promise<{ readonly items?: readonly Item[]; readonly next?: string }>,
): Promise<Item[]> {
  const all: Item[] = [];
  let token: string | undefined;
  do {
    const { items = [], next } = await page(token);
    all.push(...items);
    // The tagging API's last page has an empty one.
    token = next === "" ? undefined : next;
  } while (token !== undefined);
  return all;
}

/** What AWS refused, in its own words. */
export function awsMessage(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const hint = name === "CredentialsProviderError" ? "; log in (aws sso login), or set AWS_PROFILE" : "";
  return `${name === "Error" ? "" : `${name}: `}${message}${hint}`;
}

/** AWS says that there is no such thing. IAM says NoSuchEntity, RDS DBInstanceNotFoundFault, EC2 InvalidGroup.NotFound, … */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && /NotFound|NoSuch/.test(error.name);
}
