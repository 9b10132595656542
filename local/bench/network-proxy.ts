import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { HOST } from "../reading/pipeline";

/** Stands between the source and the database: a network that can be cut. */
export class NetworkProxy {
  private isCut = false;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly server: Server;

  private constructor(private readonly target: number) {
    this.server = createServer({ pauseOnConnect: true }, (near) => this.join(near));
  }

  /** @param target port of the server, which may be started later */
  public static async listen(target: number): Promise<NetworkProxy> {
    const proxy = new NetworkProxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, HOST, resolve));
    return proxy;
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Nothing arrives any more, and nobody is told: connections stay open and silent. */
  public cut(): void {
    this.isCut = true;
    for (const [near, far] of this.pairs) {
      near.pause();
      far.pause();
    }
  }

  /** What was sent meanwhile arrives, as TCP sends it again. */
  public mend(): void {
    this.isCut = false;
    for (const [near, far] of this.pairs) {
      near.resume();
      far.resume();
    }
  }

  public close(): void {
    this.server.close();
    for (const sockets of this.pairs) for (const socket of sockets) socket.destroy();
  }

  private join(near: Socket): void {
    const far = connect({ host: HOST, port: this.target });
    const pair = [near, far] as const;
    this.pairs.add(pair);
    const end = (): void => {
      this.pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [pair, [far, near] as const]) {
      // By hand: pipe() would resume what a cut has paused.
      from.on("data", (chunk: Buffer) => {
        if (!to.write(chunk)) from.pause();
      });
      to.on("drain", () => {
        if (!this.isCut) from.resume();
      });
      from.once("error", end).once("close", end);
    }
    if (!this.isCut) near.resume();
    else far.pause();
  }
}
