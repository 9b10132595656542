import { ConverterProps, converterConfigurations } from "./converters";
import { Transform, transformConfiguration } from "./transforms";
import { Configuration, renderNamed, sortedByKey } from "./values";

/** The class that MSK Connect starts; it can't be changed on a running connector. */
export const s3SinkConnectorClass = "io.confluent.connect.s3.S3SinkConnector";

/** The class names that the S3 sink's settings take, so that nobody has to type them. */
export const s3SinkClasses = {
  avroFormat: "io.confluent.connect.s3.format.avro.AvroFormat",
  byteArrayFormat: "io.confluent.connect.s3.format.bytearray.ByteArrayFormat",
  jsonFormat: "io.confluent.connect.s3.format.json.JsonFormat",
  parquetFormat: "io.confluent.connect.s3.format.parquet.ParquetFormat",
  s3Storage: "io.confluent.connect.s3.storage.S3Storage",
  dailyPartitioner: "io.confluent.connect.storage.partitioner.DailyPartitioner",
  defaultPartitioner: "io.confluent.connect.storage.partitioner.DefaultPartitioner",
  fieldPartitioner: "io.confluent.connect.storage.partitioner.FieldPartitioner",
  hourlyPartitioner: "io.confluent.connect.storage.partitioner.HourlyPartitioner",
  timeBasedPartitioner: "io.confluent.connect.storage.partitioner.TimeBasedPartitioner",
} as const;

/**
 * Confluent's Amazon S3 sink connector 10.5.0, in its own words: `flushSize` is `flush.size`. Meanings, allowed values and
 * defaults are those of Confluent's "Configuration Reference for Amazon S3 Sink Connector" and of the class
 * S3SinkConnectorConfig; `topics…`, `tasksMax` and `errors…` are Kafka Connect's own.
 */
export interface S3SinkProps extends ConverterProps {
  /** Topics to read, comma-separated. Either this or `topicsRegex`. @default unset */
  readonly topics?: string;
  /** Java regular expression that has to match the whole topic name. Either this or `topics`. @default unset */
  readonly topicsRegex?: string;

  /** The bucket that is written to. */
  readonly s3BucketName: string;
  /** The bucket's region. @default "us-west-2" */
  readonly s3Region?: string;
  /** Bytes of one part of an upload, at least 5242880. One such buffer is held per open file. @default 26214400 */
  readonly s3PartSize?: number;
  /** Let those buffers grow with the data instead of reserving all of `s3PartSize` at once. @default false */
  readonly s3ElasticBufferEnable?: boolean;
  /** Compression of JSON and byte files. @default "none" */
  readonly s3CompressionType?: "none" | "gzip";
  /** First folder of every object's key; empty for none. @default "topics" */
  readonly topicsDir?: string;

  /** Class of the objects' format; see `s3SinkClasses`. */
  readonly formatClass: string;
  /** Class of the storage; there is only `s3SinkClasses.s3Storage`. */
  readonly storageClass: string;

  /** Records of one partition after which a file is finished, at least 1. */
  readonly flushSize: number;
  /**
   * Milliseconds of record time after which a file is finished, noticed when a newer record arrives.
   * Ignored unless the partitioner is a time-based one. @default -1: never
   */
  readonly rotateIntervalMs?: number;
  /** Milliseconds of wall clock after which a file is finished; needs `timezone`; files may repeat records. @default -1: never */
  readonly rotateScheduleIntervalMs?: number;
  /** Time zone of scheduled rotation and of time-based folders: `UTC`, `Europe/Berlin`. @default "": unset */
  readonly timezone?: string;
  /** Locale of time-based folders: `en`. @default "": unset */
  readonly locale?: string;

