import { createHash, randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Blob } from "./blobs";
import { readBody, receiveBody } from "./body";
import type { Bucket, Version } from "./bucket";
import { existingBucket, type Operation, S3Error, type S3Request, xmlAnswer } from "./operation";
import type { Upload } from "./store";
import { contents, document, tag, text } from "./xml";

/** Of all parts but the last: Amazon S3 user guide, Multipart upload limits. */
const SMALLEST_PART = 5 * 1024 * 1024;

export const putObject: Operation = async (request) => {
  existingBucket(request);
  const blob = await receiveBody(request.store.blobs, request.http);
  const content = { etag: blob.md5, size: blob.size, blobs: [blob], headers: keptHeaders(request.http.headers) };
  return {
    status: 200,
    headers: identity(
      request,
      keepingBlob(request, blob, () => addVersion(request, content)),
    ),
  };
};

export const getObject: Operation = (request) => {
  const version = existingVersion(request);
  const headers = { ...version.headers, ...identity(request, version), "accept-ranges": "bytes" };
  const dated = { ...headers, "last-modified": new Date(version.modified).toUTCString() };
  const range = request.http.headers.range;
  const [first, last] = range === undefined ? [0, version.size - 1] : parseRange(range, version.size);
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...dated,
      "content-length": String(last - first + 1),
      ...(range === undefined ? {} : { "content-range": `bytes ${first}-${last}/${version.size}` }),
    },
    body: request.http.method === "HEAD" ? undefined : request.store.blobs.read(version.blobs, first, last),
  };
};

/** Leaves a marker in a bucket with versions; takes a version away where one is named, or where there is only one. */
export const deleteObject: Operation = (request) => {
  const { store, bucketName: bucket, key, query } = request;
  const { versioning } = existingBucket(request);
  const id = query.get("versionId") ?? (versioning === undefined ? "null" : undefined);
  if (id !== undefined) {
    store.record({ event: "removal", bucket, key, id });
    return { status: 204 };
  }
  const marker = addVersion(request, { isDeleteMarker: true, etag: "", size: 0, blobs: [], headers: {} });
  return { status: 204, headers: { "x-amz-version-id": marker.id, "x-amz-delete-marker": "true" } };
};

export const createMultipartUpload: Operation = (request) => {
  const { store, bucketName: bucket, key, http } = request;
  existingBucket(request);
  const uploadId = randomUUID();
  store.record({ event: "upload", uploadId, upload: { bucket, key, headers: keptHeaders(http.headers) } });
  const place = [tag("Bucket", text(bucket)), tag("Key", text(key))];
  return xmlAnswer(document("InitiateMultipartUploadResult", ...place, tag("UploadId", uploadId)));
};

export const uploadPart: Operation = async (request) => {
  const { store, query } = request;
  existingUpload(request);
  const part = Number(query.get("partNumber"));
  if (!Number.isInteger(part) || part < 1 || part > 10_000) {
    throw new S3Error(400, "InvalidArgument", "partNumber has to be a whole number from 1 to 10000.");
  }
  const blob = await receiveBody(store.blobs, request.http);
  keepingBlob(request, blob, () => {
    // It may have been aborted meanwhile.
    const { uploadId } = existingUpload(request);
    store.record({ event: "part", uploadId, part, blob });
  });
  return { status: 200, headers: { etag: `"${blob.md5}"` } };
};

export const completeMultipartUpload: Operation = async (request) => {
  const listed = contents("Part", await readBody(request.http));
  const version = completedBefore(request) ?? addVersion(request, assemble(existingUpload(request), listed));
  const { "x-amz-version-id": id } = identity(request, version);
  const place = [tag("Bucket", text(request.bucketName)), tag("Key", text(request.key))];
  const answer = xmlAnswer(document("CompleteMultipartUploadResult", ...place, tag("ETag", text(`"${version.etag}"`))));
  return id === undefined ? answer : { ...answer, headers: { ...answer.headers, "x-amz-version-id": id } };
};

export const abortMultipartUpload: Operation = (request) => {
  request.store.record({ event: "abort", uploadId: existingUpload(request).uploadId });
  return { status: 204 };
};

