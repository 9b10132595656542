import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";
import { HOST, portNames, type Ports } from "../reading/pipeline";

/**
 * Below those that Linux (from 32768) and macOS (from 49152) give to outgoing connections: else one of these could take the port of
 * a server that is down for a moment. A client that keeps trying to reach it could even reach itself there.
 */
const [LOWEST, HIGHEST] = [10_000, 32_768];

/** Free ports, each another one: all are held until the last is found. */
export async function findFreePorts(brokers: number): Promise<Ports> {
  const held = await Promise.all(Array.from({ length: portNames.length + 2 * brokers }, hold));
  const ports = held.map((server) => {
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  });
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  const next = (): number => ports.pop() ?? 0;
  const named = Object.fromEntries(portNames.map((name) => [name, next()])) as Omit<Ports, "brokers">;
  return { ...named, brokers: Array.from({ length: brokers }, () => ({ port: next(), controllerPort: next() })) };
}

function hold(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    const attempt = (): unknown => server.listen(randomInt(LOWEST, HIGHEST), HOST);
    server.on("error", (error: NodeJS.ErrnoException) => (error.code === "EADDRINUSE" ? attempt() : reject(error)));
    server.once("listening", () => resolve(server));
    attempt();
  });
}
