import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { throwProblems, together } from "../../lib/errors";
import { cached } from "../cache";
import { fetchJars } from "../components/fetch";
import { findPrerequisites } from "../components/prerequisites";
import type { Environment, Progress } from "../environment";
import { compareSettings, readDeployedSettings } from "../reading/deployed";
import { readOutputs } from "../reading/outputs";
import type { SynthesizedStack } from "../../terraform/synthesized";
import { BROKER } from "../versions";
import { DestinationBucket, MskConnect } from "./aws";
import { awsEntries, type Deployment, removalCommands } from "./aws-commands";
import { expectBrokers } from "./brokers";
import { SmokeContext } from "./context";
import { credentialProblems, deploymentProblems } from "./deployed-checks";
import { type Step, Unexpected } from "./steps";
import { claimTables, tables } from "./tables";
import type { KafkaAccess } from "./topics";
import type { Entries } from "./troubleshooting";

export interface DeployedOptions {
  /** As it was synthesized, for what the outputs don't say. */
  readonly stack: SynthesizedStack;
  readonly outputsFile: string;
  readonly schema: string;
  /** Whether rows are deleted. */
  readonly deletes: boolean;
  readonly withoutKafka: boolean;
  readonly cache: string;
  readonly env: Environment;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** A pipeline in AWS. Others use it, so the test writes to tables of its own and stops nothing. */
export class DeployedPipeline extends SmokeContext {
  public readonly preparation: readonly Step[];
  public readonly entries: Entries;
  // The source has changes of others to bring as well.
  public readonly arrivalSeconds = 120;
  public readonly sinkControl = undefined;
  // MSK Connect answers few requests a second.
  protected readonly millisecondsBetweenLooks = 3000;
  private readonly commands: Deployment;
  private ownsTables = false;

  private constructor(
    deployment: Omit<Deployment, "keyPrefixes">,
    { env, signal }: DeployedOptions,
    private readonly connectors: MskConnect,
    private readonly bucket: DestinationBucket,
    kafka?: KafkaAccess,
  ) {
    const { source, sink } = deployment.settings;
    const database = databaseEnvironment(deployment, env);
    super({ source, sink, schema: deployment.schema, database, kafka, signal });
    const keyPrefixes = tables.map((table) => this.keyPrefix(this.topic(table)));
    this.commands = { ...deployment, keyPrefixes };
    this.entries = awsEntries(this.commands);
    this.preparation = this.preparationSteps();
  }

  /** Reads where it is, and fetches what is needed to reach it. @throws ConfigurationError */
  public static async reach(options: DeployedOptions): Promise<DeployedPipeline> {
    const { stack, env, schema, signal, withoutKafka } = options;
    const settings = readDeployedSettings(stack);
    const [outputs] = together(
      () => readOutputs(options.outputsFile),
      () => throwProblems("the environment", credentialProblems(env, settings)),
    );
    throwProblems("the deployed pipeline", deploymentProblems(settings, outputs, options));
    const needed = withoutKafka ? ["psql-missing"] : ["psql-missing", "java-missing", "maven-missing"];
    const { java } = await findPrerequisites(env, needed);
    const { region, destinationBucket, isTls, bootstrapBrokers: bootstrapServers } = outputs;
    const kafka = withoutKafka
      ? undefined
      : {
          bootstrapServers,
          clientProperties: isTls ? await tlsProperties(options.cache) : undefined,
          java,
          jars: await fetchJars(BROKER, options),
          env,
          signal,
        };
    return new DeployedPipeline(
      { outputs, settings, schema, sslMode: env.PGSSLMODE ?? "require" },
      options,
      await MskConnect.open({ region, signal }),
      await DestinationBucket.open(destinationBucket, { region, signal }),
      kafka,
    );
  }

  /** How to take away what the test made; nothing while it isn't known whose the tables are. */
  public get removal(): readonly string[] {
    return this.ownsTables ? removalCommands(this.commands) : [];
  }

  public async expectRunning(): Promise<string> {
    for (const { name, arn } of this.bothConnectors()) {
      const { state, description } = await this.connectors.describe(arn);
      if (state !== "RUNNING") throw new Unexpected(`${name} is ${state}\n${description}`.trim());
    }
    return "both RUNNING";
  }

  protected listObjects(prefix: string): Promise<string[]> {
    return this.bucket.list(prefix);
  }

  protected readObject(key: string): Promise<string> {
    return this.bucket.read(key);
  }

  private preparationSteps(): Step[] {
    const { connectorFails, clusterRefuses } = this.entries;
    return [
      {
        name: "connectors have the synthesized settings",
        entry: connectorFails,
        run: () => this.expectSynthesizedSettings(),
      },
      {
        name: "the database answers",
        entry: connectorFails,
        run: async () => (await this.sql("SHOW server_version")).join(),
      },
      {
        name: `tables in the schema ${this.schema} are the test's own`,
        entry: connectorFails,
        run: async () => {
          const seen = await claimTables(this);
          this.ownsTables = true;
          return seen;
        },
      },
      {
        name: "brokers can be reached",
        entry: clusterRefuses,
        needsKafka: true,
        run: () => expectBrokers(this.commands.outputs.bootstrapBrokers),
      },
    ];
  }

  /** All that follows goes by the synthesized settings. Values aren't told: they may be secrets. */
  private async expectSynthesizedSettings(): Promise<string> {
    let compared = 0;
    for (const { name, arn, configuration: synthesized } of this.bothConnectors()) {
      const { configuration: deployed } = await this.connectors.describe(arn);
      const { different, compared: known } = compareSettings(synthesized, deployed);
      compared += known;
      if (different.length > 0) {
        const fix = "Synthesize what is deployed (npm run synth, or --profile), or apply what is synthesized";
        throw new Unexpected(`${name} runs with other values of: ${different.join(", ")}\n${fix}`);
      }
    }
    return `${compared} compared`;
  }

  private bothConnectors(): readonly (SmokeContext["source"] & { readonly arn: string })[] {
    const { sourceArn, sinkArn } = this.commands.outputs;
    return [
      { ...this.source, arn: sourceArn },
      { ...this.sink, arn: sinkArn },
    ];
  }
}

/** Whatever else is set for psql, it goes to this database, and to no schema but that one. */
export function databaseEnvironment(
  { outputs, settings, schema, sslMode }: Omit<Deployment, "keyPrefixes">,
  env: Environment,
): Environment {
  return {
    ...env,
    PGHOST: outputs.databaseHost,
    PGPORT: outputs.databasePort,
    PGDATABASE: settings.databaseName,
    PGSSLMODE: sslMode,
    PGOPTIONS: `-c search_path=${schema}`,
    PGCONNECT_TIMEOUT: "10",
    // Both would win over the host.
    PGHOSTADDR: undefined,
    PGSERVICE: undefined,
  };
}

/** Kafka's tools take the client's settings from a file; brokers on AWS have certificates that every Java trusts. */
async function tlsProperties(cache: string): Promise<string> {
  const write = (folder: string): Promise<void> =>
    Promise.resolve(writeFileSync(join(folder, "client.properties"), "security.protocol=SSL\n"));
  return join(await cached(cache, "kafka-client-tls", write, () => undefined), "client.properties");
}
