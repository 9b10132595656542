import { ConfigurationError } from "../../lib/errors";
import { findParts } from "../../local/reading/find";
import type { LocalPipeline } from "../../local/reading/pipeline";
import type { Replacement } from "../../local/reading/replacements";
import { asObject, readStack, type SynthesizedStack } from "../../terraform/synthesized";
import { translate } from "../../local/reading/translate";
import { oneLiners } from "../../local/report";
import { addConnectors } from "../../local/running/more-connectors";
import type { Started } from "../../local/running/start";
import { changed, machine, machineWithCluster, Stacks } from "./stacks";

const stacks = new Stacks();
let standard: SynthesizedStack;
let existing: SynthesizedStack;
let production: SynthesizedStack;
let development: SynthesizedStack;
beforeAll(async () => {
  standard = await stacks.synthesize("standard");
  existing = await stacks.synthesize("existing");
  production = await stacks.synthesize("production");
  development = await stacks.synthesize("development");
});
afterAll(() => stacks.remove());

const SOURCE = "module.debezium_postgres_connector.aws_mskconnect_connector.this";
const SINK = "module.s3_sink_connector.aws_mskconnect_connector.this";

function pipelineOf(stack: SynthesizedStack): LocalPipeline {
  return translate(stack, machine).pipeline;
}

/** What translating complains of. */
function problemsOf(stack: SynthesizedStack): { code: string; path: string }[] {
  try {
    translate(stack, machine);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ code, path }) => ({ code, path }));
  }
}

/** A connector's configuration with some of its properties changed. */
function withProperties(address: string, properties: Record<string, string>): SynthesizedStack {
  const { source, sink } = findParts(standard);
  const { body } = address === SOURCE ? source : sink;
  return changed(standard, address, {
    connector_configuration: { ...asObject(body.connector_configuration), ...properties },
  });
}

