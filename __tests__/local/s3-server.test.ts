import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePorts } from "../../local/running/ports";
import { createS3Server } from "../../local/s3-server/server";
import { Store } from "../../local/s3-server/store";

const key = "/bucket/postgres-cdc.public.users/partition%3D0/users%2B0%2B0000000000.json";

let folder: string;
let server: Server;
let port: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "s3-server-"));
  await open();
  await ask("PUT", "/bucket");
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  server = createS3Server(new Store(folder));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
}

function close(): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

async function restart(): Promise<void> {
  await close();
  await open();
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function ask(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body, headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

function all(name: string, xml: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text]) => text ?? "");
}

const setVersioning = (status: string): Promise<Answer> =>
  ask("PUT", "/bucket?versioning", `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`);

async function beginUpload(path = key): Promise<string> {
  return all("UploadId", (await ask("POST", `${path}?uploads`)).text)[0] ?? "";
}

/** Uploads the parts; the answer is the request that completes them. */
async function uploadParts(uploadId: string, parts: readonly string[], path = key): Promise<string> {
  const listed: string[] = [];
  for (const [index, part] of parts.entries()) {
    const { headers } = await ask("PUT", `${path}?partNumber=${index + 1}&uploadId=${uploadId}`, part);
    listed.push(`<Part><ETag>${headers.get("etag")}</ETag><PartNumber>${index + 1}</PartNumber></Part>`);
  }
  return `<CompleteMultipartUpload>${listed.join("")}</CompleteMultipartUpload>`;
}

const md5 = (bytes: string | Buffer): Buffer => createHash("md5").update(bytes).digest();
const largePart = "a".repeat(5 * 1024 * 1024);

describe("objects", () => {
  it("fails if one doesn't come back as it was sent, or isn't there after a restart", async () => {
    const sent = {
      "content-type": "application/json",
      "x-amz-meta-a": "b",
      "content-md5": md5("{}").toString("base64"),
    };
    expect((await ask("PUT", key, "{}", sent)).headers.get("etag")).toBe(`"${md5("{}").toString("hex")}"`);
    await restart();
    const { status, text, headers } = await ask("GET", key);
    expect([status, text, headers.get("content-type"), headers.get("x-amz-meta-a")]).toEqual([
      200,
      "{}",
      "application/json",
      "b",
    ]);
    expect((await ask("HEAD", key)).headers.get("content-length")).toBe("2");
  });

  it("fails if a body that isn't what it should be is taken, or leaves a file", async () => {
    const wrong = await ask("PUT", key, "{}", { "content-md5": md5("other").toString("base64") });
    expect([wrong.status, all("Code", wrong.text)]).toEqual([400, ["BadDigest"]]);
    const cut = await ask("PUT", key, "5\r\nhel", { "content-encoding": "aws-chunked" });
    expect([cut.status, all("Code", cut.text)]).toEqual([400, ["IncompleteBody"]]);
    expect((await ask("GET", key)).status).toBe(404);
    expect(readdirSync(join(folder, "blobs"))).toEqual([]);
  });

  it("fails if a connection that breaks off leaves half an object", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.write(`PUT ${key} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf`);
    const files = (): string[] => readdirSync(join(folder, "blobs"));
    while (files().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.destroy();
    while (files().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await ask("GET", key)).status).toBe(404);
  });

  it("fails unless aws-chunked bodies are stored without their chunks, wherever the network cuts them", async () => {
    const body = "6;chunk-signature=ab\r\nhello \r\n5\r\nworld\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n";
    for (const size of [1, 7, body.length]) {
      const socket = connect(port, "127.0.0.1").setNoDelay();
      const head = `PUT ${key} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${body.length}\r\n`;
      socket.write(
        `${head}x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\ncontent-encoding: aws-chunked\r\n\r\n`,
      );
      for (let start = 0; start < body.length; start += size) {
        await new Promise((resolve) => socket.write(body.slice(start, start + size), resolve));
      }
      await new Promise((resolve) => socket.resume().once("close", resolve));
      const { text, headers } = await ask("GET", key);
      expect([text, headers.get("content-encoding")]).toEqual(["hello world", null]);
      await ask("DELETE", key);
    }
  });

  it("fails unless ranges are answered as RFC 9110 says, across the parts of an upload as well", async () => {
    const uploadId = await beginUpload();
    await ask("POST", `${key}?uploadId=${uploadId}`, await uploadParts(uploadId, [largePart, "bcdef"]));
    const range = async (value: string): Promise<string> => (await ask("GET", key, undefined, { range: value })).text;
    const size = largePart.length;
    expect(await range(`bytes=${size - 2}-${size + 1}`)).toBe("aabc");
    expect([await range(`bytes=${size + 3}-`), await range("bytes=-1"), await range("bytes=0-0")]).toEqual([
      "ef",
      "f",
      "a",
    ]);
    expect((await ask("GET", key, undefined, { range: `bytes=${size + 5}-` })).status).toBe(416);
  });

  it("fails if a request that isn't understood gets an answer that looks right", async () => {
    for (const [method, path] of [
      ["PUT", `${key}?tagging`],
      ["GET", "/bucket"],
      ["POST", "/bucket?delete"],
    ] as const) {
      const { status, text } = await ask(method, path, method === "GET" ? undefined : "");
      expect([status, all("Code", text)]).toEqual([501, ["NotImplemented"]]);
    }
    expect((await ask("PUT", key, "", { "x-amz-copy-source": "/bucket/other" })).status).toBe(501);
    expect(all("Code", (await ask("GET", "/other?list-type=2")).text)).toEqual(["NoSuchBucket"]);
  });
});

