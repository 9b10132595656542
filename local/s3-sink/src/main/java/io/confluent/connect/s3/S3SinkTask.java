package io.confluent.connect.s3;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands each partition's records to its writer. */
public final class S3SinkTask extends SinkTask {
  private static final Logger log = LoggerFactory.getLogger(S3SinkTask.class);

  private final Function<S3SinkConfig, ObjectStore> stores;
  private final LongSupplier clock;
  private final Map<TopicPartition, TopicPartitionWriter> writers = new HashMap<>();
  private S3SinkConfig config;
  private ObjectStore store;
  private ObjectNames names;
  private JsonLines lines;
  private boolean isRetrying;

  /** Connect's way in. */
  public S3SinkTask() {
    this(S3Client::new, System::currentTimeMillis);
  }

  S3SinkTask(Function<S3SinkConfig, ObjectStore> stores, LongSupplier clock) {
    this.stores = stores;
    this.clock = clock;
  }

  @Override
  public String version() {
    return S3SinkConnector.standInVersion();
  }

  @Override
  public void start(Map<String, String> properties) {
    config = new S3SinkConfig(properties);
    log.warn("This is the stand-in for the S3 sink connector ({}), not Confluent's", version());
    config.warnings().forEach(log::warn);
    // Measured with the real 10.5.0, see docs: without a time zone it passes the REST interface, and fails here.
    names = new ObjectNames(config);
    Rotation.check(config);
    lines = new JsonLines(config.getString("json.decimal.format"));
    store = stores.apply(config);
    store.checkBucket();
  }

  /** A fresh writer: the consumer goes on from the last committed offset, and what was half written comes again. */
  @Override
  public void open(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      Rotation rotation = new Rotation(config, clock.getAsLong());
      writers.put(partition, new TopicPartitionWriter(partition, config, names, rotation, lines, store));
    }
  }

  @Override
  public void close(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      TopicPartitionWriter writer = writers.remove(partition);
      if (writer != null) writer.abandon();
    }
  }

  /**
   * All of a batch is looked at before anything of it is written. Measured with the real 10.5.0, see docs: a null value
   * fails the task, and the rows before it in the same batch aren't written either.
   */
  @Override
  public void put(Collection<SinkRecord> records) {
    for (SinkRecord record : records) {
      TopicPartition partition = new TopicPartition(record.topic(), record.kafkaPartition());
      // After a failure Connect hands over the same batch again: the writers already hold it.
      writers.get(partition).offer(record, isRetrying);
    }
    try {
      // Also without records: that is the only time at which scheduled rotation is looked at.
      for (TopicPartitionWriter writer : writers.values()) writer.write(clock.getAsLong());
      isRetrying = false;
    } catch (RetriableException away) {
      // Measured with the real 10.5.0, see docs: S3 away, the task stays RUNNING and goes on by itself.
      isRetrying = true;
      context.timeout(config.getLong("retry.backoff.ms"));
      throw away;
    }
  }

  /** Only what is in finished objects counts as done (Confluent S3 sink documentation, exactly-once delivery). */
  @Override
  public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> seen) {
    Map<TopicPartition, OffsetAndMetadata> written = new HashMap<>();
    writers.forEach((partition, writer) ->
        writer.writtenUpTo().ifPresent(offset -> written.put(partition, new OffsetAndMetadata(offset))));
    return written;
  }

  @Override
  public void stop() {
    writers.values().forEach(TopicPartitionWriter::abandon);
    writers.clear();
  }
}
