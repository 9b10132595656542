import type { DeployedSettings } from "../../local/reading/deployed";
import { Aws } from "../aws";

/**
 * The outputs of connectors that Terraform has none of: one that failed while it was made is in MSK Connect and in no output.
 * Where MSK Connect has none either, it gets an ARN that nothing has, so that the other points can be checked nevertheless.
 */
export async function findConnectors(
  printed: string,
  { source, sink }: DeployedSettings,
): Promise<Readonly<Record<string, string>>> {
  const [, partition = "aws", region, account] = /arn:([\w-]+):kafka:([\w-]+):(\d+):cluster\//.exec(printed) ?? [];
  if (region === undefined) return {};
  const missing = Object.entries({ debezium_connector_arn: source.name, s3_sink_connector_arn: sink.name }).filter(
    ([, name]) => !printed.includes(`:connector/${name}/`),
  );
  const kafkaConnect = await new Aws(region).kafkaConnect();
  const found = missing.map(async ([output, name]) => {
    // What AWS refuses here it refuses each check as well, and there it is told.
    const { connectors = [] } = await kafkaConnect
      .listConnectors({ connectorNamePrefix: name })
      .catch(() => ({ connectors: [] }));
    const arn = connectors.find(({ connectorName }) => connectorName === name)?.connectorArn;
    return [output, arn ?? `arn:${partition}:kafkaconnect:${region}:${account}:connector/${name}/none`] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}
