import type { Problem } from "../lib/errors";
import { checkCosts } from "./check-costs";
import { checkProtection } from "./check-protection";
import { checkTuning } from "./check-tuning";
import { checkMonitoring } from "./check-monitoring";
import type { PipelineSettings } from "./schema";

/** What each setting alone doesn't tell: settings that contradict each other or that AWS is known to refuse. */
export function checkSettings(settings: PipelineSettings): Problem[] {
  return [
    ...checkDatabase(settings),
    ...checkCluster(settings),
    ...checkReplication(settings),
    ...checkConnectors(settings),
    ...checkPlugins(settings),
    ...checkTuning(settings),
    ...checkProtection(settings),
    ...checkCosts(settings),
    ...checkMonitoring(settings),
  ];
}

function checkDatabase({ database, publication, source }: PipelineSettings): Problem[] {
  const problems: Problem[] = [];
  const { allocatedStorage, maxAllocatedStorage } = database;
  const lowestThreshold = Math.ceil((allocatedStorage * 11) / 10);
  // RDS guide, "Managing capacity automatically": the threshold has to be at least 10 percent above the allocated storage.
  if (maxAllocatedStorage !== 0 && maxAllocatedStorage < lowestThreshold) {
    problems.push({
      code: "storage-threshold",
      path: "database.maxAllocatedStorage",
      got: maxAllocatedStorage,
      expected: `0, or at least ${lowestThreshold}: 10 percent above allocatedStorage (${allocatedStorage})`,
      fix: "raise it, or set it to 0 to turn storage autoscaling off",
    });
  }
  if (database.kmsKeyId !== null && database.storageEncrypted !== true) {
    problems.push({
      code: "key-without-encryption",
      path: "database.kmsKeyId",
      got: database.kmsKeyId,
      expected: "null, as long as database.storageEncrypted isn't true",
      fix: "set database.storageEncrypted to true (this replaces an existing instance), or remove the key",
    });
  }
  if (windowsOverlap(database.backupWindow, database.maintenanceWindow)) {
    problems.push({
      code: "windows-overlap",
      path: "database.backupWindow",
      got: database.backupWindow,
      expected: `hours outside of the maintenance window ${database.maintenanceWindow}`,
      fix: "move one of the two windows",
    });
  }
  if (database.parameters["rds.logical_replication"]?.value !== "1") {
    problems.push({
      code: "no-logical-replication",
      path: "database.parameters.rds.logical_replication",
      got: database.parameters["rds.logical_replication"]?.value,
      expected: '"1": without it PostgreSQL has no logical replication to capture from',
      fix: 'set its value to "1"',
    });
  }
  if (publication.createdBy === "debezium" && source.publicationAutocreateMode === "disabled") {
    problems.push({
      code: "nobody-creates-the-publication",
      path: "source.publicationAutocreateMode",
      got: "disabled",
      expected: "all_tables or filtered, since publication.createdBy is debezium",
      fix: "set source.publicationAutocreateMode to all_tables, or publication.createdBy to psql",
    });
  }
  return problems;
}

function checkCluster({ cluster }: PipelineSettings): Problem[] {
  const problems: Problem[] = [];
  const zones = cluster.availabilityZones;
  if (cluster.numberOfBrokerNodes % zones !== 0) {
    problems.push({
      code: "brokers-per-zone",
      path: "cluster.numberOfBrokerNodes",
      got: cluster.numberOfBrokerNodes,
      expected: `a multiple of the ${zones} availability zones`,
      fix: `set it to ${Math.ceil(cluster.numberOfBrokerNodes / zones) * zones}`,
    });
  }
  const kraftOnly = Number(cluster.kafkaVersion.split(".")[0]) >= 4;
  if (kraftOnly && !cluster.kafkaVersion.endsWith(".kraft")) {
    problems.push({
      code: "kafka-without-kraft",
      path: "cluster.kafkaVersion",
      got: cluster.kafkaVersion,
      expected: "from Kafka 4.0 on a version with .kraft: ZooKeeper is gone",
      fix: `set it to ${cluster.kafkaVersion}.kraft`,
    });
  }
  for (const property of Object.keys(cluster.serverProperties)) {
    if (!kraftOnly || !REMOVED_IN_KAFKA_4.test(property)) continue;
    problems.push({
      code: "server-property-removed",
      path: `cluster.serverProperties.${property}`,
      got: cluster.serverProperties[property],
      expected: `a property that Kafka ${cluster.kafkaVersion} still has (Kafka 4.0 upgrade notes)`,
      fix: "remove it",
    });
  }
  return problems;
}

const REMOVED_IN_KAFKA_4 =
  /^(zookeeper\.|log\.message\.format\.version$|log\.message\.timestamp\.difference\.max\.ms$|offsets\.commit\.required\.acks$|delegation\.token\.master\.key$)/;

