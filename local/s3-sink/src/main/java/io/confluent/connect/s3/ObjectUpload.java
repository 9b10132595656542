package io.confluent.connect.s3;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One object on its way: always a multipart upload, three requests for a small one (measured with the real 10.5.0, see
 * docs). What S3 didn't take stays here; call the same method again.
 */
final class ObjectUpload {
  private static final Logger log = LoggerFactory.getLogger(ObjectUpload.class);

  private final String key;
  private final ObjectStore store;
  private final int partSize;
  private final int firstCapacity;
  private final OutputStream lines;
  private final Deque<Part> fullParts = new ArrayDeque<>();
  private final List<String> tags = new ArrayList<>();
  private Part part;
  private String uploadId;
  private boolean isClosed;

  ObjectUpload(String key, S3SinkConfig config, ObjectStore store) {
    this.key = key;
    this.store = store;
    partSize = config.getInt("s3.part.size");
    boolean elastic = config.getBoolean("s3.elastic.buffer.enable");
    firstCapacity = elastic ? Math.min(partSize, config.getInt("s3.elastic.buffer.init.capacity")) : partSize;
    part = new Part();
    lines = config.compresses() ? gzip(new Parts(), config.getInt("s3.compression.level")) : new Parts();
  }

  /** Into memory only. */
  void append(byte[] line) {
    try {
      lines.write(line);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  void sendFullParts() {
    while (!fullParts.isEmpty()) {
      if (uploadId == null) uploadId = store.create(key);
      Part next = fullParts.peek();
      tags.add(store.uploadPart(key, uploadId, tags.size() + 1, next.bytes, next.length));
      fullParts.poll();
    }
  }

  /** Sends the rest; after this the object is there. */
  void finish() {
    if (!isClosed) {
      try {
        lines.close();
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
      if (part.length > 0) fullParts.add(part);
      part = null;
      isClosed = true;
    }
    sendFullParts();
    store.complete(key, uploadId, tags);
  }

  void abandon() {
    if (uploadId == null) return;
    try {
      store.abort(key, uploadId);
    } catch (ConnectException failure) {
      log.warn("The unfinished upload of {} stays behind: {}", key, failure.getMessage());
    }
  }

  private static OutputStream gzip(OutputStream compressed, int level) {
    try {
      return new GZIPOutputStream(compressed) {
        {
          def.setLevel(level);
        }
      };
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Measured with the real 10.5.0, see docs: all of s3.part.size is held at once, unless the buffers are elastic. */
  private final class Part {
    private byte[] bytes = new byte[firstCapacity];
    private int length;

    /** As many of them as there is room for; how many that was. */
    private int take(byte[] from, int offset, int count) {
      int taken = Math.min(count, partSize - length);
      if (length + taken > bytes.length) {
        long doubled = Math.max(2L * bytes.length, length + (long) taken);
        bytes = Arrays.copyOf(bytes, (int) Math.min(doubled, partSize));
      }
      System.arraycopy(from, offset, bytes, length, taken);
      length += taken;
      return taken;
    }
  }

  private final class Parts extends OutputStream {
    @Override
    public void write(int single) {
      write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int count) {
      int written = 0;
      while (written < count) {
        written += part.take(from, offset + written, count - written);
        if (part.length == partSize) {
          fullParts.add(part);
          part = new Part();
        }
      }
    }
  }
}
