import { monitoringOn } from "./monitoring";
import type { PipelineSettings } from "./schema";
import { standard } from "./standard";

/** A year, as most rules for audits ask. */
const LOG_RETENTION_IN_DAYS = 365;

const HEARTBEAT_TABLE = "public.cdc_heartbeat";

const connector = { logRetentionInDays: LOG_RETENTION_IN_DAYS } as const;

const bucket = {
  bucketOwnerEnforced: true,
  requireEncryption: true,
  expireOldVersionsAfterDays: 90,
  abortUnfinishedUploadsAfterDays: 7,
};

/**
 * The hardened pipeline: private, encrypted with keys of its own, authenticated, with passwords that only Vault and Secrets Manager
 * keep, and with locks on all that holds data. For a new pipeline; docs/upgrading.md says how an old one gets there.
 */
export const production: PipelineSettings = {
  ...standard,
  network: {
    ...standard.network,
    subnets: "private",
    // The workers' way to Secrets Manager. One for each zone: a zone that fails takes no other zone's way out along.
    natGateways: "one_per_az",
    publicAddressesOnLaunch: false,
    flowLogs: true,
    flowLogRetentionInDays: LOG_RETENTION_IN_DAYS,
    brokerIngress: "connectors",
    // Who runs Terraform has to be in here, or in the VPC: psql creates role and publication.
    databaseIngressCidrBlocks: [],
  },
  credentials: {
    ...standard.credentials,
    writeOnly: {
      masterUsername: "dbadmin",
      connectorUsername: "debezium",
      connectorVaultPath: "secret/debezium",
    },
    recoveryWindowInDays: 30,
  },
  database: {
    ...standard.database,
    publiclyAccessible: false,
    storageEncrypted: true,
    backupRetentionPeriod: 14,
    monitoringInterval: 60,
    logExports: ["postgresql", "upgrade"],
    logRetentionInDays: LOG_RETENTION_IN_DAYS,
    caCertIdentifier: "rds-ca-rsa2048-g1",
    iamDatabaseAuthentication: true,
    autoMinorVersionUpgrade: true,
    copyTagsToSnapshot: true,
    deletionProtection: true,
    parameters: {
      ...standard.database.parameters,
      "rds.force_ssl": { value: "1", applyMethod: "immediate" },
      // Half of the storage. Beyond it the slot is given up rather than the database: Debezium then needs a new snapshot.
      max_slot_wal_keep_size: { value: "51200", applyMethod: "immediate" },
      // Who changes the schema is written down, and whatever takes longer than a second; rows aren't.
      log_statement: { value: "ddl", applyMethod: "immediate" },
      log_min_duration_statement: { value: "1000", applyMethod: "immediate" },
    },
  },
  publication: { ...standard.publication, heartbeatTable: HEARTBEAT_TABLE },
  cluster: {
    ...standard.cluster,
    // Cheaper than m5.large.
    instanceType: "kafka.m7g.large",
    storageAutoscaling: { maxVolumeSize: 1000, targetUtilization: 60 },
    clientAuthentication: "iam",
    brokerLogRetentionInDays: LOG_RETENTION_IN_DAYS,
    isConfigurationReplaceable: true,
    // The connectors create their topics; whoever else writes to a name that isn't there made a mistake.
    serverProperties: { ...standard.cluster.serverProperties, "auto.create.topics.enable": "false" },
  },
  buckets: {
    destination: { ...standard.buckets.destination, ...bucket, transitionToGlacierAfterDays: 90 },
    plugins: { ...standard.buckets.plugins, ...bucket },
    accessLogs: { namePrefix: "cdcaccesslogs", expireAfterDays: LOG_RETENTION_IN_DAYS },
  },
  plugins: {
    ...standard.plugins,
    debezium: { ...standard.plugins.debezium, fileKey: "debezium-postgres-connector-secrets.zip" },
    nameByContent: true,
  },
  sourceConnector: {
    ...standard.sourceConnector,
    ...connector,
    // Debezium starts one task; more workers would stand by and cost.
    capacity: { mode: "provisioned", mcuCount: 1, workerCount: 1 },
  },
  source: {
    ...standard.source,
    // A quiet database still writes WAL; a row of its own every ten seconds lets the slot go on.
    heartbeatIntervalMs: 10_000,
    heartbeatActionQuery: `INSERT INTO ${HEARTBEAT_TABLE} (id, ts) VALUES (1, now()) ON CONFLICT (id) DO UPDATE SET ts = now()`,
    // A failover takes a minute or two; the default gives up after one.
    slotMaxRetries: 30,
  },
  sinkConnector: { ...standard.sinkConnector, ...connector },
  // All tables but the heartbeats'.
  sink: { ...standard.sink, topicsRegex: "postgres-cdc\\.(?!public\\.cdc_heartbeat$).*" },
  encryption: {
    customerManagedKeys: ["database", "brokers", "buckets", "secrets", "logs", "notifications"],
    deletionWindowInDays: 30,
  },
  protection: { preventDestroy: true },
  monitoring: monitoringOn,
};
