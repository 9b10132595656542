import { z } from "zod";

export const tuningSchema = z.strictObject({
  tables: z
    .int()
    .min(1)
    .max(10_000)
    .describe(
      "Captured tables that are written to at the same time. The checks count with it: the sink holds a buffer of sink.s3PartSize for " +
        "each of their topics' partitions, and all have to fit into a worker.",
    ),
  largestRowBytes: z
    .int()
    .min(1)
    .max(10_000_000)
    .describe(
      "The largest row, in bytes. An event has it twice (before and after, with REPLICA IDENTITY FULL) in JSON; producer, brokers and " +
        "the replicas' fetches have to take events of that size, and Debezium's queue of them has to fit into a worker.",
    ),
});
