package io.confluent.connect.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

class ObjectUploadTest {
  private static final int PART = 5_242_880;

  private static S3SinkConfig config(String elastic) {
    return new S3SinkConfig(
        Pipeline.settings("s3.part.size", String.valueOf(PART), "s3.elastic.buffer.enable", elastic));
  }

  @Test
  void failsIfALargeObjectIsNotCutIntoParts() {
    byte[] bytes = new byte[2 * PART + 5];
    new Random(1).nextBytes(bytes);
    for (String elastic : List.of("true", "false")) {
      FakeStore store = new FakeStore();
      ObjectUpload upload = new ObjectUpload("key", config(elastic), store);
      upload.append(bytes);
      store.requestsUntilAway = 2;
      assertThrows(RetriableException.class, upload::sendFullParts);
      store.requestsUntilAway = 1;
      assertThrows(RetriableException.class, upload::finish);
      store.requestsUntilAway = Integer.MAX_VALUE;
      upload.finish();
      assertEquals(List.of("create", "part 1 " + PART, "part 2 " + PART, "part 3 5", "complete 3"), store.requests);
      assertArrayEquals(bytes, store.objects.get("key"));
    }
  }

  @Test
  void failsIfAnElasticBufferReservesAWholePart() {
    assertTrue(bytesOf("false") >= 20L * PART, "20 whole parts");
    assertTrue(bytesOf("true") < 2L * PART, "20 times 128 KiB");
  }

  /** Memory that 20 open files with a byte each hold. */
  private static long bytesOf(String elastic) {
    ObjectUpload[] files = new ObjectUpload[20];
    long before = used();
    for (int index = 0; index < files.length; index++) {
      files[index] = new ObjectUpload("key", config(elastic), new FakeStore());
      files[index].append(new byte[1]);
    }
    long after = used();
    for (ObjectUpload file : files) file.abandon();
    return after - before;
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
