import { Configuration } from "./values";

/**
 * How Kafka Connect turns a record's key or value into bytes and back.
 *
 * - `"worker"`: what the worker configuration says; renders nothing. MSK Connect's own default is StringConverter, which writes
 *   `Struct{…}` texts.
 * - `"json"`: one JSON value per record, without the schema.
 * - `"json-with-schemas"`: each record wrapped as `{"schema": …, "payload": …}`.
 * - `"string"`: plain text.
 * - `"bytes"`: bytes as they are.
 * - a class of your own, which has to be packed into the connector's plugin.
 */
export type Converter = "worker" | "json" | "json-with-schemas" | "string" | "bytes" | CustomConverter;

/** A converter that isn't part of Kafka, like AWS Glue's Avro converter. */
export interface CustomConverter {
  /** The full class name: `com.amazonaws.services.schemaregistry.kafkaconnect.AWSKafkaAvroConverter`. */
  readonly class: string;
  /**
   * The converter's own settings, without the prefix `key.converter.` or `value.converter.`.
   * @default none
   */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The converters of a connector; both connectors have these. */
export interface ConverterProps {
  /**
   * `key.converter`: how record keys are written.
   * @default "worker": the worker configuration's converter (Kafka Connect documentation, converters)
   */
  readonly keyConverter?: Converter;
  /**
   * `value.converter`: how record values are written.
   * @default "worker": the worker configuration's converter (Kafka Connect documentation, converters)
   */
  readonly valueConverter?: Converter;
}

const classes = {
  json: "org.apache.kafka.connect.json.JsonConverter",
  "json-with-schemas": "org.apache.kafka.connect.json.JsonConverter",
  string: "org.apache.kafka.connect.storage.StringConverter",
  bytes: "org.apache.kafka.connect.converters.ByteArrayConverter",
} as const;

/** The settings of one converter; `"worker"` and unset render nothing. */
export function converterConfiguration(role: "key" | "value", converter: Converter = "worker"): Configuration {
  const name = `${role}.converter`;
  if (converter === "worker") return {};
  if (typeof converter === "object") {
    const settings = Object.entries(converter.settings ?? {}).map(([key, value]) => [`${name}.${key}`, value] as const);
    return { [name]: converter.class, ...Object.fromEntries(settings) };
  }
  const rendered: Configuration = { [name]: classes[converter] };
  // JsonConverter's default is to write the schema into every record, so both kinds say which they want.
  if (converter === "json") rendered[`${name}.schemas.enable`] = "false";
  if (converter === "json-with-schemas") rendered[`${name}.schemas.enable`] = "true";
  return rendered;
}

/** The settings of both converters. */
export function converterConfigurations(props: ConverterProps): Configuration {
  return {
    ...converterConfiguration("key", props.keyConverter),
    ...converterConfiguration("value", props.valueConverter),
  };
}
