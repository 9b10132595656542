import { literal, Refused, Unreachable } from "../database";
import { allPages, isNotFound } from "../aws";
import { type TeardownContext, TeardownFailure, waitUntil } from "./context";
import type { Step } from "./step";
import { holdsData } from "./infrastructure";
import { divide } from "./units";

/**
 * Connectors first, so that nothing writes any more. Where the database goes as well, the slot goes before it: a final snapshot
 * with a slot that nobody reads would fill the disk of whatever is restored from it. Where the database stays, the slot goes
 * last: until then the pipeline can be made again and goes on where it was.
 */
export function destruction(context: TeardownContext): Step[] {
  const { keepDatabase, infrastructure, stack } = context;
  const { connectors, rest, kept } = divide(stack, keepDatabase);
  const slot: Step = {
    ...{ id: "slot", title: `slot ${slotName(context)} dropped`, preserves: false },
    preview: () => previewSlot(context),
    run: () => dropSlot(context),
  };
  return [
    {
      ...{ id: "connectors", title: "connectors destroyed", preserves: false },
      preview: () => Promise.resolve(connectors.map((unit) => `-target=${unit}`).join(" ")),
      run: async () => `${await infrastructure.destroy(connectors, /^aws_mskconnect_connector$/)} resources`,
    },
    ...(keepDatabase ? [] : [slot]),
    {
      // AWS deletes no bucket with objects in it, old versions included.
      ...{ id: "buckets", title: "buckets emptied", preserves: false },
      preview: async () => (await buckets(context)).join(", ") || "none",
      run: () => emptyBuckets(context),
    },
    {
      ...{
        id: "rest",
        title: keepDatabase ? `all but ${kept.join(", ")} destroyed` : "the rest destroyed",
        preserves: false,
      },
      preview: async () => {
        const { changes } = await infrastructure.planDestruction(keepDatabase ? [...connectors, ...rest] : undefined);
        const data = changes.filter(holdsData).map(({ address }) => address);
        return [`${changes.length} resources with the connectors, with data in`, ...data].join("\n  ");
      },
      run: async () => {
        const database = keepDatabase ? "(?!aws_db_instance)" : "";
        return `${await infrastructure.destroy(keepDatabase ? rest : undefined, new RegExp(`^${database}`))} resources`;
      },
    },
    ...(keepDatabase ? [slot] : []),
    {
      ...{ id: "validation", title: "nothing left", preserves: false },
      preview: () => Promise.resolve(`what is tagged ${context.tag.key}=${context.tag.value} is looked for`),
      run: () => validate(context),
    },
  ];
}

/** What would end it in the middle. */
export async function obstacles(context: TeardownContext): Promise<string[]> {
  const { infrastructure, keepDatabase, aws, database } = context;
  if (keepDatabase) {
    // Now, because the secret with its password goes before the slot does.
    const reason = await database.sql("SELECT 1").then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    return reason === undefined ? [] : [`the slot couldn't be dropped at the end: ${reason}`];
  }
  const instances = await infrastructure.instances();
  const found = await Promise.all(
    instances
      .filter(({ type }) => type === "aws_db_instance")
      .map(async ({ attributes }) => {
        const name = String(attributes.identifier);
        const lines = attributes.deletion_protection
          ? [`${name} is protected: set database.deletionProtection to false, and apply`]
          : [];
        const last = attributes.skip_final_snapshot ? undefined : attributes.final_snapshot_identifier;
        if (typeof last === "string" && (await snapshotExists(aws, last)))
          lines.push(
            `there is a snapshot ${last} already: delete it, or change database.finalSnapshotIdentifier and apply`,
          );
        return lines;
      }),
  );
  return found.flat();
}

