/** What runs on this machine: the synthesized pipeline with this machine's values. */
export interface LocalPipeline {
  readonly region: string;
  readonly database: LocalDatabase;
  readonly brokers: readonly LocalBroker[];
  readonly bucket: LocalBucket;
  readonly objectStorePort: number;
  /** Creates publication and slot; none where Debezium creates them. */
  readonly setup?: LocalSetup;
  readonly source: LocalConnector;
  readonly sink: LocalConnector;
}

export interface LocalDatabase {
  readonly name: string;
  readonly user: string;
  readonly password: string;
  readonly port: number;
  /** Server parameters, as `postgres -c` takes them. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface LocalBroker {
  readonly name: BrokerName;
  readonly port: number;
  readonly properties: Readonly<Record<string, string>>;
}

/** `broker` where there is one, else `broker1` and so on. */
export type BrokerName = `broker${number | ""}`;

export interface LocalBucket {
  readonly name: string;
  /** `Enabled`, `Suspended`, or never set. */
  readonly versioning?: string;
}

export interface LocalSetup {
  readonly interpreter: readonly string[];
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface LocalConnector {
  readonly name: string;
  /** The release of Kafka Connect that runs it. */
  readonly connectVersion: string;
  readonly restPort: number;
  /** Name of the plugin's archive, in connectors/ and in the plugins bucket. */
  readonly pluginArchive: string;
  /** Without plugin.path, which is known once the plugin is fetched. */
  readonly workerProperties: Readonly<Record<string, string>>;
  readonly configuration: Readonly<Record<string, string>>;
}

/** What this machine gives: addresses, credentials, a name for the bucket. */
export interface Machine {
  readonly ports: Ports;
  readonly user: string;
  readonly password: string;
  /** Stands for random_id's hex, as long as the real one: 16 hexadecimal digits. */
  readonly randomHex: string;
  /** Ports through which the connectors reach a server when something stands in between. @default they reach it directly */
  readonly detours?: Detours;
  /** Runs both connectors on this `kafkaconnect_version` instead of the synthesized one. */
  readonly kafkaConnectVersion?: string;
}

/** What a measurement puts between the connectors and the servers. */
export interface Detours {
  readonly database?: number;
  readonly objectStore?: number;
}

export const portNames = ["postgres", "objectStore", "sourceWorker", "sinkWorker"] as const;
export type Ports = Readonly<Record<(typeof portNames)[number], number>> & {
  /** One entry for each broker to run. */
  readonly brokers: readonly BrokerPorts[];
};

export interface BrokerPorts {
  /** For clients and the other brokers. */
  readonly port: number;
  readonly controllerPort: number;
}

/** Nothing of the local pipeline can be reached from another machine. */
export const HOST = "127.0.0.1";

/** `bootstrap.servers`: all brokers, so that each may be the one that is gone. */
export function bootstrapServers(brokers: readonly { readonly port: number }[]): string {
  return brokers.map(({ port }) => `${HOST}:${port}`).join(",");
}