/** The parts that are listed become the object, without being copied. */
function assemble(upload: Upload & { uploadId: string }, listed: readonly string[]): Omit<Version, keyof Named> {
  if (listed.length === 0) throw new S3Error(400, "MalformedXML", "You must specify at least one part.");
  const numbers = listed.map((part) => Number(contents("PartNumber", part)[0]));
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) {
    throw new S3Error(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
  }
  const blobs = listed.map((part, index) => {
    const blob = upload.parts.get(numbers[index] ?? 0);
    const etag = contents("ETag", part)[0]?.replace(/&quot;|"/g, "");
    if (blob === undefined || blob.md5 !== etag) {
      throw new S3Error(400, "InvalidPart", "One or more of the specified parts could not be found.");
    }
    return blob;
  });
  if (blobs.slice(0, -1).some(({ size }) => size < SMALLEST_PART)) {
    throw new S3Error(400, "EntityTooSmall", "A part that is not the last has to have 5 MiB.");
  }
  const md5 = createHash("md5");
  for (const blob of blobs) md5.update(blob.md5, "hex");
  const size = blobs.reduce((sum, blob) => sum + blob.size, 0);
  return {
    etag: `${md5.digest("hex")}-${blobs.length}`,
    size,
    blobs,
    headers: upload.headers,
    uploadId: upload.uploadId,
  };
}

/**
 * A client that got no answer asks again, and S3 answers as before. (Measured by users: adobe/S3Mock issue 2586, minio/minio
 * issue 13318.)
 */
function completedBefore(request: S3Request): Version | undefined {
  const version = existingBucket(request).find(request.key);
  return version?.uploadId !== undefined && version.uploadId === request.query.get("uploadId") ? version : undefined;
}

type Named = Pick<Version, "key" | "id" | "modified">;

function addVersion(request: S3Request, content: Omit<Version, keyof Named>): Version {
  const { store, bucketName: bucket, key } = request;
  const id = existingBucket(request).versioning === "Enabled" ? randomUUID() : "null";
  const version = { key, id, modified: new Date().toISOString(), ...content };
  store.record({ event: "version", bucket, version });
  return version;
}

/** What can't be recorded leaves no file. */
function keepingBlob<Result>({ store }: S3Request, blob: Blob, record: () => Result): Result {
  try {
    return record();
  } catch (error) {
    store.blobs.remove([blob]);
    throw error;
  }
}

function existingVersion(request: S3Request): Version {
  const id = request.query.get("versionId") ?? undefined;
  const version = existingBucket(request).find(request.key, id);
  if (version !== undefined && !version.isDeleteMarker) return version;
  if (id === undefined) throw new S3Error(404, "NoSuchKey", "The specified key does not exist.");
  throw new S3Error(404, "NoSuchVersion", "The specified version does not exist.");
}

function existingUpload({ store, bucketName, key, query }: S3Request): Upload & { uploadId: string } {
  const uploadId = query.get("uploadId") ?? "";
  const upload = store.uploads.get(uploadId);
  if (upload?.bucket === bucketName && upload.key === key) return { ...upload, uploadId };
  throw new S3Error(404, "NoSuchUpload", "The specified upload does not exist: it may have been aborted or completed.");
}

function identity(request: S3Request, { id, etag }: Version): Record<string, string> {
  const { versioning }: Bucket = existingBucket(request);
  return { etag: `"${etag}"`, ...(versioning === undefined ? {} : { "x-amz-version-id": id }) };
}

/** What a GET gives back as it came. aws-chunked is of the transport. */
function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => /^(content-type|content-encoding|x-amz-meta-.+)$/.test(name));
  const values = kept.map(([name, value]) => [name, String(value).replace(/^aws-chunked(,\s*|$)/, "")]);
  return Object.fromEntries(values.filter(([, value]) => value !== "")) as Record<string, string>;
}

/** `bytes=first-last`, `bytes=first-` or `bytes=-count`: RFC 9110, 14.1.2. */
function parseRange(range: string, size: number): [number, number] {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  const first = from === "" ? Math.max(size - Number(to), 0) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if ((from === "" && to === "") || first > last) {
    throw new S3Error(416, "InvalidRange", "The requested range is not satisfiable.");
  }
  return [first, last];
}