  /** Class that chooses the folder of a record; see `s3SinkClasses`. @default DefaultPartitioner: by Kafka partition */
  readonly partitionerClass?: string;
  /** TimeBasedPartitioner: milliseconds that one folder spans. @default -1: unset */
  readonly partitionDurationMs?: number;
  /** TimeBasedPartitioner: the folders, `'year'=YYYY/'month'=MM/'day'=dd`. @default "": unset */
  readonly pathFormat?: string;
  /** Whose time a time-based partitioner goes by: Wallclock, Record, RecordField or a class. @default "Wallclock" */
  readonly timestampExtractor?: string;

  /** What a record with a null value (Debezium's tombstone) does: fail the task, be skipped, or be written apart. @default "fail" */
  readonly behaviorOnNullValues?: "fail" | "ignore" | "write";

  /** `read_committed` leaves out what a transaction of the source wrote and took back. @default "read_uncommitted" */
  readonly consumerOverrideIsolationLevel?: "read_committed" | "read_uncommitted";
  /** Largest number of tasks; more than there are partitions stay idle. @default 1 */
  readonly tasksMax?: number;
  /** `all` skips records that fail in a converter or transform. @default "none": the task fails */
  readonly errorsTolerance?: "none" | "all";
  /** Log each failed operation. @default false */
  readonly errorsLogEnable?: boolean;
  /** Put the record itself into that log; it may hold personal data. @default false */
  readonly errorsLogIncludeMessages?: boolean;
  /** Topic for records that a converter or transform failed on; those that the S3 writer fails on don't get there. @default "": none */
  readonly errorsDeadletterqueueTopicName?: string;
  /** Copies of that topic when Connect creates it. @default 3 */
  readonly errorsDeadletterqueueTopicReplicationFactor?: number;
  /** Tell in the record's headers why it got there. @default false */
  readonly errorsDeadletterqueueContextHeadersEnable?: boolean;

  /** Single message transforms, in order. @default none */
  readonly transforms?: readonly Transform[];
  /** Anything else, like `consumer.override.max.poll.records`. A property that stands above is refused here. @default none */
  readonly extra?: Readonly<Record<string, string>>;
}

/** The properties that are one setting each. */
type NamedProperty = Exclude<keyof S3SinkProps, keyof ConverterProps | "transforms" | "extra">;

/** Property → the sink's name. */
export const s3SinkNames: Readonly<Record<NamedProperty, string>> = {
  topics: "topics",
  topicsRegex: "topics.regex",
  s3BucketName: "s3.bucket.name",
  s3Region: "s3.region",
  s3PartSize: "s3.part.size",
  s3ElasticBufferEnable: "s3.elastic.buffer.enable",
  s3CompressionType: "s3.compression.type",
  topicsDir: "topics.dir",
  formatClass: "format.class",
  storageClass: "storage.class",
  flushSize: "flush.size",
  rotateIntervalMs: "rotate.interval.ms",
  rotateScheduleIntervalMs: "rotate.schedule.interval.ms",
  timezone: "timezone",
  locale: "locale",
  partitionerClass: "partitioner.class",
  partitionDurationMs: "partition.duration.ms",
  pathFormat: "path.format",
  timestampExtractor: "timestamp.extractor",
  behaviorOnNullValues: "behavior.on.null.values",
  consumerOverrideIsolationLevel: "consumer.override.isolation.level",
  tasksMax: "tasks.max",
  errorsTolerance: "errors.tolerance",
  errorsLogEnable: "errors.log.enable",
  errorsLogIncludeMessages: "errors.log.include.messages",
  errorsDeadletterqueueTopicName: "errors.deadletterqueue.topic.name",
  errorsDeadletterqueueTopicReplicationFactor: "errors.deadletterqueue.topic.replication.factor",
  errorsDeadletterqueueContextHeadersEnable: "errors.deadletterqueue.context.headers.enable",
};

/** The connector's configuration: exactly the settings that were given, sorted. */
export function s3Sink(props: S3SinkProps): Configuration {
  return sortedByKey({
    ...props.extra,
    ...transformConfiguration(props.transforms),
    ...converterConfigurations(props),
    ...renderNamed(s3SinkNames, props),
    "connector.class": s3SinkConnectorClass,
  });
}
