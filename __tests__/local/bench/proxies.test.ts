import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { NetworkProxy } from "../../../local/bench/network-proxy";
import { StoreProxy } from "../../../local/bench/store-proxy";

const HOST = "127.0.0.1";

function listen<Any extends Server | TcpServer>(server: Any): Promise<number> {
  return new Promise((resolve) => server.listen(0, HOST, () => resolve((server.address() as AddressInfo).port)));
}

describe("what stands before the S3 server", () => {
  const seen: string[] = [];
  let [status, body] = [200, "<Result/>"];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    request.resume().once("end", () => response.writeHead(status, { etag: "x" }).end(body));
  });
  let proxy: StoreProxy;
  const ask = (method: string, path: string): Promise<Response> =>
    fetch(`http://${HOST}:${proxy.port}${path}`, { method, ...(method === "GET" ? {} : { body: "row" }) });

  beforeAll(async () => {
    proxy = await StoreProxy.listen(await listen(server));
  });
  beforeEach(() => {
    [status, body] = [200, "<Result/>"];
    proxy.completions.length = 0;
  });
  afterAll(async () => {
    proxy.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("fails if a request or its answer is changed on the way", async () => {
    const answer = await ask("PUT", "/bucket/topic/a%2Bb.json?partNumber=1&uploadId=u");
    expect(seen.at(-1)).toBe("PUT /bucket/topic/a%2Bb.json?partNumber=1&uploadId=u");
    expect([answer.status, answer.headers.get("etag"), await answer.text()]).toEqual([200, "x", "<Result/>"]);
  });

  it("fails unless an object counts as there once, when it is complete", async () => {
    await ask("POST", "/bucket/topic/a%2B0.json?uploads=");
    await ask("PUT", "/bucket/topic/a%2B0.json?partNumber=1&uploadId=u");
    await ask("GET", "/bucket/topic/a%2B0.json");
    await ask("PUT", "/bucket");
    expect(proxy.completions).toEqual([]);
    await ask("POST", "/bucket/topic/a%2B0.json?uploadId=u");
    await ask("PUT", "/bucket/single.json");
    expect(proxy.completions.map(({ key }) => key)).toEqual(["topic/a+0.json", "single.json"]);
  });

  it("fails if an upload that S3 refused counts as there", async () => {
    body = "<Error><Code>InternalError</Code></Error>";
    await ask("POST", "/bucket/a?uploadId=u");
    [status, body] = [503, ""];
    await ask("PUT", "/bucket/a");
    expect(proxy.completions).toEqual([]);
  });

  it("fails unless it answers in the server's place while it refuses, and no longer", async () => {
    const before = seen.length;
    proxy.refuse("SlowDown");
    const answer = await ask("PUT", "/bucket/a");
    expect([answer.status, await answer.text()]).toEqual([503, "<Error><Code>SlowDown</Code></Error>"]);
    expect(seen).toHaveLength(before);
    proxy.serve();
    expect((await ask("PUT", "/bucket/a")).status).toBe(200);
  });

  it("fails if a server that is gone gets an answer", async () => {
    const nobody = await StoreProxy.listen(1);
    await expect(fetch(`http://${HOST}:${nobody.port}/bucket/a`)).rejects.toThrow("fetch failed");
    nobody.close();
  });
});

describe("what stands before the database", () => {
  it("fails if something passes while the network is cut, or is lost by it", async () => {
    const echo = createTcpServer((socket) => socket.on("error", () => undefined).pipe(socket));
    const proxy = await NetworkProxy.listen(await listen(echo));
    const client = connect({ host: HOST, port: proxy.port });
    let received = "";
    client.on("data", (chunk) => (received += chunk.toString()));
    client.write("a");
    while (received === "") await sleep(5);
    proxy.cut();
    client.write("b");
    const late = connect({ host: HOST, port: proxy.port });
    late.write("c");
    late.on("data", (chunk) => (received += chunk.toString()));
    await sleep(200);
    expect(received).toBe("a");
    proxy.mend();
    while (received.length < 3) await sleep(5);
    expect([...received].sort().join("")).toBe("abc");
    for (const socket of [client, late]) socket.destroy();
    proxy.close();
    await new Promise((resolve) => echo.close(resolve));
  });
});
