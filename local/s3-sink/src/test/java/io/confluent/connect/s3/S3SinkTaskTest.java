package io.confluent.connect.s3;

import static io.confluent.connect.s3.Pipeline.key;
import static io.confluent.connect.s3.Pipeline.record;
import static io.confluent.connect.s3.Pipeline.tombstone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

class S3SinkTaskTest {
  @Test
  void failsIfAFileIsNotFlushSizeRecordsNamedByTheFirst() {
    Pipeline sink = Pipeline.with();
    sink.put(0, 1, 2, 3, 4, 5, 6);
    assertEquals(List.of(key(0), key(3)), sink.keys());
    assertEquals(List.of("{\"n\":3}", "{\"n\":4}", "{\"n\":5}"), sink.store.lines(key(3)));
  }

  @Test
  void failsIfAnObjectIsNotThreeRequests() {
    Pipeline sink = Pipeline.with();
    sink.put(0, 1, 2);
    assertEquals(List.of("create", "part 1 24", "complete 1"), sink.store.requests);
  }

  @Test
  void failsIfMoreThanTheFinishedObjectsIsCommitted() {
    Pipeline sink = Pipeline.with();
    sink.put(0, 1);
    assertEquals(-1, sink.committed());
    sink.put(2, 3);
    assertEquals(3, sink.committed());
  }

  @Test
  void failsIfSizeRotationDuplicatesAfterARestart() {
    Pipeline sink = Pipeline.with();
    sink.put(0, 1, 2, 3, 4);
    Pipeline again = sink.restarted();
    again.put(0, 1, 2, 3, 4, 5);
    assertEquals(List.of(key(0), key(3)), again.keys());
    assertEquals(6, again.store.lines().size());
  }

  @Test
  void failsIfScheduledRotationDoesNotDuplicateAfterARestart() {
    Pipeline sink = Pipeline.with("rotate.schedule.interval.ms", "1000", "timezone", "UTC", "flush.size", "100");
    sink.put(0, 1, 2, 3);
    sink.now += 1000;
    sink.put(4);
    Pipeline again = sink.restarted();
    // Killed before the commit: all is read again, and the boundary falls elsewhere.
    again.put(0, 1);
    again.now += 1000;
    again.put(2, 3, 4);
    again.now += 1000;
    again.idle();
    assertEquals(List.of(key(0), key(2)), again.keys());
    assertEquals(5, again.store.lines().size(), "the first object was replaced by a shorter one");

    Pipeline third = again.restarted();
    third.put(1, 2, 3, 4);
    third.now += 1000;
    third.idle();
    assertEquals(List.of(key(0), key(1), key(2)), third.keys());
    assertEquals(9, third.store.lines().size(), "another start is another object");
  }

  @Test
  void failsIfClosedPartitionsAreWrittenOrCommitted() {
    Pipeline sink = Pipeline.with();
    sink.put(0, 1);
    sink.task.close(Set.of(Pipeline.PARTITION));
    sink.task.put(List.of());
    assertEquals(Map.of(), sink.task.preCommit(Map.of()));
    sink.task.open(Set.of(Pipeline.PARTITION));
    sink.put(0, 1, 2);
    assertEquals(3, sink.store.lines().size());
    assertEquals(3, sink.committed());
  }

  @Test
  void failsIfANullDoesNotFailTheTaskAndTheRowsBeforeItAreWritten() {
    Pipeline sink = Pipeline.with("flush.size", "1");
    ConnectException failure = assertThrows(ConnectException.class, () ->
        sink.put(record(0, null, Map.of("n", 0), 0), tombstone(1)));
    assertTrue(failure.getMessage().contains("t-0 offset 1"), failure.getMessage());
    assertEquals(List.of(), sink.keys());
  }

  @Test
  void failsIfIgnoredNullsHoldTheOffsetsBack() {
    Pipeline sink = Pipeline.with("behavior.on.null.values", "ignore", "flush.size", "2");
    sink.put(record(0, null, Map.of("n", 0), 0), tombstone(1), record(2, null, Map.of("n", 2), 0), tombstone(3));
    assertEquals(2, sink.store.lines(key(0)).size());
    assertEquals(3, sink.committed());
    sink.put(4, 5);
    assertEquals(List.of(key(0), key(4)), sink.keys());
    assertEquals(6, sink.committed());
  }

  @Test
  void failsIfRowsAreLostOrDuplicatedWhileS3IsAwayAtAnyRequest() {
    for (int request = 0; request < 6; request++) {
      Pipeline sink = Pipeline.with();
      sink.store.requestsUntilAway = request;
      assertThrows(RetriableException.class, () -> sink.put(0, 1, 2, 3, 4, 5, 6));
      assertEquals(5000, sink.context.timeout);
      assertEquals(request < 3 ? -1 : 3, sink.committed());
      assertThrows(RetriableException.class, () -> sink.put(0, 1, 2, 3, 4, 5, 6), "still away");
      sink.store.requestsUntilAway = Integer.MAX_VALUE;
      sink.put(0, 1, 2, 3, 4, 5, 6);
      sink.put(7, 8);
      assertEquals(List.of(key(0), key(3), key(6)), sink.keys());
      assertEquals(9, sink.store.lines().size());
      assertEquals(9, sink.committed());
    }
  }

  @Test
  void failsIfAnEarlierOffsetIsSkippedWhenS3WasNeverAway() {
    Pipeline sink = Pipeline.with();
    sink.put(100, 101, 102);
    // The topic was made anew.
    sink.put(0, 1, 2);
    assertEquals(List.of(key(0), key(100)), sink.keys());
  }

  @Test
  void failsIfAnUnfinishedUploadIsNotAborted() {
    Pipeline sink = Pipeline.with();
    sink.store.requestsUntilAway = 1;
    assertThrows(RetriableException.class, () -> sink.put(0, 1, 2));
    sink.store.requestsUntilAway = Integer.MAX_VALUE;
    sink.task.stop();
    assertEquals(List.of("create", "abort"), sink.store.requests);
  }
}
