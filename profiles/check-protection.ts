import { tableWrittenBy } from "../connectors/topics";
import { pluginOfArchive, pluginSources } from "../connectors/plugins/sources";
import { secretsManagerJar } from "../connectors/secrets-manager";
import type { Problem } from "../lib/errors";
import type { PipelineSettings } from "./schema";

/** Settings of protection that need each other. */
export function checkProtection(settings: PipelineSettings): Problem[] {
  return [
    ...checkEncryption(settings),
    ...checkAuthentication(settings),
    ...checkWriteOnly(settings),
    ...checkNetwork(settings),
    ...checkHeartbeat(settings),
    ...checkUpkeep(settings),
  ];
}

function checkEncryption({ encryption, database, buckets }: PipelineSettings): Problem[] {
  const { customerManagedKeys: keys } = encryption;
  const problems: Problem[] = [];
  if (keys.includes("database") && database.storageEncrypted !== true) {
    problems.push({
      code: "key-without-encryption",
      path: "database.storageEncrypted",
      got: database.storageEncrypted,
      expected: "true, since encryption.customerManagedKeys has database",
      fix: "set it to true (this replaces an existing instance), or take database out of encryption.customerManagedKeys",
    });
  }
  for (const name of ["destination", "plugins"] as const) {
    if (!buckets[name].requireEncryption || keys.includes("buckets")) continue;
    problems.push({
      code: "encryption-without-key",
      path: `buckets.${name}.requireEncryption`,
      got: true,
      expected: "false, as long as encryption.customerManagedKeys doesn't have buckets: there is no key to ask for",
      fix: "add buckets to encryption.customerManagedKeys, or set it to false",
    });
  }
  return problems;
}

function checkAuthentication({ cluster, iam }: PipelineSettings): Problem[] {
  if (cluster.clientAuthentication !== "iam") return [];
  const problems: Problem[] = [];
  if (cluster.clientBroker !== "TLS") {
    problems.push({
      code: "iam-without-tls",
      path: "cluster.clientBroker",
      got: cluster.clientBroker,
      expected: "TLS, since cluster.clientAuthentication is iam: MSK offers it over TLS only",
      fix: "set cluster.clientBroker to TLS",
    });
  }
  if (iam.policies !== "least_privilege") {
    problems.push({
      code: "iam-without-permission",
      path: "iam.policies",
      got: iam.policies,
      expected:
        "least_privilege, since cluster.clientAuthentication is iam: the other policies let nobody read or write",
      fix: "set iam.policies to least_privilege",
    });
  }
  return problems;
}

function checkWriteOnly({ credentials, publication, plugins, sourceConnector }: PipelineSettings): Problem[] {
  if (credentials.writeOnly === null) return [];
  const problems: Problem[] = [];
  if (publication.createdBy !== "psql") {
    problems.push({
      code: "nobody-creates-the-role",
      path: "publication.createdBy",
      got: publication.createdBy,
      expected: "psql, since credentials.writeOnly gives Debezium a role that somebody has to create",
      fix: "set publication.createdBy to psql, or credentials.writeOnly to null",
    });
  }
  const plugin = pluginOfArchive(plugins.debezium.fileKey);
  if (plugin !== undefined && !pluginSources[plugin].additions?.includes(secretsManagerJar)) {
    problems.push({
      code: "archive-without-config-provider",
      path: "plugins.debezium.fileKey",
      got: plugins.debezium.fileKey,
      expected: "an archive that can read Secrets Manager, since credentials.writeOnly keeps the password there",
      fix: `set it to ${pluginSources["debezium-secrets"].archive} or ${pluginSources["debezium-scripting-secrets"].archive}`,
    });
  }
  if (sourceConnector.worker === null) {
    problems.push({
      code: "config-provider-without-worker",
      path: "sourceConnector.worker",
      got: null,
      expected: "a worker configuration, since credentials.writeOnly needs a config provider in it",
      fix: "set sourceConnector.worker.keyConverter and valueConverter",
    });
  }
  const { masterUsername, connectorUsername, connectorVaultPath } = credentials.writeOnly;
  if (masterUsername === connectorUsername)
    problems.push(same("credentials.writeOnly.connectorUsername", connectorUsername));
  if (connectorVaultPath === credentials.vaultPath)
    problems.push(same("credentials.writeOnly.connectorVaultPath", connectorVaultPath));
  return problems;
}

function same(path: string, got: string): Problem {
  const expected = "another one than the master user's: the connector has a role and a password of its own";
  return { code: "connector-is-master", path, got, expected, fix: "give the two different ones" };
}

/** Workers have no public address, in public subnets neither, so AWS's endpoints are out of their reach by default. */
function checkNetwork({ network, credentials }: PipelineSettings): Problem[] {
  const problems: Problem[] = [];
  const nat = network.subnets === "private" && network.natGateways !== "none";
  if (credentials.writeOnly !== null && !nat && !network.interfaceEndpoints.includes("secretsmanager")) {
    problems.push({
      code: "no-route-to-secrets",
      path: "network.interfaceEndpoints",
      got: network.interfaceEndpoints,
      expected:
        "secretsmanager among them, or network.subnets private with a NAT gateway: the workers read the password there",
      fix: 'set network.natGateways to single, or network.interfaceEndpoints to ["secretsmanager"]',
    });
  }
  if (network.interfaceEndpoints.includes("s3") && network.s3GatewayEndpoint) {
    problems.push({
      code: "two-ways-to-s3",
      path: "network.interfaceEndpoints",
      got: network.interfaceEndpoints,
      expected: "without s3, as network.s3GatewayEndpoint is true and free",
      fix: "remove s3",
    });
  }
  return problems;
}

function checkHeartbeat({ publication, source }: PipelineSettings): Problem[] {
  const { heartbeatTable } = publication;
  if (heartbeatTable === null) return [];
  const problems: Problem[] = [];
  if (tableWrittenBy(source.heartbeatActionQuery ?? "") !== heartbeatTable || !source.heartbeatIntervalMs) {
    problems.push({
      code: "heartbeat-table-unused",
      path: "publication.heartbeatTable",
      got: heartbeatTable,
      expected: "the table that source.heartbeatActionQuery writes to, with source.heartbeatIntervalMs above 0",
      fix: "set all three, or publication.heartbeatTable to null",
    });
  }
  return problems;
}

function checkUpkeep({ database, cluster, plugins }: PipelineSettings): Problem[] {
  const problems: Problem[] = [];
  if (database.logExports.length > 0 && database.identifier === null) {
    problems.push({
      code: "logs-without-identifier",
      path: "database.identifier",
      got: null,
      expected: "a name, since database.logExports is set: the log groups' names have it",
      fix: "set database.identifier, or database.logExports to []",
    });
  }
  const largest = cluster.storageAutoscaling?.maxVolumeSize;
  if (largest !== undefined && largest <= cluster.volumeSize) {
    problems.push({
      code: "volume-cannot-grow",
      path: "cluster.storageAutoscaling.maxVolumeSize",
      got: largest,
      expected: `more than cluster.volumeSize (${cluster.volumeSize})`,
      fix: "raise it, or set cluster.storageAutoscaling to null",
    });
  }
  if (plugins.nameByContent && !plugins.detectChanges) {
    problems.push({
      code: "content-not-known",
      path: "plugins.nameByContent",
      got: true,
      expected: "false, as long as plugins.detectChanges is: the new archive would never be uploaded",
      fix: "set plugins.detectChanges to true",
    });
  }
  return problems;
}