function checkReplication({ cluster, source, sink }: PipelineSettings): Problem[] {
  const factors: [path: string, value: number | undefined][] = [
    ...[
      "default.replication.factor",
      "offsets.topic.replication.factor",
      "transaction.state.log.replication.factor",
    ].map((name): [string, number | undefined] => [
      `cluster.serverProperties.${name}`,
      numberOf(cluster.serverProperties[name]),
    ]),
    ["source.topicCreationDefaultReplicationFactor", source.topicCreationDefaultReplicationFactor],
    ["sink.errorsDeadletterqueueTopicReplicationFactor", sink.errorsDeadletterqueueTopicReplicationFactor],
  ];
  const problems = factors
    .filter(([, value]) => value !== undefined && value > cluster.numberOfBrokerNodes)
    .map(([path, value]) => ({
      code: "replication-factor",
      path,
      got: value,
      expected: `at most the number of brokers, ${cluster.numberOfBrokerNodes}`,
      fix: "lower it, or raise cluster.numberOfBrokerNodes",
    }));
  const minimum = numberOf(cluster.serverProperties["min.insync.replicas"]);
  const created: [setting: string, factor: number | undefined][] = [
    [
      "source.topicCreationDefaultReplicationFactor",
      source.topicCreationDefaultReplicationFactor ?? numberOf(cluster.serverProperties["default.replication.factor"]),
    ],
    ["sink.errorsDeadletterqueueTopicReplicationFactor", sink.errorsDeadletterqueueTopicReplicationFactor],
  ];
  for (const [setting, factor] of created) {
    if (minimum === undefined || factor === undefined || factor <= 0 || minimum <= factor) continue;
    problems.push({
      code: "min-insync-replicas",
      path: "cluster.serverProperties.min.insync.replicas",
      got: minimum,
      expected: `at most the topics' replication factor, ${factor}: with more, no record is ever accepted`,
      fix: `lower it, or raise ${setting}`,
    });
  }
  return problems;
}

function checkConnectors({ sourceConnector, sinkConnector }: PipelineSettings): Problem[] {
  const problems = Object.entries({ sourceConnector, sinkConnector }).flatMap(([owner, { capacity }]): Problem[] => {
    if (capacity.mode === "provisioned") return [];
    const found: Problem[] = [];
    if (capacity.minWorkerCount > capacity.maxWorkerCount) {
      found.push({
        code: "worker-count",
        path: `${owner}.capacity.minWorkerCount`,
        got: capacity.minWorkerCount,
        expected: `at most maxWorkerCount (${capacity.maxWorkerCount})`,
        fix: "lower minWorkerCount or raise maxWorkerCount",
      });
    }
    if (capacity.scaleInCpuUtilization >= capacity.scaleOutCpuUtilization) {
      found.push({
        code: "scaling-thresholds",
        path: `${owner}.capacity.scaleInCpuUtilization`,
        got: capacity.scaleInCpuUtilization,
        expected: `less than scaleOutCpuUtilization (${capacity.scaleOutCpuUtilization})`,
        fix: "lower it, or workers come and go without end",
      });
    }
    return found;
  });
  if (sourceConnector.name === sinkConnector.name) problems.push(duplicate("sinkConnector.name", sinkConnector.name));
  return problems;
}

function checkPlugins({ plugins }: PipelineSettings): Problem[] {
  const { debezium, s3Sink } = plugins;
  return [
    ...(debezium.name === s3Sink.name ? [duplicate("plugins.s3Sink.name", s3Sink.name)] : []),
    ...(debezium.fileKey === s3Sink.fileKey ? [duplicate("plugins.s3Sink.fileKey", s3Sink.fileKey)] : []),
  ];
}

function duplicate(path: string, got: string): Problem {
  return { code: "duplicate-name", path, got, expected: "a name of its own", fix: "give the two different names" };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** The backup window is daily, so only the hours matter; a maintenance window of a day or longer overlaps in any case. */
function windowsOverlap(backup: string, maintenance: string): boolean {
  const [backupStart, backupEnd] = minutesOf(backup);
  const [maintenanceStart, maintenanceEnd] = minutesOf(maintenance.replace(/[A-Z][a-z]{2}:/g, ""));
  const day = 24 * 60;
  const length = (start: number, end: number): number => (end - start + day) % day;
  const within = (moment: number, start: number, duration: number): boolean => (moment - start + day) % day < duration;
  return (
    within(backupStart, maintenanceStart, length(maintenanceStart, maintenanceEnd)) ||
    within(maintenanceStart, backupStart, length(backupStart, backupEnd))
  );
}

function minutesOf(window: string): [start: number, end: number] {
  const [start = 0, end = 0] = window.split("-").map((time) => {
    const [hours = 0, minutes = 0] = time.split(":").map(Number);
    return hours * 60 + minutes;
  });
  return [start, end];
}
