import { join } from "node:path";
import {
  type handleUnaryCall,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { applyChange, importState, type Path, planChange, type ProviderSettings, Refusal } from "./behaviour";
import { type Answers, readDataSource } from "./data-sources";
import type { Block, ProviderSchema } from "./schema";
import { SCHEMA_VERSION, upgradeState } from "./upgrade";
import { decodeValue, encodeValue, isMap, type Value, type ValueMap } from "./values";

/** A stand-in provider that is being served. */
export interface ServedProvider {
  /** The port on 127.0.0.1. */
  readonly port: number;
  /** Ends it at once. */
  stop(): void;
}

interface Wire {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

/** The fields of all requests; each method reads the ones it knows to be there. */
interface Request {
  readonly type_name?: string;
  readonly config?: Wire | null;
  readonly prior_state?: Wire | null;
  readonly proposed_new_state?: Wire | null;
  readonly planned_state?: Wire | null;
  readonly current_state?: Wire | null;
  readonly raw_state?: Wire | null;
  readonly private?: Uint8Array;
  readonly prior_private?: Uint8Array;
  readonly planned_private?: Uint8Array;
  readonly id?: string;
}

type Response = Record<string, unknown>;
type Method = (request: Request) => Response;

const DEFAULT_REGION = "us-east-1";
/** Marks a state that an import made, until the first apply completes it. */
const IMPORTED = "imported";
const NESTING = { single: "SINGLE", list: "LIST", set: "SET" } as const;

/** Serves one provider on a port of its own, which is all that tells providers apart when Terraform reattaches. */
export async function serveProvider(schema: ProviderSchema, answers: Answers): Promise<ServedProvider> {
  const definition = loadSync(join(__dirname, "tfplugin6.proto"), { keepCase: true, longs: Number, oneofs: false });
  const loaded = loadPackageDefinition(definition).tfplugin6 as unknown as { Provider: ServiceClientConstructor };
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const implementation: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(providerMethods(schema, answers))) {
    const handler: handleUnaryCall<Request, Response> = (call, done) => done(null, answer(method, call.request));
    implementation[name] = handler;
  }
  server.addService(loaded.Provider.service, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return { port, stop: () => server.forceShutdown() };
}

function answer(method: Method, request: Request): Response {
  try {
    return method(request);
  } catch (error) {
    const summary = error instanceof Error ? error.message : String(error);
    const attribute = error instanceof Refusal ? wirePath(error.path) : undefined;
    return { diagnostics: [{ severity: "ERROR", summary, attribute }] };
  }
}

function providerMethods(schema: ProviderSchema, answers: Answers): Record<string, Method> {
  let settings: ProviderSettings = { region: DEFAULT_REGION, defaultTags: {} };
  const resource = ({ type_name = "" }: Request): [type: string, schema: Block] => [
    type_name,
    find(schema.resources, "resource", type_name),
  ];
  const dataSource = ({ type_name = "" }: Request): [type: string, schema: Block] => [
    type_name,
    find(schema.dataSources, "data source", type_name),
  ];
  const ephemeral = ({ type_name = "" }: Request): [type: string, schema: Block] => [
    type_name,
    find(schema.ephemeralResources, "ephemeral resource", type_name),
  ];
  return {
    GetProviderSchema: () => ({
      provider: { version: 0, block: wireBlock(schema.provider) },
      resource_schemas: wireSchemas(schema.resources),
      data_source_schemas: wireSchemas(schema.dataSources),
      ephemeral_resource_schemas: wireSchemas(schema.ephemeralResources),
    }),
    GetFunctions: () => ({ functions: {} }),
    StopProvider: () => ({}),
    ValidateProviderConfig: () => ({}),
    ValidateResourceConfig: (request) => (resource(request), {}),
    ValidateDataResourceConfig: (request) => (dataSource(request), {}),
    UpgradeResourceState: (request) => {
      const [, block] = resource(request);
      const state = JSON.parse(Buffer.from(request.raw_state?.json ?? []).toString()) as Value;
      return { upgraded_state: { json: Buffer.from(JSON.stringify(upgradeState(block, state))) } };
    },
    ConfigureProvider: ({ config }) => {
      settings = providerSettings(readMap(config));
      return {};
    },
    ReadResource: (request) => ({ new_state: request.current_state, private: request.private }),
    PlanResourceChange: (request) => {
      const [type, block] = resource(request);
      const proposed = read(request.proposed_new_state);
      if (!isMap(proposed)) return { planned_state: request.proposed_new_state, legacy_type_system: true };
      const prior = read(request.prior_state);
      const imported = Buffer.from(request.prior_private ?? []).toString() === IMPORTED;
      const plan = planChange(block, { type, prior: isMap(prior) ? prior : null, proposed, imported, settings });
      return {
        planned_state: write(plan.planned),
        requires_replace: plan.requiresReplace.map(wirePath),
        legacy_type_system: true,
      };
    },
    ApplyResourceChange: (request) => {
      const [type, block] = resource(request);
      const [prior, planned] = [read(request.prior_state), read(request.planned_state)];
      if (!isMap(planned)) return { new_state: request.planned_state, legacy_type_system: true };
      const state = applyChange(block, type, isMap(prior) ? prior : null, planned, settings);
      return { new_state: write(state), legacy_type_system: true };
    },
    ImportResourceState: (request) => {
      const [type, block] = resource(request);
      const state = write(importState(block, type, request.id ?? ""));
      return { imported_resources: [{ type_name: type, state, private: Buffer.from(IMPORTED) }] };
    },
    ReadDataSource: (request) => {
      const [type, block] = dataSource(request);
      const context = { ...answers, region: settings.region };
      return { state: write(readDataSource(block, type, readMap(request.config), context)) };
    },
    ValidateEphemeralResourceConfig: (request) => (ephemeral(request), {}),
    // Reads what the data source of the same name does.
    OpenEphemeralResource: (request) => {
      const [type, block] = ephemeral(request);
      const context = { ...answers, region: settings.region };
      return { result: write(readDataSource(block, type, readMap(request.config), context)) };
    },
    CloseEphemeralResource: () => ({}),
  };
}

function find(schemas: ReadonlyMap<string, Block>, kind: string, type: string): Block {
  const schema = schemas.get(type);
  if (!schema) throw new Error(`the stand-in provider doesn't serve the ${kind} ${type}: pass it in \`types\``);
  return schema;
}

function providerSettings(config: ValueMap): ProviderSettings {
  const [defaults] = Array.isArray(config.default_tags) ? config.default_tags : [];
  return {
    region: typeof config.region === "string" ? config.region : DEFAULT_REGION,
    defaultTags: isMap(defaults) ? (defaults.tags ?? {}) : {},
  };
}

function read(wire: Wire | null | undefined): Value {
  return wire?.msgpack?.length ? decodeValue(wire.msgpack) : null;
}

function readMap(wire: Wire | null | undefined): ValueMap {
  const value = read(wire);
  return isMap(value) ? value : {};
}

function write(value: Value): Wire {
  return { msgpack: encodeValue(value) };
}

function wirePath(path: Path): Response {
  return {
    steps: path.map((step) => (typeof step === "number" ? { element_key_int: step } : { attribute_name: step })),
  };
}

function wireSchemas(schemas: ReadonlyMap<string, Block>): Response {
  return Object.fromEntries(
    [...schemas].map(([type, block]) => [type, { version: SCHEMA_VERSION, block: wireBlock(block) }]),
  );
}

function wireBlock(block: Block): Response {
  return {
    attributes: block.attributes.map(({ type, writeOnly, ...attribute }) => ({
      ...attribute,
      type: Buffer.from(JSON.stringify(type)),
      write_only: writeOnly,
    })),
    block_types: block.blocks.map((nested) => ({
      type_name: nested.name,
      nesting: NESTING[nested.nesting],
      min_items: nested.minItems,
      max_items: nested.maxItems,
      block: wireBlock(nested.block),
    })),
  };
}
