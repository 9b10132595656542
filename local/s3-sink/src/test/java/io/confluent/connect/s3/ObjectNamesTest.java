package io.confluent.connect.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class ObjectNamesTest {
  private static final List<String> TIME_BASED = List.of("partitioner.class", S3SinkConfig.TIME_BASED_PARTITIONER,
      "timezone", "Europe/Berlin", "locale", "en", "partition.duration.ms", "900000",
      "path.format", "'dt'=YYYY-MM-dd/HHmm");

  private static String onlyKey(String... settings) {
    List<String> all = new ArrayList<>(Arrays.asList(settings));
    all.addAll(List.of("flush.size", "1"));
    Pipeline sink = Pipeline.with(all.toArray(new String[0]));
    sink.put(7);
    assertEquals(1, sink.keys().size());
    return sink.keys().get(0);
  }

  @Test
  void failsIfTheDefaultLayoutChanges() {
    assertEquals("topics/t/partition=0/t+0+0000000007.json", onlyKey());
  }

  @Test
  void failsIfAnEmptyFolderLeavesASlash() {
    assertEquals("t/partition=0/t+0+0000000007.json", onlyKey("topics.dir", ""));
    assertEquals("raw/cdc/t/partition=0/t+0+0000000007.json", onlyKey("topics.dir", "raw/cdc"));
  }

  @Test
  void failsIfGzipHasNoExtensionOrIsNoGzip() {
    String key = "topics/t/partition=0/t+0+0000000007.json.gz";
    assertEquals(key, onlyKey("s3.compression.type", "gzip"));
    Pipeline sink = Pipeline.with("s3.compression.type", "gzip", "s3.compression.level", "9", "flush.size", "1");
    sink.put(7);
    assertEquals(List.of("{\"n\":7}"), sink.store.lines(key));
  }

  @Test
  void failsIfTimeBasedFoldersAreNotRoundedInTheZone() {
    // 22:13:20Z is 23:13:20 in Berlin.
    String folder = onlyKey(TIME_BASED.toArray(new String[0])).replaceAll("/t\\+.*", "");
    assertEquals("topics/t/dt=2023-11-14/2300", folder);
  }

  @Test
  void failsIfTheYearOfTheWeekIsUsed() {
    Pipeline sink = Pipeline.with("partitioner.class", S3SinkConfig.DAILY_PARTITIONER, "timezone", "UTC",
        "locale", "en", "timestamp.extractor", "Record", "flush.size", "1");
    sink.put(Pipeline.record(0, null, Map.of(), 1_735_603_200_000L)); // 2024-12-31
    assertEquals(List.of("topics/t/year=2024/month=12/day=31/t+0+0000000000.json"), sink.keys());
  }

  @Test
  void failsIfATimeBasedPartitionerStartsIncomplete() {
    for (String missing : List.of("timezone", "locale", "partition.duration.ms", "path.format")) {
      List<String> settings = new ArrayList<>(TIME_BASED);
      int index = settings.indexOf(missing);
      settings.subList(index, index + 2).clear();
      ConfigException failure =
          assertThrows(ConfigException.class, () -> Pipeline.with(settings.toArray(new String[0])));
      assertTrue(failure.getMessage().contains(missing), failure.getMessage());
    }
  }

  @Test
  void failsIfAnUnknownPatternLetterPasses() {
    assertThrows(ConfigException.class, () -> ObjectNames.javaPattern("xxxx-'W'ww"));
    assertEquals("'Year'=yyyy", ObjectNames.javaPattern("'Year'=YYYY"));
  }
}
