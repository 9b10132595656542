package io.confluent.connect.s3;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;

/** A task with one partition of the topic "t", its S3 and its clock. */
final class Pipeline {
  static final TopicPartition PARTITION = new TopicPartition("t", 0);

  final FakeStore store;
  final FakeContext context = new FakeContext();
  final S3SinkTask task;
  long now = 1_700_000_000_000L; // 2023-11-14T22:13:20Z
  private final Map<String, String> settings;

  private Pipeline(Map<String, String> settings, FakeStore store) {
    this.settings = settings;
    this.store = store;
    task = new S3SinkTask(config -> store, () -> now);
    task.initialize(context);
    task.start(settings);
    task.open(Set.of(PARTITION));
  }

  static Pipeline with(String... more) {
    return new Pipeline(settings(more), new FakeStore());
  }

  /** Another task on the same bucket, as after a crash. */
  Pipeline restarted() {
    return new Pipeline(settings, store);
  }

  static Map<String, String> settings(String... more) {
    Map<String, String> settings = new HashMap<>(Map.of(
        "connector.class", "io.confluent.connect.s3.S3SinkConnector",
        "name", "sink",
        "topics.regex", "postgres-cdc\\..*",
        "format.class", S3SinkConfig.FORMAT,
        "storage.class", S3SinkConfig.STORAGE,
        "s3.bucket.name", "bucket",
        "flush.size", "3"));
    for (int index = 0; index < more.length; index += 2) settings.put(more[index], more[index + 1]);
    return settings;
  }

  /** Records with these offsets; their values are {"n":offset}. */
  void put(long... offsets) {
    List<SinkRecord> records = new ArrayList<>();
    for (long offset : offsets) records.add(record(offset, null, Map.of("n", offset), now));
    task.put(records);
  }

  /** What Connect does when there is nothing to read. */
  void idle() {
    task.put(List.of());
  }

  void put(SinkRecord... records) {
    task.put(List.of(records));
  }

  static SinkRecord record(long offset, Schema schema, Object value, long time) {
    return new SinkRecord("t", 0, null, null, schema, value, offset, time, TimestampType.CREATE_TIME);
  }

  static SinkRecord tombstone(long offset) {
    return record(offset, null, null, 0);
  }

  /** What Connect would commit; -1 for nothing. */
  long committed() {
    OffsetAndMetadata offset = task.preCommit(Map.of()).get(PARTITION);
    return offset == null ? -1 : offset.offset();
  }

  List<String> keys() {
    return List.copyOf(store.objects.keySet());
  }

  static String key(long offset) {
    return String.format("topics/t/partition=0/t+0+%010d.json", offset);
  }
}
