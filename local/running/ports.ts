import { createServer, type Server } from "node:net";
import { HOST, portNames, type Ports } from "../reading/pipeline";

/** Free ports, each another one: all are held until the last is found. */
export async function findFreePorts(): Promise<Ports> {
  const held = await Promise.all(portNames.map(hold));
  const ports = held.map((server) => {
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  });
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(portNames.map((name, index) => [name, ports[index] ?? 0])) as Ports;
}

function hold(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, HOST, () => resolve(server));
  });
}
