import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeAtomically } from "../../connectors/plugins/lock";
import { allPages, isNotFound } from "../aws";
import { isSecret } from "../secrets";
import { copyObjects, listObjects } from "./bucket-copy";
import { type TeardownContext, TeardownFailure, waitUntil } from "./context";
import type { Step } from "./step";

/** Their ids: what may be left out. */
export const preservationSteps = [
  "snapshot",
  "bucket-copy",
  "topics",
  "connector-configurations",
  "outputs",
  "state",
] as const;

/** The README's "Data Preservation Before Cleanup". */
export function preservation(context: TeardownContext): Step[] {
  const { outputs, backup, copyTo, keepDatabase, databaseIdentifier, infrastructure } = context;
  const file = (name: string): string => join(backup, name);
  const written = (id: string, title: string, name: string, content: () => Promise<string>): Step => ({
    ...{ id, title, preserves: true },
    preview: async () => `${(await content()).length} bytes to ${file(name)}`,
    run: async () => {
      writePrivately(file(name), await content());
      return file(name);
    },
  });
  const snapshot: Step = {
    ...{ id: "snapshot", title: "final snapshot of the database", preserves: true },
    preview: () => Promise.resolve(`${snapshotIdentifier(context)} of ${databaseIdentifier}`),
    run: () => takeSnapshot(context),
  };
  return [
    ...(keepDatabase ? [] : [snapshot]),
    {
      ...{ id: "bucket-copy", title: "copy of the destination bucket", preserves: true },
      preview: async () => {
        const objects = await listObjects(context.aws, outputs.destinationBucket);
        return `${objects.length} objects, ${objects.reduce((sum, { size }) => sum + size, 0)} bytes to ${copyTo}`;
      },
      run: () => copyObjects(context),
    },
    written("topics", "list of the topics", "topics.json", () => describeTopics(context)),
    written("connector-configurations", "configurations of the connectors", "connectors.json", () =>
      describeConnectors(context),
    ),
    written("outputs", "outputs of the stack", "outputs.json", () => Promise.resolve(asJson(outputs))),
    written("state", "Terraform's state, which holds the password", "terraform.tfstate", () => infrastructure.state()),
  ];
}

/** The same in every attempt of one teardown: cdcsourcedb-teardown-20261125-093000. */
function snapshotIdentifier({ databaseIdentifier, startedAt }: TeardownContext): string {
  const moment = startedAt.replace(/\..*$/, "").replace(/[-:]/g, "").replace("T", "-");
  return `${databaseIdentifier}-teardown-${moment}`;
}

async function takeSnapshot(context: TeardownContext): Promise<string> {
  const rds = await context.aws.rds();
  const DBSnapshotIdentifier = snapshotIdentifier(context);
  try {
    await rds.createDBSnapshot({ DBInstanceIdentifier: context.databaseIdentifier, DBSnapshotIdentifier });
  } catch (error) {
    // Of an attempt that was interrupted while it waited.
    if (!(error instanceof Error && error.name.startsWith("DBSnapshotAlreadyExists"))) throw error;
  }
  await waitUntil(`the snapshot ${DBSnapshotIdentifier} isn't available`, context, async () => {
    const { DBSnapshots: [snapshot] = [] } = await rds.describeDBSnapshots({ DBSnapshotIdentifier });
    if (snapshot?.Status === "failed") throw new TeardownFailure(`the snapshot ${DBSnapshotIdentifier} failed`);
    if (snapshot?.Status === "available") return true;
    context.progress(`${DBSnapshotIdentifier}: ${snapshot?.PercentProgress ?? 0} %`);
    return undefined;
  });
  return DBSnapshotIdentifier;
}

/** By MSK's API, so that it also works from outside of the VPC. */
async function describeTopics({ aws, outputs }: TeardownContext): Promise<string> {
  const kafka = await aws.kafka();
  const topics = await allPages(async (NextToken) => {
    const page = await kafka.listTopics({ ClusterArn: outputs.clusterArn, NextToken });
    return { items: page.Topics, next: page.NextToken };
  });
  return asJson(topics);
}

/** Without the passwords in them: those are where the pipeline keeps its secrets. */
async function describeConnectors({ aws, outputs }: TeardownContext): Promise<string> {
  const kafkaConnect = await aws.kafkaConnect();
  const described = await Promise.all(
    [outputs.sourceArn, outputs.sinkArn].map(async (connectorArn) => {
      try {
        const connector = await kafkaConnect.describeConnector({ connectorArn });
        const masked = Object.entries(connector.connectorConfiguration ?? {}).map(([name, value]) => [
          name,
          isSecret(name) ? "(secret)" : value,
        ]);
        return { ...connector, $metadata: undefined, connectorConfiguration: Object.fromEntries(masked) as object };
      } catch (error) {
        if (isNotFound(error)) return { connectorArn, gone: true };
        throw error;
      }
    }),
  );
  return asJson(described);
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** For this user's eyes only. */
function writePrivately(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeAtomically(file, Buffer.from(text), 0o600);
}
