import { connect } from "node:net";
import { Unexpected } from "./steps";

/** Every broker listens, as far as this machine can tell; the answer says how many. @throws Unexpected */
export async function expectBrokers(bootstrapBrokers: string): Promise<string> {
  const brokers = bootstrapBrokers.split(",");
  const refusals = (await Promise.all(brokers.map(refusal))).filter((reason) => reason !== undefined);
  if (refusals.length === 0) return brokers.join(", ");
  const advice =
    "Brokers can only be reached from inside of the VPC: run the test there, or leave out its look into Kafka: --without-kafka";
  throw new Unexpected([...refusals, advice].join("\n"));
}

/** Why a broker can't be reached; none when it listens. */
function refusal(broker: string): Promise<string | undefined> {
  const [host = "", port = ""] = broker.split(":");
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: 5000 });
    const end = (reason?: string): void => {
      socket.destroy();
      resolve(reason && `${broker}: ${reason}`);
    };
    socket.once("connect", () => end());
    socket.once("timeout", () => end("no answer within 5 seconds"));
    socket.once("error", ({ message }) => end(message));
  });
}
