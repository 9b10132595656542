import { findDangers, kinds } from "../../guard/findings";
import type { PlanJson, ResourceChangeJson } from "../../terraform/plan";
import {
  AUTOSCALING,
  BROKERS,
  brokers,
  BUCKET,
  CLUSTER,
  configured,
  create,
  DB,
  destroy,
  ENDPOINT,
  firstPlan,
  forget,
  GROUP,
  ingress,
  KEY,
  LIFECYCLE,
  PARAMETERS,
  parameters,
  planOf,
  PLUGIN,
  POLICY,
  policy,
  present,
  PROPERTIES,
  PUBLIC_ACCESS,
  replace,
  rule,
  SECRET,
  SETUP,
  setupConfiguration,
  SINK,
  SOURCE,
  SUBNET,
  TLS_STATEMENT,
  update,
  VERSIONING,
  WORKER,
  worker,
} from "./plans";

type Case = readonly [name: string, plan: PlanJson, found: readonly string[]];

/** One change, and the names of what it is at that address. */
const one = (name: string, change: ResourceChangeJson, ...codes: readonly string[]): Case => [
  name,
  planOf(change),
  codes.map((code) => `${code} ${change.address}`),
];

const properties = (...lines: readonly string[]): { server_properties: string } => ({
  server_properties: [...PROPERTIES.filter((line) => !lines.some((other) => sameName(line, other))), ...lines].join(
    "\n",
  ),
});
const sameName = (a: string, b: string): boolean => a.split("=")[0] === b.split("=")[0];
const expires = (days: number, id = "gone"): ReturnType<typeof rule> => rule(id, { expiration: [{ days }] });
const anyone = { Effect: "Allow", Principal: "*", Action: "s3:GetObject" };
const secretAt = "module.other.aws_secretsmanager_secret.secret";
const connectorRole = "aws_iam_role.connector";

