import type { PlanJson } from "../terraform/plan";
import { brokerConfiguration } from "./broker-configuration";
import { buckets } from "./buckets";
import { cluster } from "./cluster";
import { connectors } from "./connectors";
import { database } from "./database";
import { databaseParameters } from "./database-parameters";
import { type Finding, type Harm, harms, type Kind } from "./finding";
import { names } from "./names";
import { network } from "./network";
import { Planned } from "./planned";
import { publication } from "./publication";
import { secrets } from "./secrets";
import { sinkConfiguration } from "./sink-configuration";
import { sourceConfiguration } from "./source-configuration";
import { state } from "./state";

/** From left to right through the pipeline, then what lies around it. */
const SUBJECTS = [
  database,
  databaseParameters,
  publication,
  cluster,
  brokerConfiguration,
  connectors,
  sourceConfiguration,
  sinkConfiguration,
  buckets,
  secrets,
  names,
  network,
  state,
];

/** Every kind of danger, by the name that `--allow` takes. */
export const kinds: ReadonlyMap<string, Kind> = new Map(SUBJECTS.flatMap((subject) => Object.entries(subject.kinds)));

/** What a plan does to data, the worst first. Nothing in it is secret. */
export function findDangers(json: PlanJson): Finding[] {
  const plan = new Planned(json);
  const findings = SUBJECTS.flatMap((subject) =>
    [...subject.check(plan)].flatMap(({ code, resource, why }): Finding[] => {
      const kind = subject.kinds[code];
      return kind === undefined ? [] : [{ code, address: resource.address, why, ...kind }];
    }),
  );
  const order = Object.keys(harms) as Harm[];
  return findings.sort((a, b) => order.indexOf(a.harm) - order.indexOf(b.harm));
}
