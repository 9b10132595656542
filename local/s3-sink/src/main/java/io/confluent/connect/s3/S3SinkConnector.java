package io.confluent.connect.s3;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Stands in for Confluent's S3 sink under its class name, so that the synthesized configuration runs unchanged on one
 * machine. Own code; which rules it follows, and where they are from, is in README.md.
 */
public final class S3SinkConnector extends SinkConnector {
  private Map<String, String> properties = Map.of();

  @Override
  public String version() {
    return standInVersion();
  }

  static String standInVersion() {
    String version = S3SinkConnector.class.getPackage().getImplementationVersion();
    return version == null ? "stand-in" : version;
  }

  @Override
  public ConfigDef config() {
    return S3SinkConfig.definition();
  }

  /** Connect's REST interface answers with these messages and starts nothing. */
  @Override
  public Config validate(Map<String, String> given) {
    List<ConfigValue> values = new ArrayList<>(super.validate(given).configValues());
    S3SinkConfig.problems(given).forEach((key, message) -> valueOf(key, values).addErrorMessage(message));
    return new Config(values);
  }

  private static ConfigValue valueOf(String key, List<ConfigValue> values) {
    for (ConfigValue value : values) {
      if (value.name().equals(key)) return value;
    }
    ConfigValue added = new ConfigValue(key);
    values.add(added);
    return added;
  }

  @Override
  public void start(Map<String, String> given) {
    new S3SinkConfig(given);
    properties = Map.copyOf(given);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return S3SinkTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return Collections.nCopies(maxTasks, properties);
  }

  @Override
  public void stop() {
    properties = Map.of();
  }
}
