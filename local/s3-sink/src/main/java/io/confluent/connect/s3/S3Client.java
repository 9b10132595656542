package io.confluent.connect.s3;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The five requests of S3's REST interface that an upload needs, with Java's own HTTP client. */
final class S3Client implements ObjectStore {
  private static final Logger log = LoggerFactory.getLogger(S3Client.class);
  private static final byte[] NOTHING = {};
  private static final Set<String> PASSING =
      Set.of("InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();
  private final String bucketAddress;
  private final SignatureV4 signature;
  private final int retries;
  private final long backoff;

  S3Client(S3SinkConfig config) {
    bucketAddress = bucketAddress(config);
    signature = signature(config);
    retries = config.getInt("s3.part.retries");
    backoff = config.getLong("s3.retry.backoff.ms");
  }

  static String bucketAddress(S3SinkConfig config) {
    String region = config.getString("s3.region");
    String domain = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    String given = config.getString("store.url");
    String url = given == null || given.isBlank() ? "https://s3." + region + domain : given.replaceAll("/+$", "");
    String bucket = config.getString("s3.bucket.name");
    if (config.getBoolean("s3.path.style.access.enabled")) return url + "/" + bucket;
    return url.replaceFirst("://", "://" + bucket + ".");
  }

  /** Without keys in the configuration those of the environment; nothing else is looked for. */
  private static SignatureV4 signature(S3SinkConfig config) {
    String region = config.getString("s3.region");
    String accessKey = config.getString("aws.access.key.id");
    String secretKey = config.getPassword("aws.secret.access.key").value();
    if (!accessKey.isBlank()) return new SignatureV4(accessKey, secretKey, null, region);
    String key = System.getenv("AWS_ACCESS_KEY_ID");
    String secret = System.getenv("AWS_SECRET_ACCESS_KEY");
    if (key == null || secret == null) {
      throw new ConfigException("aws.access.key.id", "", "set it, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    }
    return new SignatureV4(key, secret, System.getenv("AWS_SESSION_TOKEN"), region);
  }

  @Override
  public void checkBucket() {
    send("HEAD", "", "", NOTHING, 0);
  }

  @Override
  public String create(String key) {
    return element("UploadId", send("POST", key, "uploads=", NOTHING, 0).body());
  }

  @Override
  public String uploadPart(String key, String uploadId, int number, byte[] bytes, int length) {
    String query = "partNumber=" + number + "&uploadId=" + SignatureV4.encode(uploadId);
    return send("PUT", key, query, bytes, length).headers().firstValue("etag").orElseThrow();
  }

  @Override
  public void complete(String key, String uploadId, List<String> tags) {
    StringBuilder parts = new StringBuilder();
    parts.append("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    for (int index = 0; index < tags.size(); index++) {
      parts.append("<Part><PartNumber>").append(index + 1).append("</PartNumber><ETag>");
      parts.append(tags.get(index)).append("</ETag></Part>");
    }
    byte[] body = parts.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8);
    send("POST", key, "uploadId=" + SignatureV4.encode(uploadId), body, body.length);
  }

  @Override
  public void abort(String key, String uploadId) {
    send("DELETE", key, "uploadId=" + SignatureV4.encode(uploadId), NOTHING, 0);
  }

  /** Confluent S3 sink documentation: s3.part.retries times again, each wait twice as long as the one before. */
  private HttpResponse<String> send(String method, String key, String query, byte[] body, int length) {
    String path = key.isEmpty() ? "/" : "/" + SignatureV4.encode(key).replace("%2F", "/");
    URI address = URI.create(bucketAddress + path + (query.isEmpty() ? "" : "?" + query));
    String what = method + " " + (key.isEmpty() ? bucketAddress : key);
    for (int attempt = 0; ; attempt++) {
      try {
        return sendOnce(what, method, address, body, length);
      } catch (RetriableException away) {
        if (attempt >= retries) throw away;
        log.info("{}; trying again", away.getMessage());
        pause(backoff << Math.min(attempt, 20));
      }
    }
  }

  private HttpResponse<String> sendOnce(String what, String method, URI address, byte[] body, int length) {
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(60));
    request.method(method, BodyPublishers.ofByteArray(body, 0, length));
    signature.headers(method, address, body, length, Instant.now()).forEach(request::header);
    HttpResponse<String> response;
    try {
      response = http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException away) {
      throw new RetriableException("S3 can't be reached for " + what + ": " + away, away);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new ConnectException("Stopped while waiting for S3", stopped);
    }
    // Completing an upload can fail after the status 200 was sent (Amazon S3 API reference, CompleteMultipartUpload).
    boolean isError = response.body().contains("<Error>");
    if (response.statusCode() / 100 == 2 && !isError) return response;
    String code = isError ? element("Code", response.body()) : "";
    String message = "S3 answered " + (what + " with " + response.statusCode() + " " + code).trim();
    if (response.statusCode() >= 500 || response.statusCode() == 429 || PASSING.contains(code)) {
      throw new RetriableException(message);
    }
    throw new ConnectException(message);
  }

  private static String element(String name, String xml) {
    Matcher found = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
    if (!found.find()) throw new ConnectException("S3's answer has no " + name);
    return found.group(1);
  }

  private static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new ConnectException("Stopped while waiting for S3", stopped);
    }
  }
}