describe("connectors", () => {
  it.each([
    ["standard", () => standard, () => findParts(standard)],
    ["existing", () => existing, () => findParts(existing)],
    ["production", () => production, () => findParts(production)],
    ["development", () => development, () => findParts(development)],
  ])("fails if a property of %s isn't taken over and isn't in the table", (_profile, stack, parts) => {
    const { pipeline, replacements } = translate(stack(), machine);
    const told = new Set(replacements.all.map(({ property }) => property));
    for (const [resource, local] of [
      [parts().source, pipeline.source],
      [parts().sink, pipeline.sink],
    ] as const) {
      const synthesized = asObject(resource.body.connector_configuration);
      for (const key of new Set([...Object.keys(synthesized), ...Object.keys(local.configuration)])) {
        const same = synthesized[key] === local.configuration[key];
        expect([key, same || told.has(`${resource.module.name}: ${key}`)]).toEqual([key, true]);
      }
    }
  });

  it("fails if the source isn't the synthesized one with this machine's addresses", () => {
    const { source } = pipelineOf(standard);
    expect(source.configuration).toMatchObject({
      "database.hostname": "127.0.0.1",
      "database.port": "1001",
      "database.password": "made-up",
      "database.sslmode": "disable",
      "topic.creation.default.replication.factor": "1",
      "publication.name": "debezium_pub",
      "decimal.handling.mode": "string",
    });
  });

  it("fails if production's source doesn't log in as its own role, which the setup creates with the same password", () => {
    const { source, setup, database } = pipelineOf(production);
    expect(source.configuration).toMatchObject({
      "database.user": "debezium",
      "database.password": "made-up",
      "heartbeat.interval.ms": "10000",
      "credentials.version": "1",
    });
    expect(setup?.environment).toMatchObject({ PGUSER: database.user, CONNECTOR_PASSWORD: "made-up" });
    expect(setup?.command).toContain("CREATE ROLE debezium");
    expect(source.workerProperties).not.toHaveProperty(["config.providers"]);
  });

  it("fails if it isn't told that authentication, encryption and the config provider are left out", () => {
    const { replacements } = translate(production, machine);
    const told = (end: string): boolean => replacements.all.some(({ property }) => property.endsWith(end));
    for (const end of [
      "client_authentication.sasl.iam",
      "worker config.providers",
      "kafka_cluster_client_authentication.authentication_type",
    ]) {
      expect([end, told(end)]).toEqual([end, true]);
    }
  });

  it("fails if the sink doesn't write to the local bucket", () => {
    const { sink, bucket } = pipelineOf(standard);
    expect(bucket).toEqual({ name: "cdcdestinationbucket-0123456789abcdef", versioning: "Enabled" });
    expect(sink.configuration).toMatchObject({
      "s3.bucket.name": bucket.name,
      "s3.region": "us-east-1",
      "store.url": "http://127.0.0.1:1004",
      "topics.regex": "postgres-cdc\\..*",
    });
  });

  it("fails if workers don't get their worker configurations, or MSK Connect's converters without one", () => {
    const [own, none] = [pipelineOf(standard), pipelineOf(existing)];
    expect(own.sink.workerProperties["offset.flush.interval.ms"]).toBe("5000");
    expect(own.source.workerProperties["offset.storage.topic"]).toBe("connect-offsets-debezium-postgres-connector");
    expect(own.sink.workerProperties["value.converter"]).toBe("org.apache.kafka.connect.json.JsonConverter");
    expect(none.sink.workerProperties["value.converter"]).toBe("org.apache.kafka.connect.storage.StringConverter");
  });

  it("fails if kafkaconnect_version doesn't choose the release", () => {
    expect([pipelineOf(standard), pipelineOf(existing)].map(({ sink }) => sink.connectVersion)).toEqual([
      "3.7.2",
      "2.7.1",
    ]);
    const asked = translate(standard, { ...machine, kafkaConnectVersion: "2.7.1" });
    expect(asked.pipeline.source.connectVersion).toBe("2.7.1");
    expect(asked.replacements.all).toContainEqual(
      expect.objectContaining({
        synthesized: "3.7.x",
        local: "2.7.1",
        why: expect.stringContaining("asked for") as string,
      }),
    );
  });

  it("fails if the archives aren't those of the synthesized plugins", () => {
    const { source, sink } = pipelineOf(standard);
    expect([source.pluginArchive, sink.pluginArchive]).toEqual(["debezium-postgres-connector.zip", "s3-sink.zip"]);
  });

  it.each<Record<string, string>>([{}, { "errors.deadletterqueue.topic.replication.factor": "3" }])(
    "fails if one broker has to keep more than one copy of dead letters: %j",
    (copies) => {
      const properties = { "errors.deadletterqueue.topic.name": "dead-letters", ...copies };
      const { pipeline, replacements } = translate(withProperties(SINK, properties), machine);
      const name = "errors.deadletterqueue.topic.replication.factor";
      expect(pipeline.sink.configuration[name]).toBe("1");
      expect(replacements.all.filter(({ property }) => property.endsWith(name))).toHaveLength(1);
      expect(pipelineOf(standard).sink.configuration).not.toHaveProperty([name]);
    },
  );

  it("fails if more connectors can take the place of those that run", async () => {
    const running = { machine, pipeline: pipelineOf(standard) } as Started;
    await expect(addConnectors(running, standard)).rejects.toThrow("debezium-postgres-connector runs already");
  });

  it("fails if TLS or IAM settings reach the local worker", () => {
    const { pipeline, replacements } = translate(
      withProperties(SINK, { "consumer.override.security.protocol": "SASL_SSL", "s3.ssea.name": "aws:kms" }),
      machine,
    );
    expect(Object.keys(pipeline.sink.configuration).filter((key) => /security|ssea/.test(key))).toEqual([]);
    expect(
      replacements.all.filter(({ kind, property }) => kind === "left out" && /security|ssea/.test(property)),
    ).toHaveLength(2);
  });
});

