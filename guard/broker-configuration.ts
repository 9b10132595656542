import { asText, type Json } from "../terraform/synthesized";
import { hit, subject } from "./finding";
import { asNumber, type PlannedResource } from "./planned";

const HOUR = 3_600_000;

/** Numbers that guard against the loss of a broker, with MSK's defaults for three zones (MSK developer guide, "Default MSK configuration"). */
const COPIES = {
  "default.replication.factor": 3,
  "offsets.topic.replication.factor": 3,
  "transaction.state.log.replication.factor": 3,
} as const;
const IN_SYNC = { "min.insync.replicas": 2, "transaction.state.log.min.isr": 2 } as const;

/** What a plan does to the brokers' server.properties (`aws_msk_configuration`). */
export const brokerConfiguration = subject(
  {
    "retention-shortened": {
      harm: "data",
      what: "Kafka deletes records earlier. What the sink hasn't written by then is lost, and what is older goes soon after the apply.",
      remedy:
        "Keep the retention longer than the longest outage of the sink; see that the sink has no lag before the apply.",
    },
    "unclean-election-on": {
      harm: "data",
      what: "A broker that isn't up to date may become leader: records that only the others had are lost, without an error.",
      remedy: "Keep unclean.leader.election.enable at false.",
    },
    "min-in-sync-lowered": {
      harm: "data",
      what: "Kafka confirms records that fewer brokers have: with one, the loss of a broker loses confirmed records.",
      remedy: "Keep it at 2 with three copies.",
    },
    "copies-lowered": {
      harm: "data",
      what: "New topics get fewer copies: the loss of a broker, or of its disk, can lose their records.",
      remedy: "Keep three copies. Topics that exist keep theirs.",
    },
    "message-size-lowered": {
      harm: "pipeline",
      what: "The brokers refuse records that they took until now: the source's task fails at the first row that is larger.",
      remedy: "Keep message.max.bytes at least as large as the producer's max.request.size.",
    },
    "broker-configuration-in-use": {
      harm: "refused",
      what: 'The cluster\'s configuration shall be destroyed while the cluster uses it: "Configuration is in use by one or more clusters".',
      remedy:
        "Change server_properties only, which makes a new revision; or give it create_before_destroy and a new name.",
    },
  },
  function* (plan) {
    for (const configuration of plan.of("aws_msk_configuration")) {
      if (configuration.isGone && !configuration.createsFirst) {
        const arn = configuration.before("arn");
        const user = plan
          .of("aws_msk_cluster")
          .find((msk) => !msk.isGone && arn !== undefined && msk.before("configuration_info", "arn") === arn);
        if (user)
          yield hit("broker-configuration-in-use", configuration, `${configuration.reason}; ${user.address} uses it`);
      }
      if (!configuration.isChanged || configuration.isUnknown("server_properties")) continue;
      const properties = new Properties(configuration);
      for (const [code, told] of differences(properties)) yield hit(code, configuration, told);
    }
  },
);

type Difference =
  "retention-shortened" | "unclean-election-on" | "min-in-sync-lowered" | "copies-lowered" | "message-size-lowered";

function* differences(properties: Properties): Iterable<readonly [Difference, string]> {
  const { before, after } = properties;
  if (retention(after) < retention(before))
    yield ["retention-shortened", properties.told(/^log\.retention\.(hours|minutes|ms)$/)];
  if (unlimited(after["log.retention.bytes"]) < unlimited(before["log.retention.bytes"]))
    yield ["retention-shortened", properties.told(/^log\.retention\.bytes$/)];
  // Not being set is true on MSK.
  if (before["unclean.leader.election.enable"] === "false" && after["unclean.leader.election.enable"] !== "false")
    yield ["unclean-election-on", properties.told(/^unclean\./)];
  for (const [name, fallback] of Object.entries(IN_SYNC)) {
    if (properties.lowers(name, fallback)) yield ["min-in-sync-lowered", properties.told(name)];
  }
  for (const [name, fallback] of Object.entries(COPIES)) {
    if (properties.lowers(name, fallback)) yield ["copies-lowered", properties.told(name)];
  }
  if (properties.lowers("message.max.bytes", 1_048_588))
    yield ["message-size-lowered", properties.told("message.max.bytes")];
}

/** Both contents of a properties file. */
class Properties {
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  private readonly isSecret: boolean;

  constructor(configuration: PlannedResource) {
    this.before = parseProperties(configuration.before("server_properties"));
    this.after = parseProperties(configuration.after("server_properties"));
    this.isSecret = configuration.isSensitive("server_properties");
  }

  lowers(name: string, fallback: number): boolean {
    return (asNumber(this.after[name]) ?? fallback) < (asNumber(this.before[name]) ?? fallback);
  }

  /** Those properties of that name that differ. */
  told(names: RegExp | string): string {
    const all = [...new Set([...Object.keys(this.before), ...Object.keys(this.after)])];
    return all
      .filter((name) => (typeof names === "string" ? name === names : names.test(name)))
      .filter((name) => this.before[name] !== this.after[name])
      .map((name) =>
        this.isSecret ? name : `${name}: ${this.before[name] ?? "not set"} → ${this.after[name] ?? "not set"}`,
      )
      .join(", ");
  }
}

/** Java's properties, as far as MSK's have them: `name=value`, a line each. */
export function parseProperties(text: Json | undefined): Readonly<Record<string, string>> {
  const lines = asText(text)
    .split("\n")
    .map((line) => /^\s*([^#!=\s][^=\s]*)\s*=\s*(.*?)\s*$/.exec(line));
  return Object.fromEntries(lines.flatMap((found) => (found ? [[found[1] ?? "", found[2] ?? ""]] : [])));
}

/** Milliseconds; the finest unit that is set counts, and seven days where none is. */
function retention(properties: Readonly<Record<string, string>>): number {
  const { "log.retention.ms": ms, "log.retention.minutes": minutes, "log.retention.hours": hours = "168" } = properties;
  if (ms !== undefined) return unlimited(ms);
  return minutes === undefined ? unlimited(hours) * HOUR : unlimited(minutes) * 60_000;
}

/** -1, and not being set, is no limit. */
function unlimited(value: string | undefined): number {
  const number = asNumber(value) ?? -1;
  return number < 0 ? Infinity : number;
}
