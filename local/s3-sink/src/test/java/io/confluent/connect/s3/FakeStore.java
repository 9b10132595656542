package io.confluent.connect.s3;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.connect.errors.RetriableException;

/** S3 in memory: it counts the requests and can be away. */
final class FakeStore implements ObjectStore {
  final Map<String, byte[]> objects = new TreeMap<>();
  final List<String> requests = new ArrayList<>();
  private final Map<String, ByteArrayOutputStream> uploads = new HashMap<>();
  int requestsUntilAway = Integer.MAX_VALUE;

  private void request(String name) {
    if (requestsUntilAway-- <= 0) throw new RetriableException("away");
    requests.add(name);
  }

  @Override
  public void checkBucket() {
    request("check");
    requests.clear();
  }

  @Override
  public String create(String key) {
    request("create");
    String uploadId = "upload-" + uploads.size();
    uploads.put(uploadId, new ByteArrayOutputStream());
    return uploadId;
  }

  @Override
  public String uploadPart(String key, String uploadId, int number, byte[] bytes, int length) {
    request("part " + number + " " + length);
    uploads.get(uploadId).write(bytes, 0, length);
    return "tag-" + number;
  }

  @Override
  public void complete(String key, String uploadId, List<String> tags) {
    request("complete " + tags.size());
    objects.put(key, uploads.get(uploadId).toByteArray());
  }

  @Override
  public void abort(String key, String uploadId) {
    request("abort");
  }

  List<String> lines(String key) {
    byte[] bytes = objects.get(key);
    try {
      byte[] plain = key.endsWith(".gz") ? new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes() : bytes;
      return List.of(new String(plain, StandardCharsets.UTF_8).split("\n"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** All lines of all objects, in the order of the keys. */
  List<String> lines() {
    List<String> all = new ArrayList<>();
    objects.keySet().forEach(key -> all.addAll(lines(key)));
    return all;
  }
}
