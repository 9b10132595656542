import { Option } from "commander";

/** What `--with-cluster` was given; without it there is one broker. */
export interface WithCluster {
  readonly withCluster?: "1" | "3";
}

/** MSK spreads brokers over three zones, so three are the smallest real cluster. */
export function withClusterOption(): Option {
  const what = "Kafka brokers to start; with 3 instead of 1, replication and a broker's death are real";
  return new Option("--with-cluster <brokers>", what).choices(["1", "3"]);
}

export function brokerCount({ withCluster }: WithCluster): number {
  return Number(withCluster ?? 1);
}
