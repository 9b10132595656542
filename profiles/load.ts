import { checkConnectors, errorsOf, warningsOf } from "../connectors/checks";
import { pluginOfArchive } from "../connectors/plugins/sources";
import { s3SinkClasses } from "../connectors/s3-sink";
import { ConfigurationError, Problem, throwProblems, together } from "../lib/errors";
import { Backend, loadBackend } from "./backend";
import { checkSettings } from "./checks";
import { findDefects } from "./defects";
import type { Environment } from "./environment";
import { development } from "./development";
import { existing } from "./existing";
import { repaired, withOverrides } from "./overrides";
import { presets } from "./presets";
import { problemsOf } from "./problems";
import { production } from "./production";
import { PipelineSettings, settingsSchema } from "./schema";
import { standard } from "./standard";

/** The named profiles. */
export const profiles = { existing, standard, production, development } satisfies Record<string, PipelineSettings>;

/** The profile that a new pipeline gets. */
const DEFAULT_PROFILE = "standard";

/** The settings of one synth, with what is known to be wrong with them. */
export interface LoadedSettings {
  readonly profile: string;
  readonly settings: PipelineSettings;
  readonly warnings: readonly Problem[];
}

/**
 * The chosen profile, `standard` or with presets over it `standard+low_latency`, and over both the overrides of cdktf.json's context (`settings`), checked.
 * @throws ConfigurationError with every error found, before anything is written
 */
export function loadSettings({ context, variables }: Environment): LoadedSettings {
  const name = variables.CDC_PROFILE ?? context.profile ?? DEFAULT_PROFILE;
  const [base, ...added] = typeof name === "string" ? name.split("+") : [];
  const profile = Object.entries(profiles).find(([key]) => key === base)?.[1];
  const overrides = added.map((preset) => Object.entries(presets).find(([key]) => key === preset)?.[1].settings);
  if (typeof name !== "string" || profile === undefined || overrides.includes(undefined)) {
    const presetNames = Object.keys(presets).map((preset) => `+${preset}`);
    throw new ConfigurationError("the choice of a profile", [
      {
        code: "unknown-profile",
        path: variables.CDC_PROFILE === undefined ? "profile (context of cdktf.json)" : "CDC_PROFILE",
        got: name,
        expected: `${Object.keys(profiles).join(", ")}, and behind it, where wanted, ${presetNames.join(" or ")}`,
        fix: `choose one of them, or leave it out for ${DEFAULT_PROFILE}`,
      },
    ]);
  }
  return checkedSettings(name, profile, ...overrides, context.settings);
}

/** A profile with overrides over it, one after the other, checked. */
export function checkedSettings(name: string, profile: PipelineSettings, ...overrides: unknown[]): LoadedSettings {
  const candidate = overrides.reduce(withOverrides, profile);
  const parsed = settingsSchema.safeParse(candidate);
  const problems = parsed.success ? [] : problemsOf(parsed.error, "", candidate);
  // What is wrong by itself gets the profile's value, so that all that is wrong together is told in the same breath.
  const settings = parsed.success ? parsed.data : repaired(candidate, profile, parsed.error);
  const findings = connectorFindings(settings);
  throwProblems(`the settings of the profile ${name}`, [
    ...problems,
    ...checkSettings(settings),
    ...errorsOf(findings),
  ]);
  return { profile: name, settings, warnings: [...findDefects(settings), ...warningsOf(findings)] };
}

/** Both, with every problem of both told at once. */
export function loadConfiguration(environment: Environment): LoadedSettings & { readonly backend: Backend } {
  const [settings, backend] = together(
    () => loadSettings(environment),
    () => loadBackend(environment),
  );
  return { ...settings, backend };
}

function connectorFindings(settings: PipelineSettings): ReturnType<typeof checkConnectors> {
  const findings = checkConnectors({
    // What the pipeline fills in is only known to Terraform, so the checks leave it alone.
    source: {
      ...settings.source,
      databaseHostname: UNKNOWN,
      databaseUser: UNKNOWN,
      databasePassword: UNKNOWN,
      databaseDbname: settings.database.databaseName,
    },
    sink: {
      ...settings.sink,
      s3BucketName: UNKNOWN,
      formatClass: s3SinkClasses.jsonFormat,
      storageClass: s3SinkClasses.s3Storage,
    },
    sourceWorker: settings.sourceConnector.worker ?? undefined,
    sinkWorker: settings.sinkConnector.worker ?? undefined,
    sourcePlugin: pluginOfArchive(settings.plugins.debezium.fileKey),
    sinkPlugin: pluginOfArchive(settings.plugins.s3Sink.fileKey),
    publicationCreatedBeforehand: settings.publication.createdBy === "psql",
    brokersCreateTopics: settings.cluster.serverProperties["auto.create.topics.enable"] === "true",
    kafkaConnectVersion: settings.sourceConnector.kafkaConnectVersion,
  });
  return findings.map((finding) => ({
    ...finding,
    path: finding.path.replace(/^(source|sink)Worker/, "$1Connector.worker"),
  }));
}

const UNKNOWN = "${known_when_terraform_runs}";