const DANGEROUS: readonly Case[] = [
  // The database
  one("the database destroyed", destroy(DB), "database-destroyed"),
  one(
    "a database encrypted anew",
    replace(DB, { kms_key_id: "other", final_snapshot_identifier: "b" }),
    "database-replaced",
  ),
  one("the master user renamed", replace(DB, { username: "cdc" }), "database-replaced", "final-snapshot-name-taken"),
  one(
    "a protected database destroyed",
    destroy(DB, { deletion_protection: true }),
    "database-destroyed",
    "database-protected",
  ),
  one("its storage shrunk", update(DB, { allocated_storage: 50 }), "database-shrunk"),
  one("PostgreSQL to an older minor version", update(DB, { engine_version: "17.6" }), "database-downgraded"),
  one("PostgreSQL to an older major version", update(DB, { engine_version: "16" }), "database-downgraded"),
  one("PostgreSQL to the next major version", update(DB, { engine_version: "18.1" }), "database-major-upgrade"),
  one("the database renamed", update(DB, { identifier: "orders" }), "database-endpoint-changed"),
  one(
    "deletion protection off",
    update(DB, { deletion_protection: false }, { before: { deletion_protection: true } }),
    "deletion-protection-off",
  ),
  one("no final snapshot", update(DB, { skip_final_snapshot: true }), "final-snapshot-off"),
  one("backups off", update(DB, { backup_retention_period: 0 }), "backups-off"),
  one("backups kept shorter", update(DB, { backup_retention_period: 3 }), "backups-shortened"),
  one("storage that doesn't grow", update(DB, { max_allocated_storage: 0 }), "storage-growth-off"),
  one("no standby", update(DB, { multi_az: false }), "standby-off"),
  one("a public database", update(DB, { publicly_accessible: true }), "database-public"),

  // Its parameters
  one(
    "logical replication off",
    update(PARAMETERS, { parameter: parameters({ "rds.logical_replication": "0", max_replication_slots: "10" }) }),
    "logical-replication-off",
    "parameter-needs-reboot",
  ),
  one(
    "a limit for the slot's WAL",
    update(PARAMETERS, {
      parameter: [
        ...(present(PARAMETERS).parameter as []),
        ...parameters({ max_slot_wal_keep_size: "1024" }, "immediate"),
      ],
    }),
    "slot-can-be-lost",
  ),
  one(
    "fewer slots",
    update(PARAMETERS, { parameter: parameters({ "rds.logical_replication": "1", max_replication_slots: "5" }) }),
    "parameter-needs-reboot",
    "slots-limited",
  ),
  one(
    "a static parameter at once",
    update(PARAMETERS, {
      parameter: parameters({ "rds.logical_replication": "1", max_replication_slots: "20" }, "immediate"),
    }),
    "parameter-refused",
  ),
  one(
    "no TLS for the database",
    update(PARAMETERS, {
      parameter: [...(present(PARAMETERS).parameter as []), ...parameters({ "rds.force_ssl": "0" }, "immediate")],
    }),
    "database-tls-off",
  ),
  one("a parameter group in use destroyed", replace(PARAMETERS, { family: "postgres18" }), "parameter-group-in-use"),

  // Publication and slot
  one("the setup run again", replace(SETUP, {}, { unknown: { triggers: { db_endpoint: true } } }), "setup-runs-again"),
  [
    "a slot dropped by a script",
    {
      ...planOf(replace(SETUP, { triggers: { db_endpoint: "b" } })),
      configuration: setupConfiguration("psql -c \"SELECT pg_drop_replication_slot('debezium')\""),
    },
    [`slot-dropped ${SETUP}`],
  ],
  one(
    "a slot of the PostgreSQL provider renamed",
    replace("postgresql_replication_slot.slot", { name: "b" }),
    "slot-dropped",
  ),
  one(
    "a publication of the PostgreSQL provider destroyed",
    destroy("postgresql_publication.pub"),
    "publication-dropped",
  ),

  // The cluster
  one("the cluster destroyed", destroy(CLUSTER), "cluster-destroyed"),
  one("the brokers' key changed", replace(CLUSTER, { cluster_name: "b" }), "cluster-replaced"),
  one("an older Kafka", update(CLUSTER, { kafka_version: "3.9.x.kraft" }), "kafka-downgraded"),
  one(
    "ZooKeeper to KRaft",
    update(CLUSTER, { kafka_version: "3.9.x.kraft" }, { before: { kafka_version: "3.9.x" } }),
    "kafka-mode-changed",
  ),
  one("smaller volumes", update(CLUSTER, { broker_node_group_info: brokers(50, "DISABLED") }), "broker-volumes-shrunk"),
  one("fewer brokers", update(CLUSTER, { number_of_broker_nodes: 2 }), "brokers-removed"),
  one(
    "plaintext opened",
    update(CLUSTER, { encryption_info: [{ encryption_in_transit: [{ client_broker: "TLS_PLAINTEXT" }] }] }),
    "plaintext-opened",
  ),
  one(
    "plaintext closed",
    update(CLUSTER, present(CLUSTER), {
      before: { encryption_info: [{ encryption_in_transit: [{ client_broker: "PLAINTEXT" }] }] },
    }),
    "plaintext-closed",
  ),
  one(
    "clients without a login",
    update(CLUSTER, { client_authentication: [{ unauthenticated: true, sasl: [{ iam: false, scram: false }] }] }),
    "kafka-login-off",
    "unauthenticated-opened",
  ),
  one(
    "public brokers",
    update(CLUSTER, { broker_node_group_info: brokers(100, "SERVICE_PROVIDED_EIPS") }),
    "brokers-public",
  ),

  // The brokers' configuration
  one("records kept shorter", update(BROKERS, properties("log.retention.hours=24")), "retention-shortened"),
  one(
    "records kept shorter, in another unit",
    update(BROKERS, properties("log.retention.ms=60000")),
    "retention-shortened",
  ),
  one("less room for records", update(BROKERS, properties("log.retention.bytes=1073741824")), "retention-shortened"),
  one("unclean leaders", update(BROKERS, properties("unclean.leader.election.enable=true")), "unclean-election-on"),
  one(
    "MSK's own unclean leaders",
    update(BROKERS, { server_properties: PROPERTIES.filter((line) => !line.startsWith("unclean")).join("\n") }),
    "unclean-election-on",
  ),
  one("one broker is enough", update(BROKERS, properties("min.insync.replicas=1")), "min-in-sync-lowered"),
  one("fewer copies", update(BROKERS, properties("default.replication.factor=2")), "copies-lowered"),
  one(
    "fewer copies of offsets than MSK makes",
    update(BROKERS, properties("offsets.topic.replication.factor=1")),
    "copies-lowered",
  ),
  one("smaller records only", update(BROKERS, properties("message.max.bytes=1000")), "message-size-lowered"),
  one("a configuration in use renamed", replace(BROKERS, { name: "b" }), "broker-configuration-in-use"),
  one(
    "a configuration replaced under its name",
    replace(BROKERS, { kafka_versions: ["4.1.x"] }, { createsFirst: true }),
    "name-in-use",
  ),

  // The connectors
  one("the source destroyed", destroy(SOURCE), "source-destroyed"),
  one("the sink destroyed", destroy(SINK), "sink-destroyed"),
  one("the source replaced, its offsets pinned", replace(SOURCE, { kafkaconnect_version: "4.0.x" }), "source-replaced"),
  one("the source renamed", replace(SOURCE, { name: "b" }), "source-snapshots-again"),
  one(
    "the source without its worker configuration",
    replace(SOURCE, { worker_configuration: [] }),
    "source-snapshots-again",
  ),
  one(
    "a source that takes a snapshot at each start, replaced",
    replace(SOURCE, { kafkaconnect_version: "4.0.x" }, { before: configured(SOURCE, { "snapshot.mode": "always" }) }),
    "source-snapshots-again",
  ),
  one(
    "a source that takes no snapshots, renamed",
    replace(SOURCE, { name: "b" }, { before: configured(SOURCE, { "snapshot.mode": "never" }) }),
    "source-replaced",
  ),
  [
    "the source's offsets topic renamed",
    planOf(
      replace(SOURCE, {}, { unknown: { worker_configuration: [{ arn: true }] } }),
      replace(WORKER, worker("other-offsets", "b"), { createsFirst: true }),
    ),
    [`source-snapshots-again ${SOURCE}`],
  ],
  [
    "a new worker configuration with the same offsets topic",
    planOf(
      replace(SOURCE, {}, { unknown: { worker_configuration: [{ arn: true }] } }),
      replace(WORKER, worker("connect-offsets", "b"), { createsFirst: true }),
    ),
    [`source-replaced ${SOURCE}`],
  ],
  [
    "the service's own offsets topic, pinned from now on",
    planOf(
      replace(SOURCE, {}, { before: { worker_configuration: [] }, unknown: { worker_configuration: [{ arn: true }] } }),
      create(WORKER, worker("__amazon_msk_connect_offsets_debezium-postgres-connector_0a1b2c-3")),
    ),
    [`source-replaced ${SOURCE}`],
  ],
  [
    "cluster and connectors replaced",
    planOf(
      replace(CLUSTER, { cluster_name: "b" }),
      replace(SOURCE, {}, { unknown: { kafka_cluster: [{ apache_kafka_cluster: [{ bootstrap_servers: true }] }] } }),
      replace(SINK, {}, { unknown: { kafka_cluster: [{ apache_kafka_cluster: [{ bootstrap_servers: true }] }] } }),
    ),
    [`cluster-replaced ${CLUSTER}`, `sink-starts-over ${SINK}`, `source-snapshots-again ${SOURCE}`],
  ],
  one(
    "the source moved to another cluster",
    replace(SOURCE, { kafka_cluster: [{ apache_kafka_cluster: [{ bootstrap_servers: "b-1.other:9094" }] }] }),
    "source-snapshots-again",
  ),
  one(
    "the source on another port of the same cluster",
    replace(SOURCE, { kafka_cluster: [{ apache_kafka_cluster: [{ bootstrap_servers: "b-1.cdc:9098" }] }] }),
    "source-replaced",
  ),
  one("the sink replaced under its name", replace(SINK, { description: "b" }), "sink-replaced"),
  one("the sink renamed", replace(SINK, { name: "b" }), "sink-starts-over"),
  one(
    "a connector replaced under its name, the new one first",
    replace(SINK, { description: "b" }, { createsFirst: true }),
    "name-in-use",
    "sink-replaced",
  ),
  one(
    "capacity and configuration at once",
    update(SINK, { capacity: AUTOSCALING, ...configured(SINK, { "flush.size": "10000" }) }),
    "capacity-and-configuration",
  ),
  one(
    "capacity, and a configuration that isn't known yet",
    update(SINK, { capacity: AUTOSCALING }, { unknown: { connector_configuration: { "errors.log.enable": true } } }),
    "capacity-and-configuration",
  ),
  one(
    "another connector class",
    update(SINK, configured(SINK, { "connector.class": "org.example.OtherSink" })),
    "connector-class-changed",
  ),
  one(
    "a configuration that nobody knows",
    update(SOURCE, {}, { unknown: { connector_configuration: true } }),
    "connector-configuration-unknown",
  ),
  one("a source that scales", update(SOURCE, { capacity: AUTOSCALING }), "source-autoscaled"),

  // What they are told to do
  one("another topic prefix", update(SOURCE, configured(SOURCE, { "topic.prefix": "cdc" })), "topic-prefix-changed"),
  one("another slot", update(SOURCE, configured(SOURCE, { "slot.name": "debezium_2" })), "slot-changed"),
  one("another publication", update(SOURCE, configured(SOURCE, { "publication.name": null })), "publication-changed"),
  one(
    "another database",
    update(SOURCE, configured(SOURCE, { "database.dbname": "shop" })),
    "captured-database-changed",
  ),
  one(
    "a slot that is dropped at each stop",
    update(SOURCE, configured(SOURCE, { "slot.drop.on.stop": "true" })),
    "slot-dropped-on-stop",
  ),
  one("no snapshots", update(SOURCE, configured(SOURCE, { "snapshot.mode": "never" })), "snapshot-mode-changed"),
  one(
    "a source that drops records",
    update(SOURCE, configured(SOURCE, { "errors.tolerance": "all" })),
    "source-drops-records",
  ),
  one(
    "fewer tables",
    update(SOURCE, configured(SOURCE, { "table.include.list": "public.orders" })),
    "captured-tables-changed",
  ),
  one("no deletes", update(SOURCE, configured(SOURCE, { "skipped.operations": "t,d" })), "operations-left-out"),
  one(
    "other converters",
    update(SOURCE, configured(SOURCE, { "value.converter": "org.apache.kafka.connect.storage.StringConverter" })),
    "record-format-changed",
  ),
  one(
    "another bucket for the sink",
    update(SINK, configured(SINK, { "s3.bucket.name": "b" })),
    "target-bucket-changed",
  ),
  one("other folders", update(SINK, configured(SINK, { "topics.dir": null })), "object-path-changed"),
  one("compressed objects", update(SINK, configured(SINK, { "s3.compression.type": "gzip" })), "object-format-changed"),
  one(
    "other topics",
    update(SINK, configured(SINK, { "topics.regex": null, topics: "postgres-cdc.public.users" })),
    "sink-topics-changed",
  ),
  one("a sink that drops records", update(SINK, configured(SINK, { "errors.tolerance": "all" })), "sink-drops-records"),
  one(
    "a sink that begins at the end",
    update(SINK, configured(SINK, { "consumer.override.auto.offset.reset": "latest" })),
    "sink-skips-to-the-end",
  ),

  // Buckets
  one("a bucket emptied", destroy(BUCKET, { force_destroy: true }), "bucket-emptied"),
  one("a bucket renamed", replace(BUCKET, { bucket: "b" }), "bucket-destroyed"),
  [
    "a bucket with what belongs to it destroyed",
    planOf(destroy(BUCKET), destroy(VERSIONING), destroy(LIFECYCLE), destroy(PUBLIC_ACCESS), destroy(POLICY)),
    [`bucket-destroyed ${BUCKET}`],
  ],
  one("a bucket that can be destroyed with its objects", update(BUCKET, { force_destroy: true }), "force-destroy-on"),
  one(
    "versioning suspended",
    update(VERSIONING, { versioning_configuration: [{ status: "Suspended" }] }),
    "versioning-off",
  ),
  one("versioning no longer configured", destroy(VERSIONING), "versioning-off"),
  one("objects that expire", update(LIFECYCLE, { rule: [expires(30)] }), "objects-expire"),
  one(
    "objects that expire sooner",
    update(LIFECYCLE, { rule: [expires(30)] }, { before: { rule: [expires(90)] } }),
    "objects-expire",
  ),
  [
    "a new lifecycle for a bucket that exists",
    planOf(create("aws_s3_bucket_lifecycle_configuration.new", { bucket: "destination-1a2b", rule: [expires(30)] })),
    ["objects-expire aws_s3_bucket_lifecycle_configuration.new"],
  ],
  one("public access no longer blocked", update(PUBLIC_ACCESS, { block_public_policy: false }), "bucket-public"),
  one("the public access block destroyed", destroy(PUBLIC_ACCESS), "bucket-public"),
  one("a policy for anyone", update(POLICY, { policy: policy(TLS_STATEMENT, anyone) }), "bucket-public"),
  one("a policy that no longer asks for TLS", destroy(POLICY), "bucket-tls-optional"),

  // Secrets and keys
  one("the secret destroyed", destroy(SECRET), "secret-destroyed"),
  one("the secret renamed", replace(SECRET, { name: "b" }), "secret-replaced"),
  one(
    "the secret replaced under its name",
    replace(SECRET, { region: "us-east-1" }),
    "secret-name-reserved",
    "secret-replaced",
  ),
  [
    "the secret's name used elsewhere",
    planOf(destroy(SECRET), create(secretAt, present(SECRET))),
    [`secret-destroyed ${SECRET}`, `secret-name-reserved ${secretAt}`],
  ],
  one("a secret that can't be restored", update(SECRET, { recovery_window_in_days: 0 }), "secret-recovery-off"),
  one("a key destroyed", destroy(KEY), "key-destroyed"),
  one("a key replaced", replace(KEY, { multi_region: true }), "key-destroyed"),
  one("a key disabled", update(KEY, { is_enabled: false }), "key-disabled"),
  one("a key no longer rotated", update(KEY, { enable_key_rotation: false }), "key-rotation-off"),

  // Names, and what is in use
  [
    "a resource moved without a moved block",
    planOf(destroy(connectorRole, { name: "role" }), create("module.roles.aws_iam_role.connector", { name: "role" })),
    ["name-in-use module.roles.aws_iam_role.connector"],
  ],
  one("a plugin in use destroyed", destroy(PLUGIN), "plugin-in-use"),
  one("a worker configuration in use destroyed", destroy(WORKER), "worker-configuration-in-use"),

  // The network
  one(
    "the database open to anyone",
    update(GROUP, { ingress: [ingress("10.0.0.0/16"), ingress("0.0.0.0/0")] }),
    "opened-to-anyone",
  ),
  one(
    "a rule of its own for anyone",
    create("aws_vpc_security_group_ingress_rule.all", {
      security_group_id: "sg-1",
      cidr_ipv6: "::/0",
      from_port: 5432,
      to_port: 5432,
    }),
    "opened-to-anyone",
  ),
  one("no endpoint for S3", destroy(ENDPOINT), "way-to-s3-closed"),
  one(
    "no endpoint for secrets",
    destroy(ENDPOINT, { service_name: "com.amazonaws.us-east-1.secretsmanager" }),
    "way-out-closed",
  ),
  one("no NAT", destroy("module.vpc.module.vpc.aws_nat_gateway.this[0]"), "way-out-closed"),
  one("a subnet with another range", replace(SUBNET, { cidr_block: "10.0.9.0/24" }), "subnet-gone"),

  // Terraform's own knowledge
  one("a database forgotten", forget(DB), "forgotten"),
];

