import { join } from "node:path";
import { Command } from "commander";
import { widgetsOf } from "../monitoring/dashboard";
import { GRAFANA_VARIABLES, grafanaDashboard } from "../monitoring/grafana-dashboard";
import { watchedPipeline } from "../monitoring/series";
import { readEnvironment } from "../profiles/environment";
import { loadSettings } from "../profiles/load";
import type { PipelineSettings } from "../profiles/schema";
import { type Output, parseWords, tellError, withOutput } from "./output";

interface Options {
  readonly profile?: string;
  readonly region: string;
}

const PROJECT = join(__dirname, "..");

const examples = `
Examples:
  npm run --silent grafana > dashboard.json                          for the settings of cdktf.json
  npm run --silent grafana -- --profile existing > dashboard.json    for another profile

Import the file in Grafana (Dashboards, New, Import) and choose a CloudWatch data source. Database and bucket are found by their
names. It shows what the CloudWatch dashboard of monitoring.dashboard shows, and needs neither it nor the alarms.

Exit codes: 0 printed, 1 failed, 2 wrong usage.`;

/** Runs the command; the answer is its exit code. */
export function runGrafana(words: readonly string[], output: Output = process): number {
  const command = createCommand(output);
  const finished = parseWords(command, words);
  if (finished !== undefined) return finished;
  try {
    const { profile, region } = command.opts<Options>();
    const environment = readEnvironment(PROJECT);
    const variables =
      profile === undefined ? environment.variables : { ...environment.variables, CDC_PROFILE: profile };
    const { settings } = loadSettings({ ...environment, variables });
    output.stdout.write(`${JSON.stringify(dashboard(settings, region), null, 2)}\n`);
    return 0;
  } catch (error) {
    return tellError(error, output);
  }
}

function createCommand(output: Output): Command {
  const command = new Command("grafana")
    .description("Print a Grafana dashboard of the pipeline, as JSON, for a CloudWatch data source.")
    .option("--profile <name>", "the settings of this profile instead of cdktf.json's")
    .option("--region <name>", "the region that is chosen when the dashboard is opened", "us-east-1")
    .addHelpText("after", examples)
    .action(() => undefined);
  return withOutput(command, output);
}

function dashboard(settings: PipelineSettings, region: string): object {
  const { cluster, database, buckets, monitoring } = settings;
  const pipeline = watchedPipeline(settings, GRAFANA_VARIABLES);
  return grafanaDashboard(widgetsOf(pipeline, monitoring.alarms), {
    clusterName: cluster.clusterName,
    region,
    // The AWS provider's own names begin with terraform-.
    databasePattern: database.identifier === null ? "^terraform-" : `^${database.identifier}$`,
    bucketPattern: `^${buckets.destination.namePrefix}-[0-9a-f]{16}$`,
  });
}

if (require.main === module) process.exitCode = runGrafana(process.argv.slice(2));
