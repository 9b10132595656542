import type { IncomingMessage } from "node:http";
import type { Bucket } from "./bucket";
import type { Store } from "./store";

/** A request of S3's REST interface in path style: `/bucket/key?query`. */
export interface S3Request {
  readonly store: Store;
  readonly http: IncomingMessage;
  readonly bucketName: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
}

/** An error in S3's words (Amazon S3 API reference, Error responses), with its HTTP status. */
export class S3Error extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "S3Error";
  }
}

export type Operation = (request: S3Request) => S3Answer | Promise<S3Answer>;

/** @throws S3Error where there is no such bucket */
export function existingBucket({ store, bucketName }: S3Request): Bucket {
  const bucket = store.buckets.get(bucketName);
  if (bucket === undefined) throw new S3Error(404, "NoSuchBucket", "The specified bucket does not exist.");
  return bucket;
}

export function xmlAnswer(body: string): S3Answer {
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}
