package io.confluent.connect.s3;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** AWS Signature Version 4 for S3 (Amazon S3 API reference: Authenticating Requests, Authorization header). */
final class SignatureV4 {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final String accessKey;
  private final String secretKey;
  private final String sessionToken;
  private final String region;

  SignatureV4(String accessKey, String secretKey, String sessionToken, String region) {
    this.accessKey = accessKey;
    this.secretKey = secretKey;
    this.sessionToken = sessionToken;
    this.region = region;
  }

  /** Headers to send with the request; the address's path is encoded already, its query sorted and encoded. */
  Map<String, String> headers(String method, URI address, byte[] body, int length, Instant now) {
    String time = TIME.format(now);
    String scope = time.substring(0, 8) + "/" + region + "/s3/aws4_request";
    String bodyHash = sha256(body, length);
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("host", host(address));
    headers.put("x-amz-content-sha256", bodyHash);
    headers.put("x-amz-date", time);
    if (sessionToken != null) headers.put("x-amz-security-token", sessionToken);
    String names = String.join(";", headers.keySet());

    StringBuilder request = new StringBuilder();
    request.append(method).append('\n').append(address.getRawPath()).append('\n');
    request.append(address.getRawQuery() == null ? "" : address.getRawQuery()).append('\n');
    headers.forEach((name, value) -> request.append(name).append(':').append(value).append('\n'));
    request.append('\n').append(names).append('\n').append(bodyHash);

    byte[] canonical = utf8(request.toString());
    String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + sha256(canonical, canonical.length);
    byte[] key = utf8("AWS4" + secretKey);
    for (String part : scope.split("/")) key = hmac(key, part);
    headers.put("authorization", "AWS4-HMAC-SHA256 Credential=" + accessKey + "/" + scope + ",SignedHeaders=" + names
        + ",Signature=" + hex(hmac(key, toSign)));
    // Java's client sends it by itself and lets nobody else.
    headers.remove("host");
    return headers;
  }

  private static String host(URI address) {
    int standard = address.getScheme().equals("https") ? 443 : 80;
    boolean plain = address.getPort() == -1 || address.getPort() == standard;
    return plain ? address.getHost() : address.getHost() + ":" + address.getPort();
  }

  /** All but letters, digits and -._~ as %XX. */
  static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte single : utf8(text)) {
      char letter = (char) (single & 0xff);
      boolean plain = letter < 128 && (Character.isLetterOrDigit(letter) || "-._~".indexOf(letter) >= 0);
      encoded.append(plain ? String.valueOf(letter) : String.format("%%%02X", (int) letter));
    }
    return encoded.toString();
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String sha256(byte[] bytes, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, length);
      return hex(digest.digest());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte single : bytes) text.append(String.format("%02x", single));
    return text.toString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
