import type { DeployedConnector, DeployedSettings } from "../reading/deployed";
import type { Outputs } from "../reading/outputs";
import { tables } from "./tables";
import { type Entries, slotLag, troubleshooting } from "./troubleshooting";

/** What the commands are filled in with. */
export interface Deployment {
  readonly outputs: Outputs;
  readonly settings: DeployedSettings;
  readonly schema: string;
  /** What the keys of the test's objects begin with. */
  readonly keyPrefixes: readonly string[];
  readonly sslMode: string;
}

/** The README's commands for AWS. User and password stay in the environment. */
export function awsEntries(deployment: Deployment): Entries {
  const { outputs, settings, keyPrefixes } = deployment;
  const { source, sink } = settings;
  const psql = psqlCommand(deployment);
  const [describeSource, describeSink] = [describe(outputs.sourceArn), describe(outputs.sinkArn)];
  return troubleshooting({
    connectorFails: [
      describeSource,
      describeSink,
      ...logs(source),
      `${psql} -c "SELECT slot_name, plugin, active FROM pg_replication_slots;"`,
      `${psql} -c "SELECT pubname, puballtables FROM pg_publication;"`,
    ],
    slotGrows: [`${psql} -c "${slotLag(source.configuration["slot.name"] ?? "debezium")}"`, describeSource],
    noFiles: [
      describeSink,
      ...logs(sink),
      ...keyPrefixes.map((prefix) => `aws s3 ls "s3://${outputs.destinationBucket}/${prefix}" --recursive`),
    ],
    clusterRefuses: [
      `aws kafka describe-cluster --cluster-arn "${outputs.clusterArn}" --query ClusterInfo.State`,
      `aws ec2 describe-security-groups --filters Name=group-name,Values=msk-sg --query 'SecurityGroups[].IpPermissions'`,
      ...outputs.bootstrapBrokers.split(",").map((broker) => `nc -vz ${broker.replace(":", " ")}`),
    ],
  });
}

/** Takes away what the test made, but for the topics: connectors that know a topic don't expect it to vanish. */
export function removalCommands(deployment: Deployment): string[] {
  const { outputs, schema, keyPrefixes } = deployment;
  const names = [...tables].reverse().map((table) => `${schema}.${table}`);
  // Without CASCADE: it fails for a schema with anything else in it.
  const drop = [
    `DROP TABLE IF EXISTS ${names.join(", ")};`,
    ...(schema === "public" ? [] : [`DROP SCHEMA ${schema};`]),
  ];
  return [
    `${psqlCommand(deployment)} -c "${drop.join('" -c "')}"`,
    ...keyPrefixes.map((prefix) => `aws s3 rm "s3://${outputs.destinationBucket}/${prefix}" --recursive`),
  ];
}

function psqlCommand({ outputs, settings, sslMode }: Deployment): string {
  const { databaseHost, databasePort } = outputs;
  return `PGSSLMODE=${sslMode} psql -h ${databaseHost} -p ${databasePort} -d ${settings.databaseName}`;
}

function describe(arn: string): string {
  return `aws kafkaconnect describe-connector --connector-arn "${arn}" --query '[connectorState,stateDescription]'`;
}

/** Only a connector with a log group has a log. */
function logs({ logGroup }: DeployedConnector): string[] {
  return logGroup === undefined ? [] : [`aws logs tail ${logGroup} --since 1h`];
}