describe("versions", () => {
  it("fails if an overwritten or deleted object loses its versions, also by a restart", async () => {
    await setVersioning("Enabled");
    const first = (await ask("PUT", key, "1")).headers.get("x-amz-version-id");
    await ask("PUT", key, "2");
    const marker = (await ask("DELETE", key)).headers.get("x-amz-version-id");
    await restart();
    expect(all("Status", (await ask("GET", "/bucket?versioning")).text)).toEqual(["Enabled"]);
    expect((await ask("GET", key)).status).toBe(404);
    expect((await ask("GET", `${key}?versionId=${first}`)).text).toBe("1");
    const { text } = await ask("GET", "/bucket?versions");
    expect(all("IsLatest", text)).toEqual(["true", "false", "false"]);
    await ask("DELETE", `${key}?versionId=${marker}`);
    expect((await ask("GET", key)).text).toBe("2");
  });

  it("fails if a bucket without versions keeps what was overwritten or deleted", async () => {
    await ask("PUT", key, "1");
    await ask("PUT", key, "2");
    expect(readdirSync(join(folder, "blobs"))).toHaveLength(1);
    await ask("DELETE", key);
    expect(readdirSync(join(folder, "blobs"))).toHaveLength(0);
    expect(all("Key", (await ask("GET", "/bucket?versions")).text)).toEqual([]);
  });

  it("fails if suspended versioning overwrites a version from before", async () => {
    await setVersioning("Enabled");
    const first = (await ask("PUT", key, "1")).headers.get("x-amz-version-id");
    await setVersioning("Suspended");
    await ask("PUT", key, "2");
    await ask("PUT", key, "3");
    expect(all("VersionId", (await ask("GET", "/bucket?versions")).text)).toEqual(["null", first]);
  });
});

