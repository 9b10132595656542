import { gunzipSync } from "node:zlib";
import type * as KafkaConnect from "@aws-sdk/client-kafkaconnect";
import type * as S3 from "@aws-sdk/client-s3";
import { Unexpected } from "./steps";

/** Where AWS is asked, and until when. */
export interface AwsOptions {
  readonly region: string;
  readonly signal?: AbortSignal;
}

/** The SDK itself would wait for a connection as long as the system does. */
const requestHandler = { connectionTimeout: 5000, requestTimeout: 30_000 };

/** What MSK Connect says about a connector. It doesn't tell of tasks. */
export interface DeployedState {
  readonly state: string;
  /** Why it failed. */
  readonly description: string;
  readonly configuration: Readonly<Record<string, string>>;
}

export class MskConnect {
  private readonly client: KafkaConnect.KafkaConnectClient;

  private constructor(
    private readonly sdk: typeof KafkaConnect,
    private readonly options: AwsOptions,
  ) {
    this.client = new sdk.KafkaConnectClient({ region: options.region, requestHandler });
  }

  /** Loads the SDK: a third of a second that no other command shall wait for. */
  public static async open(options: AwsOptions): Promise<MskConnect> {
    return new MskConnect(await import("@aws-sdk/client-kafkaconnect"), options);
  }

  public async describe(connectorArn: string): Promise<DeployedState> {
    const command = new this.sdk.DescribeConnectorCommand({ connectorArn });
    const { connectorState, stateDescription, connectorConfiguration } = await asking("MSK Connect", () =>
      this.client.send(command, { abortSignal: this.options.signal }),
    );
    return {
      state: connectorState ?? "unknown",
      description: [stateDescription?.code, stateDescription?.message].filter(Boolean).join(": "),
      configuration: connectorConfiguration ?? {},
    };
  }
}

/** A bucket's objects. What was read is kept, so that looking again costs only the list. */
export class DestinationBucket {
  private readonly client: S3.S3Client;
  private readonly eTags = new Map<string, string>();
  private readonly texts = new Map<string, string>();

  private constructor(
    private readonly sdk: typeof S3,
    private readonly name: string,
    private readonly options: AwsOptions,
  ) {
    // Where AWS_ENDPOINT_URL_S3 names an address instead of a host, the SDK by itself puts the bucket into the path.
    this.client = new sdk.S3Client({ region: options.region, requestHandler });
  }

  /** Loads the SDK. */
  public static async open(name: string, options: AwsOptions): Promise<DestinationBucket> {
    return new DestinationBucket(await import("@aws-sdk/client-s3"), name, options);
  }

  public list(prefix: string): Promise<string[]> {
    return asking(`the bucket ${this.name}`, async () => {
      const keys: string[] = [];
      const request = { Bucket: this.name, Prefix: prefix };
      const options = { abortSignal: this.options.signal };
      for await (const page of this.sdk.paginateListObjectsV2({ client: this.client }, request, options)) {
        for (const { Key: key = "", ETag: eTag = "" } of page.Contents ?? []) {
          keys.push(key);
          this.eTags.set(key, eTag);
        }
      }
      return keys;
    });
  }

  public async read(key: string): Promise<string> {
    // After a crash the sink may write an object again, under the same key.
    const version = `${key} ${this.eTags.get(key) ?? ""}`;
    const text = this.texts.get(version) ?? (await asking(`the object ${key}`, () => this.get(key)));
    this.texts.set(version, text);
    return text;
  }

  private async get(key: string): Promise<string> {
    const command = new this.sdk.GetObjectCommand({ Bucket: this.name, Key: key });
    const { Body: body } = await this.client.send(command, { abortSignal: this.options.signal });
    const bytes = (await body?.transformToByteArray()) ?? new Uint8Array();
    return (key.endsWith(".gz") ? gunzipSync(bytes) : Buffer.from(bytes)).toString("utf8");
  }
}

/** What AWS refuses is told in its own words. @throws Unexpected */
async function asking<Result>(what: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const hint = name === "CredentialsProviderError" ? "\nLog in (aws sso login), or set AWS_PROFILE" : "";
    throw new Unexpected(`${what}: ${name === "Error" ? "" : `${name}: `}${message}${hint}`);
  }
}
