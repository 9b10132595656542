package io.confluent.connect.s3;

import java.util.List;

/**
 * What the connector needs of S3. Each method throws a RetriableException when S3 can't be reached or is busy, and
 * another ConnectException when it refuses.
 */
interface ObjectStore {
  void checkBucket();

  /** Begins a multipart upload; its id. */
  String create(String key);

  /** Sends the first `length` bytes as a part; its tag. */
  String uploadPart(String key, String uploadId, int number, byte[] bytes, int length);

  /** The object appears, or replaces the one of the same key. */
  void complete(String key, String uploadId, List<String> tags);

  void abort(String key, String uploadId);
}