describe("multipart uploads", () => {
  it("fails if one shows before it is complete, or breaks by a restart in between", async () => {
    const uploadId = await beginUpload();
    const complete = await uploadParts(uploadId, [largePart, "b"]);
    expect((await ask("GET", key)).status).toBe(404);
    await restart();
    const { status, text } = await ask("POST", `${key}?uploadId=${uploadId}`, complete);
    const etag = md5(Buffer.concat([md5(largePart), md5("b")])).toString("hex");
    expect([status, all("ETag", text)]).toEqual([200, [`&quot;${etag}-2&quot;`]]);
    expect((await ask("GET", key)).text).toBe(`${largePart}b`);
  });

  it("fails if a client that asks a second time, as it got no answer, is told that there is no such upload", async () => {
    await setVersioning("Enabled");
    const uploadId = await beginUpload();
    const complete = await uploadParts(uploadId, ["a"]);
    const first = await ask("POST", `${key}?uploadId=${uploadId}`, complete);
    await restart();
    expect((await ask("POST", `${key}?uploadId=${uploadId}`, complete)).text).toBe(first.text);
    expect(all("VersionId", (await ask("GET", "/bucket?versions")).text)).toHaveLength(1);
  });

  it("fails if parts that were sent again, left out or aborted stay on the disk", async () => {
    const uploadId = await beginUpload();
    await ask("PUT", `${key}?partNumber=2&uploadId=${uploadId}`, "left out");
    await ask("PUT", `${key}?partNumber=1&uploadId=${uploadId}`, "again");
    const complete = await uploadParts(uploadId, ["a"]);
    const aborted = await beginUpload();
    await uploadParts(aborted, ["b"]);
    expect((await ask("DELETE", `${key}?uploadId=${aborted}`)).status).toBe(204);
    expect((await ask("PUT", `${key}?partNumber=1&uploadId=${aborted}`, "b")).status).toBe(404);
    await ask("POST", `${key}?uploadId=${uploadId}`, complete);
    expect([(await ask("GET", key)).text, readdirSync(join(folder, "blobs"))]).toEqual(["a", [expect.any(String)]]);
  });

  it.each([
    ["InvalidPart", "<Part><ETag>other</ETag><PartNumber>1</PartNumber></Part>"],
    ["InvalidPart", `<Part><ETag>${md5("a").toString("hex")}</ETag><PartNumber>3</PartNumber></Part>`],
    ["MalformedXML", ""],
    [
      "EntityTooSmall",
      `<Part><ETag>${md5("a").toString("hex")}</ETag><PartNumber>1</PartNumber></Part><Part><ETag>${md5("b").toString("hex")}</ETag><PartNumber>2</PartNumber></Part>`,
    ],
    [
      "InvalidPartOrder",
      `<Part><ETag>${md5("b").toString("hex")}</ETag><PartNumber>2</PartNumber></Part><Part><ETag>${md5("a").toString("hex")}</ETag><PartNumber>1</PartNumber></Part>`,
    ],
  ])("fails unless %s is told, and the upload can still be completed", async (code, listed) => {
    const uploadId = await beginUpload();
    await uploadParts(uploadId, ["a", "b"]);
    const { status, text } = await ask("POST", `${key}?uploadId=${uploadId}`, `<C>${listed}</C>`);
    expect([status, all("Code", text)]).toEqual([400, [code]]);
    const one = `<C><Part><ETag>${md5("a").toString("hex")}</ETag><PartNumber>1</PartNumber></Part></C>`;
    expect((await ask("POST", `${key}?uploadId=${uploadId}`, one)).status).toBe(200);
  });
});

describe("listing", () => {
  it("fails if a name is missing, comes twice or out of order, however it is asked for", async () => {
    const names = ["b/2", "a/1", "c", "a/3", "a/2&<>", "b/1"];
    for (const name of names) await ask("PUT", `/bucket/${encodeURIComponent(name)}`, "x");
    const sorted = ["a/1", "a/2&amp;&lt;&gt;", "a/3", "b/1", "b/2", "c"];
    const list = async (query: string): Promise<string> => (await ask("GET", `/bucket?list-type=2${query}`)).text;
    expect(all("Key", await list(""))).toEqual(sorted);
    expect(all("Key", await list("&prefix=a/&start-after=a/1"))).toEqual(sorted.slice(1, 3));
    expect(all("Key", await list("&start-after=a/4"))).toEqual(sorted.slice(3));
    const folders = await list("&delimiter=/");
    expect([all("Key", folders), all("Prefix", folders)]).toEqual([["c"], ["", "a/", "b/"]]);
    for (const query of ["&max-keys=1", "&max-keys=2&prefix=a/", "&max-keys=1&delimiter=/"]) {
      const pages: string[] = [];
      let token: string | undefined;
      do {
        const page = await list(`${query}${token === undefined ? "" : `&continuation-token=${token}`}`);
        pages.push(...all("Key", page), ...all("Prefix", page).slice(1));
        token = all("NextContinuationToken", page)[0];
      } while (token !== undefined);
      const whole = await list(query.replace(/&max-keys=\d/, ""));
      expect(pages.sort()).toEqual([...all("Key", whole), ...all("Prefix", whole).slice(1)].sort());
    }
  });

  it("fails if a key with a delete marker is listed", async () => {
    await setVersioning("Enabled");
    await ask("PUT", key, "1");
    await ask("DELETE", key);
    expect(all("KeyCount", (await ask("GET", "/bucket?list-type=2")).text)).toEqual(["0"]);
  });
});

