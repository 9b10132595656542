package io.confluent.connect.s3;

import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/**
 * The settings. Names and defaults are those of the Confluent S3 sink documentation (configuration reference); classes
 * are accepted as names only, none of them has to exist.
 */
final class S3SinkConfig extends AbstractConfig {
  static final String FORMAT = "io.confluent.connect.s3.format.json.JsonFormat";
  static final String STORAGE = "io.confluent.connect.s3.storage.S3Storage";
  private static final String PARTITIONERS = "io.confluent.connect.storage.partitioner.";
  static final String DEFAULT_PARTITIONER = PARTITIONERS + "DefaultPartitioner";
  static final String TIME_BASED_PARTITIONER = PARTITIONERS + "TimeBasedPartitioner";
  static final String DAILY_PARTITIONER = PARTITIONERS + "DailyPartitioner";
  static final String HOURLY_PARTITIONER = PARTITIONERS + "HourlyPartitioner";

  /** Settings of the real connector without a meaning for JSON files on one machine: taken, with a warning. */
  private static final Set<String> WITHOUT_EFFECT = Set.of(
      "allow.optional.map.keys", "avro.codec", "connect.meta.data", "enhanced.avro.schema.support",
      "format.bytearray.extension", "format.bytearray.separator", "headers.format.class", "keys.format.class",
      "parquet.codec", "partition.field.name", "s3.acl.canned", "s3.credentials.provider.class",
      "s3.http.send.expect.continue", "s3.object.behavior.on.tagging.error", "s3.object.tagging", "s3.proxy.password",
      "s3.proxy.url", "s3.proxy.user", "s3.sse.customer.key", "s3.sse.kms.key.id", "s3.ssea.name", "s3.wan.mode",
      "schema.cache.size", "send.digest", "shutdown.timeout.ms", "timestamp.field", "tombstone.encoded.partition");

  /** Settings of the real connector that would change what is written: only their default is taken. */
  private static final Map<String, String> DEFAULT_ONLY = Map.of(
      "s3.schema.partition.affix.type", "NONE",
      "schema.compatibility", "NONE",
      "store.kafka.headers", "false",
      "store.kafka.keys", "false");

  /** Kafka Connect's own settings of a sink, and what it adds for a task. */
  private static final Set<String> OF_CONNECT = Set.of(
      "config.action.reload", "connector.class", "connector.plugin.version", "header.converter", "key.converter",
      "name", "predicates", "task.class", "tasks.max", "tasks.max.enforce", "topics", "topics.regex", "transforms",
      "value.converter");

  private static final List<String> OF_CONNECT_BY_PREFIX = List.of(
      "admin.override.", "consumer.override.", "errors.", "header.converter.", "key.converter.", "predicates.",
      "producer.override.", "transforms.", "value.converter.");

