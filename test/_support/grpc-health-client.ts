import {
  type CallOptions,
  type ChannelCredentials,
  type ChannelOptions,
  Client,
  type ClientReadableStream,
  credentials,
  type Metadata,
  type MethodDefinition,
  type ServiceError,
  status as statusCodes,
  Metadata as Values,
} from "@grpc/grpc-js";
import { service } from "grpc-health-check";
import { until } from "../servers/_until.ts";

interface CheckResponse {
  readonly status: string;
}

interface ListResponse {
  readonly statuses: Readonly<Record<string, CheckResponse>>;
}

/** The methods as the package of the gRPC project has them. */
const METHODS = service as Readonly<Record<string, MethodDefinition<object, object>>>;
const CHECK = METHODS.Check as MethodDefinition<object, CheckResponse>;
const LIST = METHODS.List as MethodDefinition<object, ListResponse>;
const WATCH = METHODS.Watch as MethodDefinition<object, CheckResponse>;

/** With what a call is made. */
export interface CallWith {
  readonly metadata?: Readonly<Record<string, string>>;
  /** Milliseconds that the client waits. */
  readonly timeout?: number;
}

/** One open Watch. */
export class WatchCall {
  /** The statuses that have come. */
  readonly statuses: string[] = [];
  /** The name of the code that the call ended with. */
  end: string | undefined;
  readonly #stream: ClientReadableStream<CheckResponse>;

  constructor(stream: ClientReadableStream<CheckResponse>) {
    this.#stream = stream;
    stream.on("data", ({ status }: CheckResponse) => this.statuses.push(status));
    stream.on("status", ({ code }) => {
      this.end = statusCodes[code];
    });
    // The status says the same.
    stream.on("error", () => {});
  }

  async received(count: number): Promise<readonly string[]> {
    await until(`${count} statuses have come`, () => this.statuses.length >= count);
    return this.statuses;
  }

  async ended(): Promise<string | undefined> {
    await until("the Watch has ended", () => this.end !== undefined);
    return this.end;
  }

  cancel(): void {
    this.#stream.cancel();
  }
}

/** A client of gRPC health on `@grpc/grpc-js`, with the messages of the gRPC project. */
export class GrpcHealthClient {
  readonly #client: Client;

  constructor(
    address: string,
    secured: ChannelCredentials = credentials.createInsecure(),
    options: ChannelOptions = {},
  ) {
    // A channel of its own, so that each client has a connection of its own.
    this.#client = new Client(address, secured, {
      "grpc.use_local_subchannel_pool": 1,
      // The name of the tests' certificate. An address may not be sent as a server name (RFC 6066), and Node 26 refuses it.
      "grpc.ssl_target_name_override": "localhost",
      ...options,
    });
  }

  /** The status of a service, or the name of the code that the call failed with. */
  async check(service: string, call: CallWith = {}): Promise<string> {
    const response = await this.#unary(CHECK, { service }, call);
    return typeof response === "string" ? response : response.status;
  }

  /** The status of each service, or the name of the code that the call failed with. */
  async list(call: CallWith = {}): Promise<Readonly<Record<string, string>> | string> {
    const response = await this.#unary(LIST, {}, call);
    if (typeof response === "string") return response;
    const entries = Object.entries(response.statuses).map(([name, { status }]) => [name, status]);
    return Object.fromEntries(entries);
  }

  watch(service: string, call: CallWith = {}): WatchCall {
    const stream = this.#client.makeServerStreamRequest(
      WATCH.path,
      WATCH.requestSerialize,
      WATCH.responseDeserialize,
      { service },
      metadataOf(call),
      optionsOf(call),
    );
    return new WatchCall(stream);
  }

  close(): void {
    this.#client.close();
  }

  #unary<Response>(
    method: MethodDefinition<object, Response>,
    request: object,
    call: CallWith,
  ): Promise<Response | string> {
    return new Promise((resolve) => {
      this.#client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        metadataOf(call),
        optionsOf(call),
        (failure: ServiceError | null, response?: Response) =>
          resolve(
            failure === null ? (response as Response) : (statusCodes[failure.code] as string),
          ),
      );
    });
  }
}

function metadataOf({ metadata = {} }: CallWith): Metadata {
  const values = new Values();
  for (const [name, value] of Object.entries(metadata)) values.set(name, value);
  return values;
}

function optionsOf({ timeout }: CallWith): CallOptions {
  return timeout === undefined ? {} : { deadline: Date.now() + timeout };
}
