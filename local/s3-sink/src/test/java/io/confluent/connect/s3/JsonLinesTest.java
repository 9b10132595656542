package io.confluent.connect.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
  private static String line(String decimals, Schema schema, Object value) {
    byte[] line = new JsonLines(decimals).line(Pipeline.record(0, schema, value, 0));
    return new String(line, StandardCharsets.UTF_8);
  }

  @Test
  void failsIfAMapIsNotOneLine() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("op", "c");
    value.put("after", Map.of("text", "two\nlines \"ü\""));
    value.put("before", null);
    value.put("list", List.of(1L, 2.5, true));
    assertEquals(
        "{\"op\":\"c\",\"after\":{\"text\":\"two\\nlines \\\"ü\\\"\"},\"before\":null,\"list\":[1,2.5,true]}\n",
        line("BASE64", null, value));
  }

  @Test
  void failsIfTheTextOfStringConverterIsNotQuoted() {
    assertEquals("\"Struct{after=Struct{id=1}}\"\n",
        line("BASE64", Schema.OPTIONAL_STRING_SCHEMA, "Struct{after=Struct{id=1}}"));
  }

  @Test
  void failsIfASchemaIsWritten() {
    Schema schema = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).field("price", Decimal.schema(2)).build();
    Struct value = new Struct(schema).put("id", 7L).put("price", new BigDecimal("1.23"));
    assertEquals("{\"id\":7,\"price\":\"ew==\"}\n", line("BASE64", schema, value));
    assertEquals("{\"id\":7,\"price\":1.23}\n", line("NUMERIC", schema, value));
  }
}
