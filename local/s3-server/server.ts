import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as buckets from "./bucket-operations";
import * as objects from "./object-operations";
import { type Operation, type S3Answer, S3Error, type S3Request } from "./operation";
import type { Store } from "./store";
import { errorDocument, tag, text } from "./xml";

/** By method, what is addressed, and the parameter that makes it another operation. */
const operations: Readonly<Record<string, Operation>> = {
  "GET service": buckets.listBuckets,
  "PUT bucket": buckets.createBucket,
  "HEAD bucket": buckets.headBucket,
  "GET bucket": buckets.listObjects,
  "GET bucket?versions": buckets.listObjectVersions,
  "GET bucket?acl": buckets.getBucketAcl,
  "GET bucket?versioning": buckets.getBucketVersioning,
  "PUT bucket?versioning": buckets.putBucketVersioning,
  "PUT object": objects.putObject,
  "GET object": objects.getObject,
  "HEAD object": objects.getObject,
  "DELETE object": objects.deleteObject,
  "POST object?uploads": objects.createMultipartUpload,
  "PUT object?uploadId": objects.uploadPart,
  "POST object?uploadId": objects.completeMultipartUpload,
  "DELETE object?uploadId": objects.abortMultipartUpload,
};

/** Parameters of these operations. Whatever else comes would change what a request means, so it is refused. */
const parameters =
  /^(list-type|prefix|delimiter|max-keys|start-after|continuation-token|encoding-type|fetch-owner|partNumber|versionId|x-id|X-Amz-.*)$/;

/** S3's REST interface over a store. Who asks isn't checked: it is for programs on this machine. */
export function createS3Server(store: Store): Server {
  const server = createServer((request, response) => void serve(store, request, response));
  // Clients keep connections for as long as they like; one that is closed here as a request comes in would be an error there.
  server.keepAliveTimeout = 0;
  return server;
}

async function serve(store: Store, http: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const request = parse(store, http);
    await send(await operationOf(request)(request), response);
  } catch (error) {
    // Who went away in the middle gets no answer.
    if (response.headersSent || http.socket.destroyed) response.destroy();
    else await send(errorAnswer(error, http), response).catch(() => response.destroy());
  }
  // A body that nobody wanted would block the connection's next request.
  http.resume();
}

function parse(store: Store, http: IncomingMessage): S3Request {
  const [, path = "", search = ""] = /^\/([^?]*)\??(.*)$/.exec(http.url ?? "") ?? [];
  const [bucketName = "", ...key] = path.split("/").map(decodeURIComponent);
  return { store, http, bucketName, key: key.join("/"), query: new URLSearchParams(search) };
}

function operationOf({ http, bucketName, key, query }: S3Request): Operation {
  const subject = bucketName === "" ? "service" : key === "" ? "bucket" : "object";
  const selectors = [...query.keys()].filter((name) => !parameters.test(name));
  const name = [`${http.method} ${subject}`, ...selectors].join("?");
  const operation = http.headers["x-amz-copy-source"] === undefined ? operations[name] : undefined;
  if (operation === undefined) throw new S3Error(501, "NotImplemented", `The local S3 server has no ${name}.`);
  return operation;
}

async function send({ status, headers, body }: S3Answer, response: ServerResponse): Promise<void> {
  if (typeof body === "string") {
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  } else {
    response.writeHead(status, {
      ...(body === undefined && status !== 204 ? { "content-length": 0 } : {}),
      ...headers,
    });
  }
  if (body === undefined || typeof body === "string") response.end(body);
  else await pipeline(Readable.from(body), response);
}

function errorAnswer(error: unknown, http: IncomingMessage): S3Answer {
  const known = error instanceof S3Error ? error : undefined;
  // S3's clients try again after an InternalError: what a full disk calls for.
  const { status, code, message } = known ?? new S3Error(500, "InternalError", String(error));
  if (known === undefined) console.error(`ERROR ${http.method} ${http.url}: ${String(error)}`);
  const body = errorDocument(tag("Code", code), tag("Message", text(message)), tag("Resource", text(http.url ?? "")));
  const headers = { "content-type": "application/xml" };
  return http.method === "HEAD" ? { status } : { status, headers, body };
}
