import { archiveChecks } from "./archive-checks";
import type { Check } from "./check";
import { connectorChecks } from "./connector-checks";
import { databaseChecks } from "./database-checks";
import { kafkaChecks } from "./kafka-checks";
import { networkChecks } from "./network-checks";
import type { Pipeline } from "./pipeline";
import { roleChecks } from "./role-checks";

/** The README's debug checklist, in its order: what has to be well first comes first. */
export function checklist(pipeline: Pipeline): Check[] {
  const connectors = [pipeline.source, pipeline.sink];
  return [
    ...databaseChecks(pipeline),
    ...kafkaChecks(pipeline),
    ...networkChecks(pipeline),
    ...connectors.flatMap((connector) => roleChecks(pipeline, connector)),
    ...connectors.flatMap((connector) => archiveChecks(pipeline, connector)),
    ...connectors.flatMap((connector) => connectorChecks(pipeline, connector)),
  ];
}
