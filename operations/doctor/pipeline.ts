import type { DescribeConnectorResponse, DescribeCustomPluginResponse } from "@aws-sdk/client-kafkaconnect";
import type { ClusterInfo } from "@aws-sdk/client-kafka";
import type { DBInstance } from "@aws-sdk/client-rds";
import type { Environment } from "../../local/environment";
import { type DeployedConnector, type DeployedSettings, readDeployedSettings } from "../../local/reading/deployed";
import { findParts } from "../../local/reading/find";
import type { Outputs } from "../../local/reading/outputs";
import { asText, type SynthesizedStack } from "../../terraform/synthesized";
import { Aws, once } from "../aws";
import { Database } from "../database";
import { isSecret, Secrets } from "../secrets";
import { Failing, NotCheckable } from "./check";

/** Beyond these a pipeline counts as behind. */
export interface Limits {
  /** What the slot may keep, in megabytes. */
  readonly slotMegabytes: number;
  /** How far the sink may be behind. */
  readonly sinkSeconds: number;
}

export interface PipelineOptions {
  readonly stack: SynthesizedStack;
  readonly outputs: Outputs;
  /** Where plugins.lock.json is. */
  readonly connectorsFolder: string;
  readonly limits: Limits;
  readonly env: Environment;
  readonly signal?: AbortSignal;
}

/** A connector as it was synthesized and as it runs. */
export interface Connector {
  readonly role: "source" | "sink";
  readonly settings: DeployedConnector;
  readonly arn: string;
  readonly describe: () => Promise<DescribeConnectorResponse>;
  readonly plugin: () => Promise<DescribeCustomPluginResponse>;
}

/** What the checks look at. Each thing is asked once, whoever needs it. */
export class Pipeline {
  public readonly settings: DeployedSettings;
  public readonly outputs: Outputs;
  public readonly aws: Aws;
  public readonly database: Database;
  public readonly limits: Limits;
  public readonly connectorsFolder: string;
  public readonly source: Connector;
  public readonly sink: Connector;
  /** As RDS knows it. */
  public readonly databaseInstance: () => Promise<DBInstance>;
  public readonly cluster: () => Promise<ClusterInfo>;
  public readonly secrets: Secrets;

  public constructor({ stack, outputs, connectorsFolder, limits, env, signal }: PipelineOptions) {
    this.settings = readDeployedSettings(stack);
    this.outputs = outputs;
    this.connectorsFolder = connectorsFolder;
    this.limits = limits;
    this.aws = new Aws(outputs.region);
    this.secrets = new Secrets(env);
    const { keep } = this.secrets;
    this.database = new Database({ outputs, settings: this.settings, aws: this.aws, env, signal, keep });
    this.source = this.connector("source", this.settings.source, outputs.sourceArn);
    this.sink = this.connector("sink", this.settings.sink, outputs.sinkArn);
    this.databaseInstance = once(() => this.describeDatabase(databaseIdentifier(stack, outputs)));
    this.cluster = once(() => this.describeCluster());
  }

  private connector(role: Connector["role"], settings: DeployedConnector, arn: string): Connector {
    const describe = once(async () => {
      const connector = await (await this.aws.kafkaConnect()).describeConnector({ connectorArn: arn });
      for (const [name, value] of Object.entries(connector.connectorConfiguration ?? {})) {
        if (isSecret(name)) this.secrets.keep(value);
      }
      return connector;
    });
    const plugin = once(async () => {
      const customPluginArn = (await describe()).plugins?.[0]?.customPlugin?.customPluginArn;
      if (customPluginArn === undefined) throw new NotCheckable("MSK Connect doesn't tell the connector's plugin");
      return (await this.aws.kafkaConnect()).describeCustomPlugin({ customPluginArn });
    });
    return { role, settings, arn, describe, plugin };
  }

  private async describeDatabase(identifier: string): Promise<DBInstance> {
    const { DBInstances: [instance] = [] } = await (
      await this.aws.rds()
    ).describeDBInstances({ DBInstanceIdentifier: identifier });
    if (instance === undefined) throw new Failing(`there is no instance ${identifier}`);
    return instance;
  }

  private async describeCluster(): Promise<ClusterInfo> {
    const { clusterArn } = this.outputs;
    const { ClusterInfo: cluster } = await (await this.aws.kafka()).describeCluster({ ClusterArn: clusterArn });
    if (cluster === undefined) throw new Failing(`there is no cluster ${clusterArn}`);
    return cluster;
  }
}

/** Without a name of its own an instance gets one from Terraform: the first part of its host. */
export function databaseIdentifier(stack: SynthesizedStack, { databaseHost }: Outputs): string {
  return asText(findParts(stack).database.body.identifier) || (databaseHost.split(".")[0] ?? "");
}