describe("servers", () => {
  it("fails if PostgreSQL doesn't get the parameter group", () => {
    expect(pipelineOf(standard).database).toMatchObject({
      name: "cdcsourcedb",
      port: 1001,
      parameters: { wal_level: "logical", wal_sender_timeout: "0", max_replication_slots: "10", max_wal_senders: "10" },
    });
  });

  it("fails if the broker doesn't get server.properties, with one copy of everything", () => {
    const { brokers } = pipelineOf(standard);
    expect(brokers).toMatchObject([
      {
        name: "broker",
        port: 1002,
        properties: {
          "auto.create.topics.enable": "true",
          "unclean.leader.election.enable": "false",
          "min.insync.replicas": "1",
          "offsets.topic.replication.factor": "1",
          listeners: "PLAINTEXT://127.0.0.1:1002,CONTROLLER://127.0.0.1:1003",
        },
      },
    ]);
  });

  it("fails if the setup isn't the synthesized command against the local server", () => {
    const { setup } = pipelineOf(standard);
    expect(setup?.command).toContain("CREATE PUBLICATION");
    expect(setup?.environment).toMatchObject({
      PGHOST: "127.0.0.1",
      PGPORT: "1001",
      PGUSER: "dbadmin",
      PGPASSWORD: "made-up",
      PGDATABASE: "cdcsourcedb",
      PGSSLMODE: "disable",
    });
  });
});

describe("three brokers", () => {
  const servers = "127.0.0.1:2001,127.0.0.1:2002,127.0.0.1:2003";

  it("fails unless each is a node of the same cluster, with ports of its own", () => {
    const { brokers } = translate(standard, machineWithCluster).pipeline;
    expect(brokers.map(({ name, port }) => [name, port])).toEqual([
      ["broker1", 2001],
      ["broker2", 2002],
      ["broker3", 2003],
    ]);
    brokers.forEach(({ port, properties }, index) => {
      expect(properties).toMatchObject({
        "node.id": String(index + 1),
        "controller.quorum.voters": "1@127.0.0.1:3001,2@127.0.0.1:3002,3@127.0.0.1:3003",
        listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${port + 1000}`,
        "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}`,
      });
    });
  });

  it("fails if a number of copies isn't the synthesized one, or is told as a difference", () => {
    const { pipeline, replacements } = translate(standard, machineWithCluster);
    for (const { properties } of pipeline.brokers) {
      expect(properties).toMatchObject({
        "default.replication.factor": "3",
        "min.insync.replicas": "2",
        "offsets.topic.replication.factor": "3",
        "transaction.state.log.min.isr": "2",
      });
    }
    expect(pipeline.source.configuration["topic.creation.default.replication.factor"]).toBe("3");
    expect(
      replacements.all.filter(({ property }) => /replicas|replication\.factor|\.isr|broker_nodes/.test(property)),
    ).toEqual([]);
  });

  it("fails if what isn't configured has another number of copies than on MSK", () => {
    const { brokers } = translate(existing, machineWithCluster).pipeline;
    expect(brokers[0]?.properties).toMatchObject({
      "default.replication.factor": "3",
      "min.insync.replicas": "2",
      "offsets.topic.replication.factor": "1",
    });
  });

  it("fails if a worker doesn't know all of them, or keeps its own topics on one", () => {
    const { source, sink } = translate(standard, machineWithCluster).pipeline;
    for (const { workerProperties } of [source, sink]) {
      expect(workerProperties).toMatchObject({
        "bootstrap.servers": servers,
        "config.storage.replication.factor": "3",
        "offset.storage.replication.factor": "3",
        "status.storage.replication.factor": "3",
      });
    }
    expect(oneLiners(translate(standard, machineWithCluster).pipeline, "/run").topics).toContain(servers);
  });

  it.each([
    ["one broker", machine, "1", "one broker keeps one copy"],
    ["three", machineWithCluster, "3", "3 brokers keep 3 copies"],
  ])("fails unless more copies than %s can keep are replaced and told", (_brokers, small, local, why) => {
    const stack = withProperties(SOURCE, { "topic.creation.default.replication.factor": "5" });
    const { pipeline, replacements } = translate(stack, small);
    expect(pipeline.source.configuration["topic.creation.default.replication.factor"]).toBe(local);
    const property = "debezium_postgres_connector: topic.creation.default.replication.factor";
    expect(replacements.all).toContainEqual({ kind: "replaced", property, synthesized: "5", local, why });
  });

  it("fails if another number of brokers than synthesized isn't told", () => {
    const property = "msk_cluster: number_of_broker_nodes";
    const difference = { kind: "replaced", property, synthesized: "3", local: "1" };
    expect(translate(standard, machine).replacements.all).toContainEqual(expect.objectContaining(difference));
  });
});

