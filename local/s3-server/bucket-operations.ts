import type { Version } from "./bucket";
import { existingBucket, type Operation, S3Error, xmlAnswer } from "./operation";
import { readBody } from "./body";
import { contents, document, tag, text } from "./xml";

/** S3's own limit, and its default. */
const MOST_KEYS = 1000;

const OWNER = tag("ID", "local");

export const listBuckets: Operation = ({ store }) => {
  const buckets = [...store.buckets].map(([name, { createdAt }]) =>
    tag("Bucket", tag("Name", text(name)), tag("CreationDate", createdAt)),
  );
  return xmlAnswer(document("ListAllMyBucketsResult", tag("Owner", OWNER), tag("Buckets", ...buckets)));
};

export const createBucket: Operation = ({ store, bucketName }) => {
  if (store.buckets.has(bucketName)) {
    throw new S3Error(409, "BucketAlreadyOwnedByYou", "The bucket already exists, and you own it.");
  }
  store.record({ event: "bucket", bucket: bucketName, at: new Date().toISOString() });
  return { status: 200, headers: { location: `/${bucketName}` } };
};

export const headBucket: Operation = (request) => {
  existingBucket(request);
  return { status: 200 };
};

/** AWS's SDK for Java 1 asks for it to see whether a bucket exists. */
export const getBucketAcl: Operation = (request) => {
  existingBucket(request);
  return xmlAnswer(document("AccessControlPolicy", tag("Owner", OWNER), tag("AccessControlList")));
};

export const getBucketVersioning: Operation = (request) => {
  const { versioning } = existingBucket(request);
  return xmlAnswer(document("VersioningConfiguration", versioning === undefined ? "" : tag("Status", versioning)));
};

export const putBucketVersioning: Operation = async (request) => {
  const [status] = contents("Status", await readBody(request.http));
  existingBucket(request);
  if (status !== "Enabled" && status !== "Suspended") {
    throw new S3Error(400, "MalformedXML", "Status has to be Enabled or Suspended.");
  }
  request.store.record({ event: "versioning", bucket: request.bucketName, status });
  return { status: 200 };
};

export const listObjects: Operation = (request) => {
  const { query, bucketName } = request;
  const bucket = existingBucket(request);
  const encode = keyEncoder(query);
  if (query.get("list-type") !== "2") throw new S3Error(501, "NotImplemented", "Only ListObjectsV2: list-type=2.");
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter") ?? ""];
  const [token, start] = [query.get("continuation-token"), query.get("start-after") ?? ""];
  const after = token === null ? start : Buffer.from(token, "base64url").toString();
  const { versions, commonPrefixes, next } = bucket.list({ prefix, delimiter, after, limit: maxKeys(query) });
  return xmlAnswer(
    document(
      "ListBucketResult",
      ...listingHead(bucketName, query),
      tag("Delimiter", encode(delimiter)),
      tag("StartAfter", encode(start)),
      tag("KeyCount", text(versions.length + commonPrefixes.length)),
      tag("IsTruncated", text(next !== undefined)),
      next === undefined ? "" : tag("NextContinuationToken", Buffer.from(next).toString("base64url")),
      ...versions.map((version) => tag("Contents", ...describe(version, encode))),
      ...commonPrefixes.map((name) => tag("CommonPrefixes", tag("Prefix", encode(name)))),
    ),
  );
};

/** All at once, however many there are. */
export const listObjectVersions: Operation = (request) => {
  const { query, bucketName } = request;
  const encode = keyEncoder(query);
  const entries = [...existingBucket(request).allVersions(query.get("prefix") ?? "")].map((version) => {
    const identity = [tag("VersionId", version.id), tag("IsLatest", text(version.isLatest))];
    return version.isDeleteMarker
      ? tag("DeleteMarker", tag("Key", encode(version.key)), ...identity, tag("LastModified", version.modified))
      : tag("Version", ...identity, ...describe(version, encode));
  });
  const head = [...listingHead(bucketName, query), tag("IsTruncated", "false")];
  return xmlAnswer(document("ListVersionsResult", ...head, ...entries));
};

function listingHead(bucketName: string, query: URLSearchParams): readonly string[] {
  const prefix = keyEncoder(query)(query.get("prefix") ?? "");
  const encoding = query.has("encoding-type") ? [tag("EncodingType", "url")] : [];
  return [tag("Name", text(bucketName)), tag("Prefix", prefix), tag("MaxKeys", text(maxKeys(query))), ...encoding];
}

/** `encoding-type=url`, for keys with characters that XML can't hold. */
function keyEncoder(query: URLSearchParams): (key: string) => string {
  return query.get("encoding-type") === "url" ? encodeURIComponent : text;
}

function describe({ key, modified, etag, size }: Version, encode: (key: string) => string): readonly string[] {
  return [
    tag("Key", encode(key)),
    tag("LastModified", modified),
    tag("ETag", text(`"${etag}"`)),
    tag("Size", text(size)),
    tag("StorageClass", "STANDARD"),
  ];
}

function maxKeys(query: URLSearchParams): number {
  const asked = query.get("max-keys") ?? String(MOST_KEYS);
  if (!/^\d+$/.test(asked)) throw new S3Error(400, "InvalidArgument", "max-keys has to be a whole number.");
  return Math.min(Number(asked), MOST_KEYS);
}
