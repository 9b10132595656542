import { ConfigurationError } from "../../lib/errors";
import { findParts } from "../../local/reading/find";
import type { LocalPipeline } from "../../local/reading/pipeline";
import type { Replacement } from "../../local/reading/replacements";
import { asObject, readStack, type SynthesizedStack } from "../../terraform/synthesized";
import { translate } from "../../local/reading/translate";
import { changed, machine, Stacks } from "./stacks";

const stacks = new Stacks();
let standard: SynthesizedStack;
let existing: SynthesizedStack;
beforeAll(async () => {
  standard = await stacks.synthesize("standard");
  existing = await stacks.synthesize("existing");
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
    const { properties } = pipelineOf(standard).broker;
    expect(properties).toMatchObject({
      "auto.create.topics.enable": "true",
      "unclean.leader.election.enable": "false",
      "min.insync.replicas": "1",
      "offsets.topic.replication.factor": "1",
      listeners: "PLAINTEXT://127.0.0.1:1002,CONTROLLER://127.0.0.1:1003",
    });
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
  ])("fails if %s is something that can't run here, and nobody says so", (address, changes, code) => {
    expect(problemsOf(changed(standard, address, changes))).toMatchObject([{ code }]);
  });

  it("fails if a folder without a stack isn't told in words", () => {
    expect(() => readStack("/nowhere")).toThrow(/npm run synth/);
  });
});
