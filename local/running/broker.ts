import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { HOST, type LocalBroker } from "../reading/pipeline";
import { renderProperties } from "../../lib/properties";
import { LocalFailure } from "./failures";
import { type JavaOptions, runKafkaTool, serverWords } from "./java";
import { startProcess, waitFor } from "./processes";
import type { Run } from "./state";

/** Megabytes. */
const HEAP = 512;

/** Any will do: a run's brokers meet no other cluster. It is 16 bytes in base64. */
const CLUSTER_ID = "cG9zdGdyZXMtY2RjLWxvYw";

/** Formats the broker's storage and starts it; the answer comes when it accepts connections. */
export async function startBroker(run: Run, broker: LocalBroker, options: JavaOptions): Promise<void> {
  const file = join(run.folder, `${broker.name}.properties`);
  writeFileSync(file, renderProperties({ ...broker.properties, "log.dirs": join(run.folder, broker.name) }));
  const format = await runKafkaTool("kafka.tools.StorageTool", ["format", "-t", CLUSTER_ID, "-c", file], options);
  if (format.exitCode !== 0) throw new LocalFailure(`kafka-storage format failed:\n${format.stdout}${format.stderr}`);
  const server = await startProcess(run, {
    name: broker.name,
    program: options.java,
    args: serverWords(run, HEAP, options.jars, "kafka.Kafka", file),
    env: options.env,
    cwd: run.folder,
    signal: options.signal,
  });
  await waitFor(`Kafka's ${broker.name}`, () => accepts(broker.port), {
    process: server,
    signal: options.signal,
    seconds: 120,
  });
}

/** Does something listen there? */
function accepts(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(undefined));
    socket.once("connect", () => socket.destroy());
  });
}