describe("a dangerous plan", () => {
  it.each(DANGEROUS)("fails if %s isn't named, or more than that is", (_name, plan, found) => {
    expect(found.length).toBeGreaterThan(0);
    expect(lines(plan)).toEqual([...found].sort());
  });

  it("fails if a kind of danger has no plan above", () => {
    const found = new Set(DANGEROUS.flatMap(([, , names]) => names.map((line) => line.split(" ")[0])));
    expect([...kinds.keys()].filter((name) => !found.has(name))).toEqual([]);
  });

  it.each(DANGEROUS)("fails if %s tells a value that is marked as secret", (_name, plan) => {
    const secret = (plan.resource_changes ?? []).map((resource) => ({
      ...resource,
      change: { ...resource.change, before_sensitive: true, after_sensitive: true },
    }));
    const states = secret.flatMap(({ change }) => [change.before, change.after]);
    // "topics" and "data" are names of properties, too.
    const values = texts(states).filter((value) => !names(states).some((name) => name.includes(value)));
    for (const { why, address } of findDangers({ ...plan, resource_changes: secret })) {
      const withoutAddresses = secret.reduce((text, resource) => text.replaceAll(resource.address, ""), why);
      expect([address, values.filter((value) => value.length > 3 && withoutAddresses.includes(value))]).toEqual([
        address,
        [],
      ]);
    }
  });

  it("fails if the worst isn't told first", () => {
    const plan = planOf(
      update(SINK, { capacity: AUTOSCALING, ...configured(SINK, { "topics.dir": null }) }),
      destroy(DB),
    );
    expect(findDangers(plan).map(({ harm }) => harm)).toEqual(["data", "pipeline", "refused"]);
  });

  it.each<[name: string, plan: PlanJson, why: RegExp]>([
    [
      "what forces a replacement",
      planOf(replace(DB, { username: "cdc" })),
      /username: "dbadmin" → "cdc".*"cdcsourcedb-final"/,
    ],
    [
      "that no snapshot is left",
      planOf(destroy(DB, { skip_final_snapshot: true })),
      /no longer configured; no final snapshot is taken/,
    ],
    ["why a source starts over", planOf(replace(SOURCE, { name: "b" })), /offsets go by the connector's name/],
    ["why a source goes on", planOf(replace(SOURCE, { description: "b" })), /its offsets topic, connect-offsets/],
    [
      "which tables go",
      planOf(update(SOURCE, configured(SOURCE, { "table.include.list": "public.orders" }))),
      /-public\.users/,
    ],
    [
      "which trigger changed",
      planOf(replace(SETUP, { triggers: { db_endpoint: "b:5432" } })),
      /db_endpoint: .* → "b:5432"/,
    ],
    [
      "what isn't known yet",
      planOf(replace(SETUP, {}, { unknown: { triggers: { db_endpoint: true } } })),
      /known during apply only/,
    ],
  ])("fails if it isn't told %s", (_name, plan, why) => {
    expect(findDangers(plan)[0]?.why).toMatch(why);
  });
});

const growing = {
  engine_version: "17",
  allocated_storage: 200,
  max_allocated_storage: 1000,
  instance_class: "db.t4g.xlarge",
};
const alarm = "module.monitoring.aws_cloudwatch_metric_alarm.lag";

describe("a harmless plan", () => {
  it.each<[name: string, plan: PlanJson]>([
    ["no change at all", planOf()],
    ["no resources at all", {}],
    ["the first creation of everything", firstPlan()],
    ["new tags", planOf(...[DB, BUCKET, SECRET].map((address) => update(address, { tags: { Project: "cdc" } })))],
    ["new outputs", { ...planOf(), output_changes: { rds_endpoint: { actions: ["create"] } } }],
    ["a log's retention", planOf(update("aws_cloudwatch_log_group.logs", { name: "logs", retention_in_days: 7 }))],
    ["a database that grows", planOf(update(DB, growing))],
    ["a database with more protection", planOf(update(DB, { deletion_protection: true, backup_retention_period: 30 }))],
    ["a newer minor version", planOf(update(DB, { engine_version: "17.9" }))],
    ["another password", planOf(update(DB, { password: "0ther" }))],
    [
      "more brokers, larger volumes",
      planOf(update(CLUSTER, { number_of_broker_nodes: 6, broker_node_group_info: brokers(500, "DISABLED") })),
    ],
    ["a newer Kafka", planOf(update(CLUSTER, { kafka_version: "4.1.x.kraft" }))],
    ["a longer retention", planOf(update(BROKERS, properties("log.retention.hours=336", "num.io.threads=16")))],
    [
      "another apply_method alone",
      planOf(
        update(PARAMETERS, {
          parameter: parameters({ "rds.logical_replication": "1", max_replication_slots: "10" }, "immediate"),
        }),
      ),
    ],
    ["a connector's capacity alone", planOf(update(SINK, { capacity: AUTOSCALING }))],
    [
      "a connector's tuning alone",
      planOf(update(SINK, configured(SINK, { "flush.size": "10000", "s3.part.size": "5242880" }))),
    ],
    ["a heartbeat", planOf(update(SOURCE, configured(SOURCE, { "heartbeat.interval.ms": "10000" })))],
    [
      "Debezium's defaults written out",
      planOf(update(SOURCE, configured(SOURCE, { "snapshot.mode": "initial", "skipped.operations": "t" }))),
    ],
    [
      "a dead letter queue",
      planOf(update(SINK, configured(SINK, { "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "dlq" }))),
    ],
    [
      "an alarm's threshold",
      planOf(update(alarm, { alarm_name: "lag", threshold: 5 }, { before: { alarm_name: "lag", threshold: 1 } })),
    ],
    ["an alarm destroyed", planOf(destroy(alarm, { alarm_name: "lag" }))],
    [
      "a new module with alarms and topics",
      planOf(create(alarm, { alarm_name: "lag" }), create("module.monitoring.aws_sns_topic.alarms", { name: "a" })),
    ],
    ["flow logs", planOf(create("module.vpc.module.vpc.aws_flow_log.this[0]", { traffic_type: "ALL" }))],
    [
      "a bucket with rules and objects of its own",
      planOf(
        create("module.new.aws_s3_bucket.bucket", { bucket: "new" }),
        create("module.new.aws_s3_bucket_lifecycle_configuration.l", { bucket: "new", rule: [expires(1)] }),
      ),
    ],
    [
      "old versions that expire",
      planOf(
        update(LIFECYCLE, { rule: [rule("versions", { noncurrent_version_expiration: [{ noncurrent_days: 30 }] })] }),
      ),
    ],
    ["a rule that expires objects, off", planOf(update(LIFECYCLE, { rule: [{ ...expires(30), status: "Disabled" }] }))],
    [
      "a narrower security group",
      planOf(update(GROUP, { ingress: [ingress("10.0.1.0/24")] }, { before: { ingress: [ingress("0.0.0.0/0")] } })),
    ],
    [
      "a way out for anyone",
      planOf(
        create("aws_security_group_rule.out", {
          type: "egress",
          security_group_id: "sg-1",
          cidr_blocks: ["0.0.0.0/0"],
        }),
      ),
    ],
    [
      "an S3 policy with a named reader",
      planOf(
        update(POLICY, {
          policy: policy(TLS_STATEMENT, { ...anyone, Principal: { AWS: "arn:aws:iam::123456789012:root" } }),
        }),
      ),
    ],
    [
      "a resource moved by a moved block",
      planOf({ ...update(DB, {}), change: { ...update(DB, {}).change, actions: ["no-op"] } }),
    ],
    [
      "a null_resource that has nothing to do with the database",
      planOf(replace("null_resource.notify", { triggers: { a: "b" } })),
    ],
    ["a secret's new version", planOf(replace("aws_secretsmanager_secret_version.v", { secret_string: "b" }))],
    [
      "a worker configuration that nobody uses destroyed",
      planOf(destroy("aws_mskconnect_worker_configuration.old", { arn: "unused", name: "old" })),
    ],
    ["an unused parameter group destroyed", planOf(destroy("aws_db_parameter_group.old", { name: "old" }))],
  ])("fails if %s raises an alarm", (_name, plan) => {
    expect(lines(plan)).toEqual([]);
  });
});

function lines(plan: PlanJson): string[] {
  return findDangers(plan)
    .map(({ code, address }) => `${code} ${address}`)
    .sort();
}

/** Every name in a value. */
function names(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap(names)];
}

/** Every text in a value. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}
