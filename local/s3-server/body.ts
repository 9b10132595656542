import type { IncomingMessage } from "node:http";
import { type Blob, Blobs } from "./blobs";
import { S3Error } from "./operation";

/** Writes a request's body into a file, and compares it with what the request says about it. */
export async function receiveBody(blobs: Blobs, request: IncomingMessage): Promise<Blob> {
  const { headers } = request;
  const chunked =
    /\baws-chunked\b/.test(headers["content-encoding"] ?? "") ||
    String(headers["x-amz-content-sha256"]).startsWith("STREAMING-");
  // What fails here must not end the connection: the client is to get its answer.
  const bytes = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const blob = await blobs.receive(chunked ? withoutChunks(bytes) : bytes);
  try {
    const length = headers["x-amz-decoded-content-length"];
    if (chunked && length !== undefined && Number(length) !== blob.size) throw incomplete();
    const md5 = headers["content-md5"];
    if (md5 !== undefined && Buffer.from(String(md5), "base64").toString("hex") !== blob.md5) {
      throw new S3Error(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
    }
    return blob;
  } catch (error) {
    blobs.remove([blob]);
    throw error;
  }
}

/** A small body, as a text. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of request as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/**
 * The bytes of an aws-chunked body: `<hexadecimal size>[;chunk-signature=…]`, a line end, the bytes, a line end; a chunk of size
 * 0 and trailers end it (Amazon S3 API reference, Signature calculations: transferring payload in multiple chunks).
 */
export async function* withoutChunks(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let unread = Buffer.alloc(0);
  /** Bytes of this chunk that are still to come; undefined before its first line. */
  let left: number | undefined;
  let isAtEnd = false;
  for await (const piece of body) {
    unread = Buffer.concat([unread, piece]);
    while (!isAtEnd) {
      if (left === undefined) {
        // The line end after the chunk before stands in front of it.
        const line = /^(?:\r\n)?([0-9a-fA-F]+)[^\r\n]*\r\n/.exec(unread.toString("latin1", 0, 1024));
        if (line === null) break;
        unread = unread.subarray(line[0].length);
        left = parseInt(line[1] ?? "", 16);
        isAtEnd = left === 0;
      } else {
        const bytes = unread.subarray(0, left);
        if (bytes.length === 0) break;
        yield bytes;
        unread = unread.subarray(bytes.length);
        left = left === bytes.length ? undefined : left - bytes.length;
      }
    }
  }
  if (!isAtEnd) throw incomplete();
}

function incomplete(): S3Error {
  return new S3Error(400, "IncompleteBody", "You did not provide the number of bytes specified by the HTTP headers.");
}
