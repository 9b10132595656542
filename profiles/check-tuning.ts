import { s3SinkClasses } from "../connectors/s3-sink";
import type { Problem } from "../lib/errors";
import type { PipelineSettings } from "./schema";

const MIB = 1024 * 1024;
/** An MCU has 4 GiB (MSK developer guide), of which Java takes a quarter for its heap unless told otherwise; AWS doesn't tell. */
const HEAP_BYTES_OF_MCU = 1024 * MIB;
/** What a worker needs beside the buffers that are counted here. An assumption. */
const SHARE_FOR_BUFFERS = 0.6;
/** Kafka's defaults: max.request.size of producers, message.max.bytes of brokers, replica.fetch.max.bytes. */
const REQUEST_BYTES = 1_048_576;
const MESSAGE_BYTES = 1_048_588;
/** Confluent's default of s3.part.size. */
const PART_BYTES = 26_214_400;
/** Debezium's default of max.queue.size. */
const QUEUE_SIZE = 8192;
/** Names, source block and quotes of an event, beside its two images of the row. An assumption. */
const EVENT_OVERHEAD_BYTES = 2000;

/** Sizes and numbers that have to fit each other along the way of a row. */
export function checkTuning(settings: PipelineSettings): Problem[] {
  return [...checkSinkMemory(settings), ...checkSourceMemory(settings), ...checkMessageSize(settings)];
}

/** Bytes of the largest event that a row of this size becomes: both images of it, as JSON. */
export function largestEvent({ largestRowBytes }: PipelineSettings["tuning"]): number {
  return 2 * largestRowBytes + EVENT_OVERHEAD_BYTES;
}

function checkSinkMemory({ tuning, sink, source, sinkConnector }: PipelineSettings): Problem[] {
  if (sink.s3ElasticBufferEnable) return [];
  const partitions = Math.max(1, source.topicCreationDefaultPartitions ?? 1);
  // A file of the past hour or day may still be open when the next one begins.
  const timeBased = sink.partitionerClass !== undefined && sink.partitionerClass !== s3SinkClasses.defaultPartitioner;
  const files = tuning.tables * partitions * (timeBased ? 2 : 1);
  const part = sink.s3PartSize ?? PART_BYTES;
  const room = buffers(sinkConnector);
  if (files * part <= room) return [];
  return [
    {
      code: "sink-memory",
      path: "sink.s3PartSize",
      got: part,
      expected: `at most ${Math.floor(room / files)}: ${files} files at the same time (tuning.tables, partitions), a buffer each, in the ${Math.floor(room / MIB)} MiB that a worker of ${sinkConnector.capacity.mcuCount} MCU has for them`,
      fix: "lower it (not under 5242880), set sink.s3ElasticBufferEnable, or raise sinkConnector.capacity.mcuCount",
    },
  ];
}

function checkSourceMemory({ tuning, source, sourceConnector }: PipelineSettings): Problem[] {
  const queue = source.maxQueueSize ?? QUEUE_SIZE;
  const room = buffers(sourceConnector);
  // Rows are far from all being the largest: a tenth of them is taken for it.
  if ((queue * largestEvent(tuning)) / 10 <= room) return [];
  return [
    {
      code: "source-memory",
      path: "source.maxQueueSize",
      got: queue,
      expected: `at most ${Math.floor((room * 10) / largestEvent(tuning))}, with rows of up to ${tuning.largestRowBytes} bytes (tuning.largestRowBytes) in a worker of ${sourceConnector.capacity.mcuCount} MCU`,
      fix: "lower it with source.maxBatchSize, or raise sourceConnector.capacity.mcuCount",
    },
  ];
}

/** Row → producer → broker → replica. The consumer isn't among them: it takes the first record of a fetch whatever its size. */
function checkMessageSize({ tuning, sourceConnector, cluster }: PipelineSettings): Problem[] {
  const event = largestEvent(tuning);
  const broker = cluster.serverProperties;
  const steps: [path: string, value: number][] = [
    [
      "sourceConnector.worker.producer.max.request.size",
      size(sourceConnector.worker?.producer?.["max.request.size"], REQUEST_BYTES),
    ],
    ["cluster.serverProperties.message.max.bytes", size(broker["message.max.bytes"], MESSAGE_BYTES)],
    ["cluster.serverProperties.replica.fetch.max.bytes", size(broker["replica.fetch.max.bytes"], REQUEST_BYTES)],
  ];
  const problems = steps
    .filter(([, value]) => value < event)
    .map(([path, value]) => ({
      code: "message-size",
      path,
      got: value,
      expected: `at least ${event}: the event of a row of ${tuning.largestRowBytes} bytes (tuning.largestRowBytes)`,
      fix: "raise it, or lower tuning.largestRowBytes if rows are never so large",
    }));
  const [[producer, request], [, message]] = steps as [[string, number], [string, number]];
  if (request > REQUEST_BYTES && request > message) {
    problems.push({
      code: "request-larger-than-message",
      path: producer,
      got: request,
      expected: `at most cluster.serverProperties.message.max.bytes (${message}): the broker refuses what is larger`,
      fix: "lower it, or raise message.max.bytes",
    });
  }
  return problems;
}

function buffers({ capacity }: PipelineSettings["sinkConnector"]): number {
  return capacity.mcuCount * HEAP_BYTES_OF_MCU * SHARE_FOR_BUFFERS;
}

function size(text: string | undefined, byDefault: number): number {
  return text === undefined ? byDefault : Number(text);
}