  private static final ConfigDef DEFINITION = new ConfigDef()
      .define("s3.bucket.name", Type.STRING, Importance.HIGH, "Bucket that is written to.")
      .define("s3.region", Type.STRING, "us-west-2", Importance.MEDIUM, "Region of the bucket.")
      .define("store.url", Type.STRING, null, Importance.MEDIUM, "Address of the S3 service; Amazon's if unset.")
      .define("s3.path.style.access.enabled", Type.BOOLEAN, true, Importance.LOW, "Bucket in the path, not the host.")
      .define("aws.access.key.id", Type.STRING, "", Importance.MEDIUM, "Access key; the environment's if unset.")
      .define("aws.secret.access.key", Type.PASSWORD, new Password(""), Importance.MEDIUM, "Secret of the access key.")
      .define("s3.part.size", Type.INT, 26214400, between(5242880, Integer.MAX_VALUE), Importance.HIGH, "Part's bytes.")
      .define("s3.part.retries", Type.INT, 3, atLeast(0), Importance.MEDIUM, "Times a request is sent again.")
      .define("s3.retry.backoff.ms", Type.LONG, 200L, atLeast(0), Importance.LOW, "Wait before the first of them.")
      .define("retry.backoff.ms", Type.LONG, 5000L, atLeast(0), Importance.LOW, "Wait before a batch is tried again.")
      .define("s3.elastic.buffer.enable", Type.BOOLEAN, false, Importance.LOW, "Buffers that grow with the data.")
      .define("s3.elastic.buffer.init.capacity", Type.INT, 131072, atLeast(4096), Importance.LOW, "Their first size.")
      .define("s3.compression.type", Type.STRING, "none", in("none", "gzip"), Importance.LOW, "Compression.")
      .define("s3.compression.level", Type.INT, -1, between(-1, 9), Importance.LOW, "Its level; -1 is gzip's default.")
      .define("format.class", Type.STRING, NO_DEFAULT_VALUE, in(FORMAT), Importance.HIGH, "Format of the objects.")
      .define("storage.class", Type.STRING, NO_DEFAULT_VALUE, in(STORAGE), Importance.HIGH, "Storage.")
      .define("json.decimal.format", Type.STRING, "BASE64", in("BASE64", "NUMERIC"), Importance.LOW, "Decimals.")
      .define("topics.dir", Type.STRING, "topics", Importance.HIGH, "First folder of every key; empty for none.")
      .define("directory.delim", Type.STRING, "/", Importance.MEDIUM, "Between folders.")
      .define("file.delim", Type.STRING, "+", Importance.MEDIUM, "Between the parts of a file's name.")
      .define("filename.offset.zero.pad.width", Type.INT, 10, atLeast(0), Importance.LOW, "Digits of an offset.")
      .define("flush.size", Type.INT, NO_DEFAULT_VALUE, atLeast(1), Importance.HIGH, "Records of a partition per file.")
      .define("rotate.interval.ms", Type.LONG, -1L, Importance.HIGH, "Record time that a file spans; -1: any.")
      .define("rotate.schedule.interval.ms", Type.LONG, -1L, Importance.MEDIUM, "Wall clock between files; -1: never.")
      .define("timezone", Type.STRING, "", Importance.MEDIUM, "Zone of scheduled rotation and of time-based folders.")
      .define("locale", Type.STRING, "", Importance.MEDIUM, "Locale of time-based folders.")
      .define("partitioner.class", Type.STRING, DEFAULT_PARTITIONER,
          in(DEFAULT_PARTITIONER, TIME_BASED_PARTITIONER, DAILY_PARTITIONER, HOURLY_PARTITIONER),
          Importance.HIGH, "What chooses a record's folder.")
      .define("partition.duration.ms", Type.LONG, -1L, Importance.MEDIUM, "Time that one folder spans.")
      .define("path.format", Type.STRING, "", Importance.MEDIUM, "Time-based folders.")
      .define("timestamp.extractor", Type.STRING, "Wallclock", in("Wallclock", "Record"), Importance.LOW, "Time used.")
      .define("behavior.on.null.values", Type.STRING, "fail", in("fail", "ignore", "write"), Importance.LOW, "Nulls.");

  private final Map<String, String> given;

  S3SinkConfig(Map<String, String> given) {
    super(DEFINITION, given, false);
    this.given = Map.copyOf(given);
    Map<String, String> problems = problems(given);
    if (!problems.isEmpty()) throw new ConfigException(String.join("; ", problems.values()));
  }

  static ConfigDef definition() {
    return new ConfigDef(DEFINITION);
  }

  /** What is wrong beyond single values: setting → message that names it. Never a value: it may be a secret. */
  static Map<String, String> problems(Map<String, String> given) {
    Map<String, String> problems = new TreeMap<>();
    given.keySet().stream().filter(key -> !isKnown(key)).forEach(key ->
        problems.put(key, "Unknown configuration '" + key + "': neither Connect's nor of the S3 sink's stand-in"));
    DEFAULT_ONLY.forEach((key, only) -> {
      if (!given.getOrDefault(key, only).equalsIgnoreCase(only)) {
        problems.put(key, "The stand-in for the S3 sink only knows " + key + "=" + only);
      }
    });
    // Measured with the real 10.5.0, see docs: write is refused without key storage, which the stand-in doesn't have.
    if ("write".equals(given.get("behavior.on.null.values"))) {
      problems.put("behavior.on.null.values", "behavior.on.null.values=write needs store.kafka.keys=true"
          + ", and the stand-in for the S3 sink can't store keys: use ignore");
    }
    return problems;
  }

  private static boolean isKnown(String key) {
    return DEFINITION.names().contains(key) || WITHOUT_EFFECT.contains(key) || DEFAULT_ONLY.containsKey(key)
        || OF_CONNECT.contains(key) || OF_CONNECT_BY_PREFIX.stream().anyMatch(key::startsWith);
  }

  /** What to warn of at the start. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    // Measured with the real 10.5.0, see docs: a warning with these words, and nothing else happens.
    if (getLong("rotate.interval.ms") > 0 && !isTimeBased()) {
      warnings.add("rotate.interval.ms without a time-based partitioner. This property is ignored");
    }
    WITHOUT_EFFECT.stream().filter(given::containsKey).sorted()
        .forEach(key -> warnings.add(key + " has no effect in the stand-in for the S3 sink"));
    return warnings;
  }

  boolean isTimeBased() {
    return !getString("partitioner.class").equals(DEFAULT_PARTITIONER);
  }

  boolean ignoresNulls() {
    return getString("behavior.on.null.values").equals("ignore");
  }

  boolean compresses() {
    return getString("s3.compression.type").equals("gzip");
  }
}
