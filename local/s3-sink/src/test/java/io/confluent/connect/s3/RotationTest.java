package io.confluent.connect.s3;

import static io.confluent.connect.s3.Pipeline.key;
import static io.confluent.connect.s3.Pipeline.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class RotationTest {
  private static final String[] TIME_BASED = {
    "partitioner.class", S3SinkConfig.HOURLY_PARTITIONER, "timezone", "UTC", "locale", "en",
    "timestamp.extractor", "Record", "rotate.interval.ms", "1000", "flush.size", "100",
  };
  private static final long NOON = 1_699_963_200_000L; // 2023-11-14T12:00:00Z

  private static void putAt(Pipeline sink, long offset, long time) {
    sink.put(record(offset, null, Map.of("n", offset), time));
  }

  @Test
  void failsIfTheIntervalIsNotIgnoredWithoutATimeBasedPartitioner() {
    Pipeline sink = Pipeline.with("rotate.interval.ms", "1000");
    putAt(sink, 0, NOON);
    putAt(sink, 1, NOON + 60_000);
    assertEquals(List.of(), sink.keys());
    List<String> warnings = new S3SinkConfig(Pipeline.settings("rotate.interval.ms", "1000")).warnings();
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("This property is ignored"), warnings.get(0));
  }

  @Test
  void failsIfTheIntervalDoesNotWaitForANewerRecord() {
    Pipeline sink = Pipeline.with(TIME_BASED);
    putAt(sink, 0, NOON);
    putAt(sink, 1, NOON + 999);
    sink.now += 3_600_000;
    sink.idle();
    assertEquals(List.of(), sink.keys());
    putAt(sink, 2, NOON + 1000);
    assertEquals(List.of("topics/t/year=2023/month=11/day=14/hour=12/t+0+0000000000.json"), sink.keys());
    assertEquals(2, sink.committed());
  }

  @Test
  void failsIfTheIntervalKeepsTwoFoldersOpen() {
    Pipeline sink = Pipeline.with(TIME_BASED);
    putAt(sink, 0, NOON);
    putAt(sink, 1, NOON - 1);
    assertEquals(List.of("topics/t/year=2023/month=11/day=14/hour=12/t+0+0000000000.json"), sink.keys());
  }

  @Test
  void failsIfFoldersAreNotFinishedTogetherBySize() {
    Pipeline sink = Pipeline.with("partitioner.class", S3SinkConfig.HOURLY_PARTITIONER, "timezone", "UTC",
        "locale", "en", "timestamp.extractor", "Record");
    putAt(sink, 0, NOON);
    putAt(sink, 1, NOON - 1);
    assertEquals(-1, sink.committed());
    putAt(sink, 2, NOON + 1);
    assertEquals(List.of(
        "topics/t/year=2023/month=11/day=14/hour=11/t+0+0000000001.json",
        "topics/t/year=2023/month=11/day=14/hour=12/t+0+0000000000.json"), sink.keys());
    assertEquals(3, sink.committed());
  }

  @Test
  void failsIfTheScheduleIsNotAlignedToTheDayOrNeedsARecord() {
    Pipeline sink = Pipeline.with("rotate.schedule.interval.ms", "60000", "timezone", "UTC", "flush.size", "100");
    sink.put(0, 1); // 22:13:20
    sink.now += 39_999;
    sink.idle();
    assertEquals(List.of(), sink.keys());
    sink.now += 1;
    sink.idle();
    assertEquals(List.of(key(0)), sink.keys());
    assertEquals(2, sink.committed());
    sink.put(2);
    sink.now += 59_999;
    sink.idle();
    assertEquals(1, sink.keys().size());
    sink.now += 1;
    // What is there is finished before what comes.
    sink.put(3);
    assertEquals(List.of(key(0), key(2)), sink.keys());
    assertEquals(3, sink.committed());
  }

  @Test
  void failsIfTheScheduleCutsAFileShortAfterAQuietTime() {
    Pipeline sink = Pipeline.with("rotate.schedule.interval.ms", "60000", "timezone", "UTC", "flush.size", "100");
    sink.now += 3_600_000;
    sink.put(0, 1);
    sink.put(2);
    assertEquals(List.of(), sink.keys());
    sink.now += 60_000;
    sink.idle();
    assertEquals(3, sink.store.lines(key(0)).size());
  }

  @Test
  void failsIfTheScheduleDoesNotGoByTheZonesMidnight() {
    // 22:13:20Z is 03:58:20 in Kathmandu (+05:45): the next whole hour there is 100 s away.
    String[] hourly = {"rotate.schedule.interval.ms", "3600000", "timezone", "Asia/Kathmandu", "flush.size", "100"};
    Pipeline sink = Pipeline.with(hourly);
    sink.put(0);
    sink.now += 99_999;
    sink.idle();
    assertEquals(List.of(), sink.keys());
    sink.now += 1;
    sink.idle();
    assertEquals(List.of(key(0)), sink.keys());
  }

  @Test
  void failsIfAMissingZoneIsNotToldAtTheTasksStart() {
    Map<String, String> settings = Pipeline.settings("rotate.schedule.interval.ms", "500");
    assertTrue(new S3SinkConnector().validate(settings).configValues().stream()
        .allMatch(value -> value.errorMessages().isEmpty()), "accepted by REST");
    ConfigException failure =
        assertThrows(ConfigException.class, () -> Pipeline.with("rotate.schedule.interval.ms", "500"));
    assertTrue(failure.getMessage().contains("timezone"), failure.getMessage());
    assertThrows(ConfigException.class, () ->
        Pipeline.with("rotate.schedule.interval.ms", "500", "timezone", "Mars/Olympus"));
  }

  @Test
  void failsIfAnotherSchemaDoesNotStartAnotherFile() {
    Pipeline sink = Pipeline.with();
    Schema narrow = SchemaBuilder.struct().field("id", Schema.INT32_SCHEMA).build();
    Schema wide = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
    sink.put(
        record(0, narrow, new Struct(narrow).put("id", 1), 0),
        record(1, wide, new Struct(wide).put("id", 2L), 0));
    assertEquals(List.of(key(0)), sink.keys());
  }
}
