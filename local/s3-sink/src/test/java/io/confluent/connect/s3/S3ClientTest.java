package io.confluent.connect.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class S3ClientTest {
  private final Deque<String> answers = new ArrayDeque<>();
  private final List<String> requests = new ArrayList<>();
  private HttpServer server;
  private S3Client client;

  /** Answers are "status body", in order; then 200 for ever. */
  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      requests.add((exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body).trim());
      String answer = answers.isEmpty() ? "200 " : answers.poll();
      byte[] bytes = answer.substring(4).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("ETag", "\"tag\"");
      boolean isEmpty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), isEmpty ? -1 : bytes.length);
      if (!isEmpty) exchange.getResponseBody().write(bytes);
      exchange.close();
    });
    server.start();
    client = new S3Client(config(String.valueOf(server.getAddress().getPort())));
  }

  private static S3SinkConfig config(String port) {
    return new S3SinkConfig(Pipeline.settings("store.url", "http://127.0.0.1:" + port + "/", "aws.access.key.id", "k",
        "aws.secret.access.key", "s", "s3.retry.backoff.ms", "1"));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void failsIfAnUploadIsNotCreatePartComplete() {
    answers.add("200 <R><UploadId>i+d</UploadId></R>");
    String id = client.create("t/partition=0/t+0+1.json");
    String tag = client.uploadPart("t/partition=0/t+0+1.json", id, 1, "hello".getBytes(StandardCharsets.UTF_8), 4);
    client.complete("k", id, List.of(tag));
    assertEquals("POST /bucket/t/partition%3D0/t%2B0%2B1.json?uploads=", requests.get(0));
    assertEquals("PUT /bucket/t/partition%3D0/t%2B0%2B1.json?partNumber=1&uploadId=i%2Bd hell", requests.get(1));
    String part = "<Part><PartNumber>1</PartNumber><ETag>\"tag\"</ETag></Part>";
    assertTrue(requests.get(2).contains(part), requests.get(2));
  }

  @Test
  void failsIfAPassingFailureIsNotTriedAgainThreeTimes() {
    answers.addAll(List.of("503 ", "500 ", "503 "));
    client.checkBucket();
    assertEquals(4, requests.size());
    answers.addAll(List.of("503 ", "503 ", "503 ", "503 "));
    assertThrows(RetriableException.class, client::checkBucket);
    assertEquals(8, requests.size());
  }

  @Test
  void failsIfARefusedConnectionIsFatal() {
    server.stop(0);
    assertThrows(RetriableException.class, client::checkBucket);
  }

  @Test
  void failsIfARefusalIsTriedAgain() {
    answers.add("403 <Error><Code>AccessDenied</Code></Error>");
    ConnectException failure = assertThrows(ConnectException.class, () -> client.create("k"));
    assertTrue(!(failure instanceof RetriableException) && failure.getMessage().contains("403 AccessDenied"));
    assertEquals(1, requests.size());
  }

  @Test
  void failsIfAnErrorBehindStatus200Passes() {
    answers.add("200 <Error><Code>InternalError</Code></Error>");
    client.complete("k", "id", List.of("tag"));
    assertEquals(2, requests.size());
  }

  @Test
  void failsIfTheBucketIsNotWhereItShouldBe() {
    assertEquals("https://s3.us-west-2.amazonaws.com/bucket",
        S3Client.bucketAddress(new S3SinkConfig(Pipeline.settings())));
    assertEquals("https://bucket.s3.eu-central-1.amazonaws.com", S3Client.bucketAddress(new S3SinkConfig(
        Pipeline.settings("s3.region", "eu-central-1", "s3.path.style.access.enabled", "false"))));
  }

  /** The example "GET Bucket Lifecycle" of Amazon's S3 API reference, with Amazon's example keys. */
  @Test
  void failsIfTheSignatureIsNotAmazons() {
    SignatureV4 signature = new SignatureV4(
        "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null, "us-east-1");
    URI address = URI.create("https://examplebucket.s3.amazonaws.com/?lifecycle=");
    String header = signature.headers("GET", address, new byte[0], 0, Instant.parse("2013-05-24T00:00:00Z"))
        .get("authorization");
    assertTrue(header.endsWith("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"), header);
  }
}
