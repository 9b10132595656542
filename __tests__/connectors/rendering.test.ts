import fc from "fast-check";
import { converterConfiguration } from "../../connectors/converters";
import { debeziumPostgresSource, debeziumPostgresSourceNames } from "../../connectors/debezium-postgres-source";
import { s3Sink, s3SinkNames } from "../../connectors/s3-sink";
import { configProviderPlaceholder, escapePlaceholders, isUnknown } from "../../connectors/values";
import { existingSink, existingSource } from "./examples";

describe("the settings that already run", () => {
  test("the source renders the configuration of the reference", () => {
    expect(debeziumPostgresSource(existingSource)).toEqual({
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
      "database.dbname": "cdcsourcedb",
      "database.hostname": "${aws_db_instance.db.address}",
      "database.password": "${TfToken[TOKEN.7]}",
      "database.port": "5432",
      "database.user": "dbadmin",
      "plugin.name": "pgoutput",
      "publication.name": "debezium_pub",
      "slot.name": "debezium",
      "tasks.max": "1",
      "topic.prefix": "postgres-cdc",
    });
  });

  test("the sink renders the configuration of the reference", () => {
    expect(s3Sink(existingSink)).toEqual({
      "connector.class": "io.confluent.connect.s3.S3SinkConnector",
      "flush.size": "1000",
      "format.class": "io.confluent.connect.s3.format.json.JsonFormat",
      "rotate.interval.ms": "60000",
      "s3.bucket.name": "${aws_s3_bucket.bucket.id}",
      "s3.region": "us-east-1",
      "storage.class": "io.confluent.connect.s3.storage.S3Storage",
      "tasks.max": "1",
      "topics.regex": "postgres-cdc.*",
    });
  });
});

describe.each([
  ["source", debeziumPostgresSourceNames, (props: object) => debeziumPostgresSource({ ...existingSource, ...props })],
  ["sink", s3SinkNames, (props: object) => s3Sink({ ...existingSink, ...props })],
] as const)("%s", (_name, names, render) => {
  test("each property is its setting's name in camel case", () => {
    for (const [property, name] of Object.entries(names)) {
      expect(name).toBe(property.replace(/[A-Z]/g, (letter) => `.${letter.toLowerCase()}`));
    }
  });

  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const settings = fc.record(Object.fromEntries(Object.keys(names).map((property) => [property, value])), {
    requiredKeys: [],
  });

  test("renders every given property, sorted, as a string", () => {
    fc.assert(
      fc.property(settings, (props) => {
        const rendered = render(props);
        const keys = Object.keys(rendered);
        expect(keys).toEqual([...keys].sort());
        expect(Object.values(rendered).every((one) => typeof one === "string")).toBe(true);
        for (const [property, given] of Object.entries(props)) {
          expect(rendered[(names as Record<string, string>)[property] ?? ""]).toBe(String(given));
        }
      }),
    );
  });

  test("an unset property isn't rendered", () => {
    expect(Object.keys(render({ tasksMax: undefined }))).not.toContain("tasks.max");
  });

  test("the order in which properties are written doesn't matter", () => {
    fc.assert(
      fc.property(settings, (props) => {
        const reversed = Object.fromEntries(Object.entries(props).reverse());
        expect(JSON.stringify(render(reversed))).toBe(JSON.stringify(render(props)));
      }),
    );
  });

  test("extra, converters and transforms are rendered, and a property wins over extra", () => {
    const rendered = render({
      tasksMax: 1,
      keyConverter: "string",
      valueConverter: "json",
      transforms: [
        { name: "a", type: "x.A", settings: { k: "v" } },
        { name: "b", type: "x.B" },
      ],
      extra: { "some.setting": "1", "tasks.max": "9" },
    });
    expect(rendered).toMatchObject({
      "some.setting": "1",
      "tasks.max": "1",
      "key.converter": "org.apache.kafka.connect.storage.StringConverter",
      "value.converter": "org.apache.kafka.connect.json.JsonConverter",
      "value.converter.schemas.enable": "false",
      transforms: "a,b",
      "transforms.a.type": "x.A",
      "transforms.a.k": "v",
      "transforms.b.type": "x.B",
    });
  });
});

test.each([
  ["worker", {}],
  ["json", { "key.converter": "org.apache.kafka.connect.json.JsonConverter", "key.converter.schemas.enable": "false" }],
  [
    "json-with-schemas",
    { "key.converter": "org.apache.kafka.connect.json.JsonConverter", "key.converter.schemas.enable": "true" },
  ],
  ["string", { "key.converter": "org.apache.kafka.connect.storage.StringConverter" }],
  ["bytes", { "key.converter": "org.apache.kafka.connect.converters.ByteArrayConverter" }],
  [
    { class: "x.Glue", settings: { region: "us-east-1" } },
    { "key.converter": "x.Glue", "key.converter.region": "us-east-1" },
  ],
  [{ class: "x.Plain" }, { "key.converter": "x.Plain" }],
] as const)("converter %j", (converter, expected) => {
  expect(converterConfiguration("key", converter)).toEqual(expected);
});

describe("placeholders and references", () => {
  test("an ARN's colons and slashes don't end the path", () => {
    expect(configProviderPlaceholder("secretsmanager", "arn:aws:x:secret/rds", "password")).toBe(
      "${secretsmanager:arn%3Aaws%3Ax%3Asecret%2Frds:password}",
    );
  });

  test.each([
    ["${secretsmanager:rds:password}", "$${secretsmanager:rds:password}"],
    ["$${secretsmanager:rds:password}", "$${secretsmanager:rds:password}"],
    ["${aws_x.y.z}", "${aws_x.y.z}"],
    ["${provider::aws::arn_parse(x)}", "${provider::aws::arn_parse(x)}"],
    ["a ${env:A} b ${env:B}", "a $${env:A} b $${env:B}"],
  ])("for Terraform %s is written %s", (value, expected) => {
    expect(escapePlaceholders(value)).toBe(expected);
  });

  test.each([
    ["${aws_db_instance.db.address}", true],
    ["x-${TfToken[TOKEN.1]}", true],
    ["${var.a ? var.b : var.c}", true],
    ["${provider::aws::arn_parse(x)}", true],
    [-8.109562212591379e298, true],
    ["${secretsmanager:rds:password}", false],
    ["postgres-cdc", false],
    [5432, false],
    [undefined, false],
  ])("%s is only known to Terraform: %s", (value, expected) => {
    expect(isUnknown(value)).toBe(expected);
  });
});
