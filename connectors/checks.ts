import { checkBetween } from "./check-between";
import { SinkSurroundings, checkS3Sink } from "./check-sink";
import { SourceSurroundings, checkDebeziumPostgresSource } from "./check-source";
import { checkWorkerConfiguration } from "./check-worker-configuration";
import {
  DebeziumPostgresSourceProps,
  debeziumPostgresSource,
  debeziumPostgresSourceNames,
} from "./debezium-postgres-source";
import { Finding, error, errorsOf, warningsOf } from "./finding";
import { S3SinkProps, s3Sink, s3SinkNames } from "./s3-sink";
import { Configuration, configProvidersIn } from "./values";
import { WorkerConfigurationProps } from "./worker-configuration";

export { checkBetween, checkDebeziumPostgresSource, checkS3Sink, checkWorkerConfiguration, errorsOf, warningsOf };
export type { Finding };

/** The connectors of a pipeline, with what surrounds them. */
export interface ConnectorsToCheck extends SourceSurroundings, SinkSurroundings {
  /** @default there is no source: nothing is checked about it */
  readonly source?: DebeziumPostgresSourceProps;
  /** @default there is no sink: nothing is checked about it */
  readonly sink?: S3SinkProps;
}

/**
 * Everything that can be known about the connectors before they run, errors first. It never throws: the caller collects the
 * findings of all rooms, throws the errors at once (`throwProblems`) and prints the warnings.
 */
export function checkConnectors(connectors: ConnectorsToCheck): Finding[] {
  const { source, sink, sourceWorker, sinkWorker } = connectors;
  const findings: Finding[] = [];
  if (sourceWorker !== undefined) findings.push(...checkWorkerConfiguration(sourceWorker, "sourceWorker"));
  // Both connectors may share one worker configuration: its defects are told once.
  if (sinkWorker !== undefined && sinkWorker !== sourceWorker) {
    findings.push(...checkWorkerConfiguration(sinkWorker, "sinkWorker"));
  }
  if (source !== undefined) {
    findings.push(...checkDebeziumPostgresSource(source, connectors));
    findings.push(
      ...checkConfigProviders("source", debeziumPostgresSource(source), debeziumPostgresSourceNames, sourceWorker),
    );
  }
  if (sink !== undefined) {
    findings.push(...checkS3Sink(sink, connectors));
    findings.push(...checkConfigProviders("sink", s3Sink(sink), s3SinkNames, sinkWorker));
  }
  if (source !== undefined && sink !== undefined) findings.push(...checkBetween(source, sink, connectors));
  return [...errorsOf(findings), ...warningsOf(findings)];
}

/** A placeholder without its provider would be taken as the value itself: the text `${…}` as a password. */
function checkConfigProviders(
  owner: string,
  configuration: Configuration,
  names: Readonly<Record<string, string>>,
  worker: WorkerConfigurationProps | undefined,
): Finding[] {
  const declared = (worker?.configProviders ?? []).map(({ name }) => name);
  return Object.entries(configuration).flatMap(([name, value]) => {
    const property = Object.keys(names).find((key) => names[key] === name) ?? `extra["${name}"]`;
    const missing = configProvidersIn(value).filter((provider) => !declared.includes(provider));
    return missing.map((provider) =>
      error({
        code: "config-provider-missing",
        path: `${owner}.${property}`,
        got: provider,
        expected:
          declared.length === 0 ? "a worker configuration with config providers" : `one of ${declared.join(", ")}`,
        fix: `declare ${provider} in the worker configuration's configProviders`,
      }),
    );
  });
}
