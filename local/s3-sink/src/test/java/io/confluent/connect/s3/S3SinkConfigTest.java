package io.confluent.connect.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

class S3SinkConfigTest {
  private static void assertRefused(String key, String value) {
    Map<String, String> settings = Pipeline.settings(key, value);
    ConfigException failure = assertThrows(ConfigException.class, () -> new S3SinkConfig(settings));
    assertTrue(failure.getMessage().contains(key), failure.getMessage());
    List<ConfigValue> values = new S3SinkConnector().validate(settings).configValues();
    assertTrue(values.stream().anyMatch(given -> given.name().equals(key) && !given.errorMessages().isEmpty()), key);
  }

  @Test
  void failsIfAnUnknownSettingPasses() {
    assertRefused("flush.sise", "3");
    assertRefused("s3.buket.name", "x");
  }

  @Test
  void failsIfAnUnknownSettingsValueIsTold() {
    String message = S3SinkConfig.problems(Pipeline.settings("my.password", "hunter2")).toString();
    assertFalse(message.contains("hunter2"), message);
  }

  @Test
  void failsIfASettingOfConnectIsRefused() {
    S3SinkConfig config = new S3SinkConfig(Pipeline.settings(
        "tasks.max", "1",
        "task.class", "x",
        "consumer.override.isolation.level", "read_committed",
        "errors.deadletterqueue.topic.name", "dlq",
        "key.converter", "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable", "false",
        "transforms", "unwrap",
        "transforms.unwrap.type", "x",
        "predicates.p.type", "x"));
    assertEquals(List.of(), config.warnings());
  }

  @Test
  void failsIfWhatTheStandInCannotDoPasses() {
    assertRefused("format.class", "io.confluent.connect.s3.format.avro.AvroFormat");
    assertRefused("partitioner.class", "io.confluent.connect.storage.partitioner.FieldPartitioner");
    assertRefused("timestamp.extractor", "RecordField");
    assertRefused("schema.compatibility", "BACKWARD");
    assertRefused("store.kafka.keys", "true");
    assertRefused("behavior.on.null.values", "write");
    assertRefused("s3.part.size", "5242879");
    assertRefused("flush.size", "0");
  }

  @Test
  void failsIfASettingWithoutEffectIsNotToldOf() {
    S3SinkConfig config = new S3SinkConfig(Pipeline.settings("s3.sse.kms.key.id", "k", "s3.ssea.name", "aws:kms"));
    assertEquals(2, config.warnings().size());
  }

  @Test
  void failsIfADefaultChanges() {
    S3SinkConfig config = new S3SinkConfig(Pipeline.settings());
    assertEquals("us-west-2", config.getString("s3.region"));
    assertEquals(26214400, config.getInt("s3.part.size"));
    assertEquals(3, config.getInt("s3.part.retries"));
    assertEquals(200L, config.getLong("s3.retry.backoff.ms"));
    assertEquals("fail", config.getString("behavior.on.null.values"));
  }

  @Test
  void failsIfTheVersionHidesWhatItIs() {
    assertTrue(new S3SinkConnector().version().contains("stand-in"));
  }
}
