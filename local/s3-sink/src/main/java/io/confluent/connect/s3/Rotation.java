package io.confluent.connect.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import org.apache.kafka.common.config.ConfigException;

/** When a partition's files are finished before they hold flush.size records. */
final class Rotation {
  private final long interval;
  private final long scheduleInterval;
  private final ZoneId zone;
  private String folder;
  private long firstTime;
  private long nextScheduled;

  Rotation(S3SinkConfig config, long now) {
    // Measured with the real 10.5.0, see docs: ignored unless the partitioner is a time-based one.
    interval = config.isTimeBased() ? config.getLong("rotate.interval.ms") : -1;
    scheduleInterval = config.getLong("rotate.schedule.interval.ms");
    zone = scheduleInterval > 0 ? zone(config) : null;
    schedule(now);
  }

  /** Measured with the real 10.5.0, see docs: scheduled rotation needs a time zone. */
  static void check(S3SinkConfig config) {
    if (config.getLong("rotate.schedule.interval.ms") > 0) zone(config);
  }

  static ZoneId zone(S3SinkConfig config) {
    String name = config.getString("timezone");
    if (name.isBlank()) {
      String fix = "has to be set with rotate.schedule.interval.ms and with a time-based partitioner: UTC";
      throw new ConfigException("timezone", name, fix);
    }
    try {
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      throw new ConfigException("timezone", name, "is no time zone: UTC, Europe/Berlin");
    }
  }

  /**
   * Whether the open files end before this record. Confluent S3 sink documentation, rotate.interval.ms: time is the
   * records' own, counted from the first record of a file; one folder at a time. So the last file of a quiet partition
   * waits for a newer record.
   */
  boolean isIntervalDue(String recordFolder, long time) {
    return interval > 0 && (time - firstTime >= interval || !recordFolder.equals(folder));
  }

  /** Confluent S3 sink documentation, rotate.schedule.interval.ms: by the clock, whatever was written when. */
  boolean isScheduleDue(long now) {
    return scheduleInterval > 0 && now >= nextScheduled;
  }

  void added(String recordFolder, long time, boolean isFirst) {
    if (isFirst) firstTime = time;
    folder = recordFolder;
  }

  void closed(long now) {
    schedule(now);
  }

  /** Multiples of the interval since midnight in the time zone (Confluent S3 sink documentation). */
  private void schedule(long now) {
    if (scheduleInterval <= 0) return;
    long midnight = Instant.ofEpochMilli(now).atZone(zone).toLocalDate().atStartOfDay(zone).toInstant().toEpochMilli();
    nextScheduled = midnight + ((now - midnight) / scheduleInterval + 1) * scheduleInterval;
  }
}
