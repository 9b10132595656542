import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { DeployedConnector } from "../../local/reading/deployed";

const brokers = [1, 2, 3].map((n) => `b-${n}.cdccluster.c0ffee.c5.kafka.us-east-1.amazonaws.com:9094`).join(",");

/** What the stack's outputs are after an apply. */
export const deployed = {
  rds_endpoint: "cdcsourcedb.c0ffee.us-east-1.rds.amazonaws.com:5432",
  msk_cluster_arn: "arn:aws:kafka:us-east-1:123456789012:cluster/cdc-cluster/0c0ffee0-1",
  msk_bootstrap_brokers: brokers,
  msk_bootstrap_brokers_tls: brokers,
  msk_bootstrap_brokers_plaintext: "",
  destination_bucket: "cdcdestinationbucket-0123456789abcdef",
  debezium_connector_arn: "arn:aws:kafkaconnect:us-east-1:123456789012:connector/debezium-postgres-connector/5e1f-2",
  s3_sink_connector_arn: "arn:aws:kafkaconnect:us-east-1:123456789012:connector/s3-sink-connector/7a2b-3",
};

/** Outputs as `terraform output -json` prints them. */
export function outputsJson(values: Readonly<Record<string, unknown>> = deployed): object {
  const wrapped = Object.entries(values).map(([name, value]) => [name, { sensitive: false, type: "string", value }]);
  return Object.fromEntries(wrapped) as object;
}

/** Answers DescribeConnector as MSK Connect does, for the two connectors of `deployed`. */
export class MskConnectStandIn {
  /** Of the sink. */
  public state: { connectorState: string; stateDescription?: { code: string; message: string } } = {
    connectorState: "RUNNING",
  };
  private readonly server: Server;

  public constructor(source: DeployedConnector, sink: DeployedConnector) {
    const answers = new Map([
      [`/v1/connectors/${encodeURIComponent(deployed.debezium_connector_arn)}`, source],
      [`/v1/connectors/${encodeURIComponent(deployed.s3_sink_connector_arn)}`, sink],
    ]);
    this.server = createServer((request, response) => {
      const connector = answers.get(request.url ?? "");
      response.writeHead(connector ? 200 : 404, {
        "content-type": "application/json",
        ...(connector ? {} : { "x-amzn-errortype": "NotFoundException" }),
      });
      response.end(JSON.stringify(connector ? this.describe(connector, connector === sink) : { message: "no such" }));
    });
  }

  public listen(): Promise<string> {
    return new Promise((resolve) => {
      this.server.listen(0, "127.0.0.1", () =>
        resolve(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`),
      );
    });
  }

  public close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private describe({ name, configuration }: DeployedConnector, isSink: boolean): object {
    // References have become values.
    const connectorConfiguration = Object.entries(configuration).map(([key, value]) => [
      key,
      value.includes("${") ? "resolved" : value,
    ]);
    return {
      connectorName: name,
      creationTime: "2026-11-25T09:00:00.000Z",
      currentVersion: "K3P5ROKL5A1OLE",
      kafkaConnectVersion: "3.7.x",
      connectorConfiguration: Object.fromEntries(connectorConfiguration) as object,
      ...(isSink ? this.state : { connectorState: "RUNNING" }),
    };
  }
}
