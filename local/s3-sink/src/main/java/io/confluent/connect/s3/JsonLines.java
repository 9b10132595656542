package io.confluent.connect.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * One JSON value per line. Measured with the real 10.5.0, see docs: values with a schema lose it, decimals become
 * base64 texts, and the texts of StringConverter are quoted.
 */
final class JsonLines {
  private final ObjectMapper mapper = new ObjectMapper();
  private final JsonConverter converter = new JsonConverter();

  JsonLines(String decimalFormat) {
    converter.configure(Map.of("schemas.enable", "false", "decimal.format", decimalFormat), false);
  }

  byte[] line(SinkRecord record) {
    byte[] json = record.valueSchema() == null
        ? withoutSchema(record)
        : converter.fromConnectData(record.topic(), record.valueSchema(), record.value());
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  private byte[] withoutSchema(SinkRecord record) {
    try {
      return mapper.writeValueAsBytes(record.value());
    } catch (JsonProcessingException failure) {
      String where = record.topic() + "-" + record.kafkaPartition() + " offset " + record.kafkaOffset();
      throw new DataException("The value at " + where + " can't be written as JSON", failure);
    }
  }
}
