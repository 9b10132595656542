import { compareSettings } from "../../local/reading/deployed";
import { allPages } from "../aws";
import { isSecret } from "../secrets";
import { type Check, Failing, NotCheckable } from "./check";
import { latestMetric } from "./metrics";
import type { Connector, Pipeline } from "./pipeline";
import { remedies } from "./remedies";

/** A connector: whether it runs, with which settings, and what its log says. */
export function connectorChecks(pipeline: Pipeline, connector: Connector): Check[] {
  const { role, settings } = connector;
  const stopped = role === "source" ? remedies.connectorFails : remedies.noFiles;
  return [
    {
      id: `${role}-state`,
      name: `${settings.name} is RUNNING`,
      remedy: stopped,
      run: () => state(connector),
    },
    {
      id: `${role}-tasks`,
      name: `${settings.name} has running tasks`,
      remedy: stopped,
      run: () => tasks(pipeline, connector),
    },
    {
      id: `${role}-configuration`,
      name: `${settings.name} has the synthesized settings`,
      remedy: remedies.incremental,
      run: () => configuration(connector),
    },
    {
      id: `${role}-log`,
      name: `${settings.name} logged no error within an hour`,
      remedy: stopped,
      run: () => errors(pipeline, connector),
    },
  ];
}

async function state({ describe }: Connector): Promise<string> {
  const { connectorState, stateDescription } = await describe();
  if (connectorState === "RUNNING") return "RUNNING";
  throw new Failing([connectorState, stateDescription?.code, stateDescription?.message].filter(Boolean).join(": "));
}

/** MSK Connect tells of connectors only; CloudWatch counts their tasks. */
async function tasks({ aws }: Pipeline, { settings }: Connector): Promise<string> {
  const of = (metric: string): Promise<number | undefined> =>
    latestMetric(aws, {
      ...{ namespace: "AWS/KafkaConnect", metric, statistic: "Maximum" },
      dimensions: { ConnectorName: settings.name },
    });
  const [running, errored = 0] = [await of("RunningTaskCount"), await of("ErroredTaskCount")];
  if (running === undefined) throw new NotCheckable("CloudWatch has no RunningTaskCount of the last 15 minutes");
  if (errored > 0) throw new Failing(`${errored} failed, ${running} running`);
  if (running < 1) throw new Failing("none runs");
  return `${running} running`;
}

async function configuration({ settings, describe }: Connector): Promise<string> {
  const deployed = (await describe()).connectorConfiguration ?? {};
  const { compared, different } = compareSettings(settings.configuration, deployed);
  if (different.length === 0) return `${compared} compared`;
  const shown = (name: string, value: string | undefined): string =>
    value === undefined ? "not set" : isSecret(name) ? "(secret)" : JSON.stringify(value);
  const lines = different.map(
    (name) => `${name}: ${shown(name, deployed[name])} instead of ${shown(name, settings.configuration[name])}`,
  );
  throw new Failing(
    [...lines, "synthesize what is deployed (npm run synth, or --profile), or apply what is synthesized"].join("\n"),
  );
}

/** So many pages of the log are read: enough to know that there are errors. */
const PAGES = 20;

async function errors({ aws, secrets }: Pipeline, { describe }: Connector): Promise<string> {
  const { enabled, logGroup } = (await describe()).logDelivery?.workerLogDelivery?.cloudWatchLogs ?? {};
  if (!enabled || logGroup === undefined)
    throw new NotCheckable("it writes no log to CloudWatch: set logRetentionInDays of the connector");
  const logs = await aws.logs();
  const startTime = Date.now() - 3_600_000;
  let pages = 0;
  const events = await allPages(async (nextToken) => {
    const page = await logs.filterLogEvents({ logGroupName: logGroup, startTime, filterPattern: "ERROR", nextToken });
    pages += 1;
    return { items: page.events, next: pages < PAGES ? page.nextToken : undefined };
  });
  if (events.length === 0) return `none in ${logGroup}`;
  const [line = ""] = (events.at(-1)?.message ?? "").trim().split("\n");
  throw new Failing(
    `${events.length}${pages < PAGES ? "" : " or more"} in ${logGroup}, the last:\n${cut(secrets.redact(line))}`,
  );
}

/** Comes after redacting: half a secret wouldn't be found. */
function cut(line: string): string {
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