describe("differences", () => {
  it("fails if the password is shown", () => {
    const shown = JSON.stringify(translate(standard, machine).replacements.all);
    expect(shown).not.toContain("made-up");
  });

  it("fails if a replaced value has no reason", () => {
    const { all } = translate(existing, machine).replacements;
    expect(all.filter(({ why }: Replacement) => why === "")).toEqual([]);
    expect(all).toContainEqual({
      kind: "replaced",
      property: "msk_cluster: kafka_version",
      synthesized: "4.1.x.kraft",
      local: "4.1.2",
      why: "the same line of releases",
    });
  });
});

describe("drift", () => {
  it("fails if a new property slips through", () => {
    const stack = changed(standard, SINK, { network_type: "DUAL" });
    expect(problemsOf(stack)).toEqual([{ code: "local-property-unknown", path: `${SINK}: network_type` }]);
  });

  it("fails if a new property deep inside slips through", () => {
    const stack = changed(standard, "module.msk_cluster.aws_msk_cluster.cluster", {
      broker_node_group_info: { rack: { awareness: true } },
    });
    expect(problemsOf(stack)).toEqual([
      {
        code: "local-property-unknown",
        path: "module.msk_cluster.aws_msk_cluster.cluster: broker_node_group_info.rack.awareness",
      },
    ]);
  });

  it("fails if a new kind of resource slips through", () => {
    const stack = {
      ...standard,
      modules: standard.modules.map((module) => {
        if (module.name !== "source_db") return module;
        const copy = { ...module, resources: [...module.resources] };
        copy.resources = [...module.resources.map((resource) => ({ ...resource, module: copy }))];
        copy.resources.push({ type: "aws_db_proxy", name: "p", address: "aws_db_proxy.p", body: {}, module: copy });
        return copy;
      }),
    };
    expect(problemsOf(stack)).toEqual([{ code: "local-resource-unknown", path: "aws_db_proxy.p" }]);
  });

  it.each([
    [
      "a reference without a value here",
      { "s3.proxy.url": "${aws_instance.proxy.public_dns}" },
      "local-reference-unknown",
    ],
    ["a placeholder of a config provider", { "s3.proxy.user": "$${secretManager:a:b}" }, "local-placeholder"],
  ])("fails if %s slips through", (_what, properties, code) => {
    expect(problemsOf(withProperties(SINK, properties))).toMatchObject([{ code }]);
  });

  it.each([
    ["module.source_db.aws_db_instance.db", { engine_version: "18.1" }, "local-engine"],
    ["module.msk_cluster.aws_msk_cluster.cluster", { kafka_version: "4.2.x.kraft" }, "local-kafka-version"],
    [SOURCE, { kafkaconnect_version: "3.9.x" }, "local-connect-version"],
    [SINK, { connector_configuration: { "connector.class": "other" } }, "local-part-missing"],
    [SOURCE, { plugin: [{ custom_plugin: { arn: "arn:aws:kafkaconnect:x" } }] }, "local-plugin-unknown"],
  ])("fails if %s is something that can't run here, and nobody says so", (address, changes, code) => {
    expect(problemsOf(changed(standard, address, changes))).toMatchObject([{ code }]);
  });

  it("fails if a folder without a stack isn't told in words", () => {
    expect(() => readStack("/nowhere")).toThrow(/npm run synth/);
  });
});
