package io.confluent.connect.s3;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Which folder a record goes to, and what an object is called. Layout: Confluent S3 sink documentation, S3 object
 * names.
 */
final class ObjectNames {
  private static final String DAILY = "'year'=YYYY/'month'=MM/'day'=dd";
  private static final String HOURLY = DAILY + "/'hour'=HH";
  /** Letters of the path format that mean the same in the real connector's date library and in Java's. */
  private static final String LETTERS = "yMdDEaHhKkms";

  private final S3SinkConfig config;
  private final DateTimeFormatter format;
  private final ZoneId zone;
  private final long duration;
  private final boolean usesClock;

  ObjectNames(S3SinkConfig config) {
    this.config = config;
    usesClock = !config.isTimeBased() || config.getString("timestamp.extractor").equals("Wallclock");
    String partitioner = config.getString("partitioner.class");
    if (!config.isTimeBased()) {
      format = null;
      zone = null;
      duration = -1;
      return;
    }
    // Confluent S3 sink documentation: these two bring their own path.format and partition.duration.ms.
    boolean daily = partitioner.equals(S3SinkConfig.DAILY_PARTITIONER);
    boolean hourly = partitioner.equals(S3SinkConfig.HOURLY_PARTITIONER);
    duration = daily ? 86400000L : hourly ? 3600000L : config.getLong("partition.duration.ms");
    String pattern = daily ? DAILY : hourly ? HOURLY : config.getString("path.format");
    // Measured with the real 10.5.0, see docs: TimeBasedPartitioner needs all four.
    if (duration <= 0) throw missing("partition.duration.ms", String.valueOf(duration));
    if (pattern.isBlank()) throw missing("path.format", pattern);
    if (config.getString("locale").isBlank()) throw missing("locale", "");
    zone = Rotation.zone(config);
    try {
      format = DateTimeFormatter.ofPattern(javaPattern(pattern), new Locale(config.getString("locale")));
    } catch (IllegalArgumentException wrong) {
      throw new ConfigException("path.format", pattern, wrong.getMessage());
    }
  }

  private static ConfigException missing(String key, String got) {
    return new ConfigException(key, got, "has to be set with a time-based partitioner");
  }

  /** The real connector's patterns write the year as YYYY, which in Java's is the year of the week. */
  static String javaPattern(String pattern) {
    StringBuilder java = new StringBuilder();
    boolean quoted = false;
    for (char letter : pattern.toCharArray()) {
      if (letter == '\'') quoted = !quoted;
      char translated = !quoted && letter == 'Y' ? 'y' : letter;
      if (!quoted && Character.isLetter(letter) && LETTERS.indexOf(translated) < 0) {
        throw new ConfigException("path.format", pattern, "the S3 sink's stand-in doesn't know the letter " + letter);
      }
      java.append(translated);
    }
    return java.toString();
  }

  /** Time that counts for rotation and for the folder. */
  long time(SinkRecord record, long now) {
    if (usesClock) return now;
    if (record.timestamp() == null) {
      throw new ConnectException("timestamp.extractor is Record, a record of " + record.topic() + " has no timestamp");
    }
    return record.timestamp();
  }

  String folder(SinkRecord record, long time) {
    if (format == null) return "partition=" + record.kafkaPartition();
    return format.format(startOfFolder(time)).replace("/", config.getString("directory.delim"));
  }

  /** Rounded down to partition.duration.ms, counted in the zone's own time. */
  private ZonedDateTime startOfFolder(long time) {
    LocalDateTime local = LocalDateTime.ofInstant(Instant.ofEpochMilli(time), zone);
    long millis = local.toInstant(ZoneOffset.UTC).toEpochMilli();
    Instant start = Instant.ofEpochMilli(Math.floorDiv(millis, duration) * duration);
    return LocalDateTime.ofInstant(start, ZoneOffset.UTC).atZone(zone);
  }

  /** Measured with the real 10.5.0, see docs: without topics.dir there is no leading delimiter either. */
  String key(TopicPartition partition, String folder, long offset) {
    String first = config.getString("topics.dir");
    String fileDelimiter = config.getString("file.delim");
    int width = config.getInt("filename.offset.zero.pad.width");
    String digits = width == 0 ? String.valueOf(offset) : String.format(Locale.ROOT, "%0" + width + "d", offset);
    String file = String.join(fileDelimiter, partition.topic(), String.valueOf(partition.partition()), digits);
    String name = file + (config.compresses() ? ".json.gz" : ".json");
    String key = String.join(config.getString("directory.delim"), partition.topic(), folder, name);
    return first.isEmpty() ? key : first + config.getString("directory.delim") + key;
  }
}