describe("a kill and a full disk", () => {
  it("fails if half a line at the journal's end hides what was before it, or spoils what comes after it", async () => {
    await ask("PUT", key, "1");
    const journal = join(folder, "journal.jsonl");
    writeFileSync(journal, `${readFileSync(journal, "utf8")}{"event":"bucket","buck`);
    writeFileSync(join(folder, "blobs", "cut-off"), "half");
    await restart();
    expect((await ask("GET", key)).text).toBe("1");
    expect(readdirSync(join(folder, "blobs"))).toHaveLength(1);
    await ask("PUT", `${key}2`, "2");
    await restart();
    expect((await ask("GET", `${key}2`)).text).toBe("2");
  });

  it("fails if a disk without space for a journal's line makes half an object, or can't be used again", async () => {
    const { writeSync } = fs;
    jest.spyOn(console, "error").mockImplementation(() => undefined);
    jest
      .spyOn(fs, "writeSync")
      .mockImplementation((file: number, line: unknown) => writeSync(file, (line as Buffer).subarray(0, 10)));
    const { status, text } = await ask("PUT", key, "1");
    expect([status, all("Code", text)]).toEqual([500, ["InternalError"]]);
    jest.restoreAllMocks();
    expect([(await ask("GET", key)).status, readdirSync(join(folder, "blobs"))]).toEqual([404, []]);
    await ask("PUT", key, "2");
    await restart();
    expect((await ask("GET", key)).text).toBe("2");
  });

  it("fails if an object that was acknowledged is gone after kill -9, or another machine could connect", async () => {
    const words = ["--require", require.resolve("tsx/cjs"), join(__dirname, "../../local/s3-server/main.ts")];
    const { objectStore } = await findFreePorts(1);
    const start = async (): Promise<ChildProcess> => {
      port = objectStore;
      const child = spawn(process.execPath, [...words, String(port), join(folder, "killed")], { stdio: "ignore" });
      while (!(await ask("GET", "/").catch(() => undefined))) await new Promise((resolve) => setTimeout(resolve, 20));
      return child;
    };
    const kill = (child: ChildProcess): Promise<unknown> => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      return ended;
    };
    const first = await start();
    await ask("PUT", "/bucket");
    const uploadId = await beginUpload();
    await ask("POST", `${key}?uploadId=${uploadId}`, await uploadParts(uploadId, ["whole"]));
    const writing = ask("PUT", `${key}2`, largePart).catch(() => undefined);
    await kill(first);
    const acknowledged = (await writing)?.status === 200;
    const second = await start();
    expect((await ask("GET", key)).text).toBe("whole");
    const { status, text } = await ask("GET", `${key}2`);
    const isAbsent = !acknowledged && status === 404;
    expect(isAbsent || text === largePart).toBe(true);
    const elsewhere = connect(port, "127.0.0.2");
    await expect(new Promise((_, reject) => elsewhere.once("error", reject))).rejects.toThrow(
      /ECONNREFUSED|EADDRNOTAVAIL/,
    );
    await kill(second);
  });
});