async function snapshotExists(aws: TeardownContext["aws"], DBSnapshotIdentifier: string): Promise<boolean> {
  try {
    const { DBSnapshots: found = [] } = await (await aws.rds()).describeDBSnapshots({ DBSnapshotIdentifier });
    return found.length > 0;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

function slotName({ database }: TeardownContext): string {
  return database.settings.source.configuration["slot.name"] ?? "debezium";
}

async function previewSlot(context: TeardownContext): Promise<string> {
  const sql = `SELECT active FROM pg_replication_slots WHERE slot_name = ${literal(slotName(context))}`;
  try {
    const [row] = await context.database.sql(sql);
    return row === undefined ? "there is none" : row[0] === "t" ? "active until the connector is gone" : "not active";
  } catch (error) {
    if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
    return goesWithDatabase(error);
  }
}

async function dropSlot(context: TeardownContext): Promise<string> {
  const name = slotName(context);
  const slot = `FROM pg_replication_slots WHERE slot_name = ${literal(name)}`;
  try {
    // PostgreSQL notices a moment later that its reader is gone.
    return await waitUntil(`the slot ${name} is still read by something, so it isn't dropped`, context, async () => {
      const [row] = await context.database.sql(`SELECT active ${slot}`);
      if (row === undefined) return "there was none";
      if (row[0] === "t") return undefined;
      await context.database.sql(`SELECT pg_drop_replication_slot(slot_name) ${slot}`);
      return "dropped";
    });
  } catch (error) {
    if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
    if (!context.keepDatabase) return goesWithDatabase(error);
    // The secret may be gone already: the whole reason says how else to give user and password.
    const command = `psql -c "SELECT pg_drop_replication_slot('${name}');"`;
    throw new TeardownFailure(`${error.message}\nWAL fills the database's disk until it is dropped: ${command}`);
  }
}

/** Those of the state, but for what is kept. */
async function buckets({ infrastructure, stack, keepDatabase }: TeardownContext): Promise<string[]> {
  const { kept } = divide(stack, keepDatabase);
  return (await infrastructure.instances())
    .filter(({ type, unit }) => type === "aws_s3_bucket" && !kept.includes(unit))
    .map(({ attributes }) => String(attributes.bucket));
}

async function emptyBuckets(context: TeardownContext): Promise<string> {
  let deleted = 0;
  const names = await buckets(context);
  for (const name of names) {
    try {
      deleted += await emptyBucket(context, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return `${deleted} versions of objects in ${names.join(", ") || "no bucket"}`;
}

async function emptyBucket({ aws, progress, signal }: TeardownContext, Bucket: string): Promise<number> {
  const s3 = await aws.s3();
  for (let deleted = 0; ;) {
    signal?.throwIfAborted();
    const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return deleted;
    const { Errors: [first] = [] } = await s3.deleteObjects({ Bucket, Delete: { Objects, Quiet: true } });
    if (first !== undefined) throw new TeardownFailure(`${Bucket}: ${first.Key}: ${first.Code}: ${first.Message}`);
    deleted += Objects.length;
    progress(`${Bucket}: ${deleted} versions deleted`);
  }
}

/** AWS goes on naming what is gone for a while; snapshots are meant to stay. */
async function validate(context: TeardownContext): Promise<string> {
  const { infrastructure, tag, keepDatabase } = context;
  const instances = await infrastructure.instances();
  if (!keepDatabase && instances.length > 0)
    throw new TeardownFailure(`Terraform still has ${instances.length} resources: terraform state list`);
  const kept = new Set(instances.map(({ attributes }) => attributes.arn));
  let left: string[] = [];
  try {
    await waitUntil(`tagged ${tag.key}=${tag.value} is still there`, context, async () => {
      const tagged = await taggedResources(context);
      left = tagged.filter((arn) => !kept.has(arn) && !/:(cluster-)?snapshot:/.test(arn));
      if (left.length === 0) return true;
      context.progress(`${left.length} left`);
      return undefined;
    });
  } catch (error) {
    if (error instanceof TeardownFailure) throw new TeardownFailure([`${error.message}:`, ...left].join("\n  "));
    throw error;
  }
  return keepDatabase ? `nothing but the ${instances.length} resources that were kept` : "nothing, snapshots aside";
}

async function taggedResources({ aws, tag }: TeardownContext): Promise<string[]> {
  const tagging = await aws.tagging();
  return allPages(async (PaginationToken) => {
    const TagFilters = [{ Key: tag.key, Values: [tag.value] }];
    const page = await tagging.getResources({ TagFilters, PaginationToken });
    const items = (page.ResourceTagMappingList ?? []).map(({ ResourceARN: arn = "" }) => arn);
    return { items, next: page.PaginationToken };
  });
}

function goesWithDatabase(error: Error): string {
  return `not dropped, it goes with the database: ${error.message.split("\n")[0]}`;
}
