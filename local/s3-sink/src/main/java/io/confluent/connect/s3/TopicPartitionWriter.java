package io.confluent.connect.s3;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * One partition's way into S3: records wait in a queue, go into the open file of their folder, and all open files are
 * finished together. Whatever S3 didn't take stays as it is, and `write` takes it up again.
 */
final class TopicPartitionWriter {
  private final TopicPartition partition;
  private final S3SinkConfig config;
  private final ObjectNames names;
  private final Rotation rotation;
  private final JsonLines lines;
  private final ObjectStore store;
  private final int flushSize;

  private final Deque<SinkRecord> waiting = new ArrayDeque<>();
  private final Map<String, ObjectUpload> open = new LinkedHashMap<>();
  private final Deque<ObjectUpload> finishing = new ArrayDeque<>();
  private long nextOffset = -1;
  private int recordsInFiles;
  private Schema schema;
  private long lastOffsetInFiles = -1;
  private long writtenWhenFinished = -1;
  private long written = -1;

  TopicPartitionWriter(TopicPartition partition, S3SinkConfig config, ObjectNames names, Rotation rotation,
      JsonLines lines, ObjectStore store) {
    this.partition = partition;
    this.config = config;
    this.names = names;
    this.rotation = rotation;
    this.lines = lines;
    this.store = store;
    flushSize = config.getInt("flush.size");
  }

  /** Takes a record in; nothing is written yet. */
  void offer(SinkRecord record, boolean isRetrying) {
    if (isRetrying && record.kafkaOffset() < nextOffset) return;
    nextOffset = record.kafkaOffset() + 1;
    if (record.value() != null) {
      waiting.add(record);
    } else if (!config.ignoresNulls()) {
      // Confluent S3 sink documentation: behavior.on.null.values, default fail.
      throw new ConnectException("Null value at " + partition + " offset " + record.kafkaOffset()
          + ": behavior.on.null.values is fail");
    }
  }

  void write(long now) {
    finishFiles();
    for (ObjectUpload file : open.values()) file.sendFullParts();
    if (rotation.isScheduleDue(now)) closeFiles(now);
    while (!waiting.isEmpty()) {
      SinkRecord record = waiting.peek();
      long time = names.time(record, now);
      String folder = names.folder(record, time);
      if (recordsInFiles > 0 && (hasOtherSchema(record) || rotation.isIntervalDue(folder, time))) closeFiles(now);
      ObjectUpload file = append(record, folder, time);
      waiting.poll();
      file.sendFullParts();
      if (recordsInFiles >= flushSize) closeFiles(now);
    }
  }

  /** Confluent S3 sink documentation, schema.compatibility NONE: a file has one schema, another starts a new file. */
  private boolean hasOtherSchema(SinkRecord record) {
    return !Objects.equals(schema, record.valueSchema());
  }

  private ObjectUpload append(SinkRecord record, String folder, long time) {
    byte[] line = lines.line(record);
    // A file is named by its first record: whoever reads the same records again writes the same object again.
    ObjectUpload file = open.computeIfAbsent(folder, name ->
        new ObjectUpload(names.key(partition, name, record.kafkaOffset()), config, store));
    file.append(line);
    rotation.added(folder, time, recordsInFiles == 0);
    schema = record.valueSchema();
    recordsInFiles++;
    lastOffsetInFiles = record.kafkaOffset();
    return file;
  }

  private void closeFiles(long now) {
    rotation.closed(now);
    if (recordsInFiles == 0) return;
    finishing.addAll(open.values());
    open.clear();
    recordsInFiles = 0;
    writtenWhenFinished = lastOffsetInFiles + 1;
    finishFiles();
  }

  private void finishFiles() {
    while (!finishing.isEmpty()) {
      finishing.peek().finish();
      finishing.poll();
    }
    written = writtenWhenFinished;
  }

  /** Offset after the last record in a finished object; null values after it are read again. */
  OptionalLong writtenUpTo() {
    return written < 0 ? OptionalLong.empty() : OptionalLong.of(written);
  }

  /** Forgets what isn't finished. */
  void abandon() {
    open.values().forEach(ObjectUpload::abandon);
    finishing.forEach(ObjectUpload::abandon);
    open.clear();
    finishing.clear();
    waiting.clear();
  }
}
