import type { Health } from "../../contract/health.ts";
import type { HealthRequest } from "../../contract/http.ts";
import { refusePrimaryHealth } from "../../contract/primary-health.ts";
import {
  decodeCheckRequest,
  decodeCheckResponse,
  decodeListRequest,
  decodeListResponse,
  encodeCheckRequest,
  encodeCheckResponse,
  encodeListResponse,
  HEALTH_SERVICE,
  type ServingStatus,
} from "../../grpc/messages.ts";
import { internalsOf } from "../../health-internals.ts";
import { followHealth } from "./follow-health.ts";
import { FAILED, type GrpcStatus, NO_SUCH_SERVICE, SHUTTING_DOWN } from "./grpc-status.ts";
import type { HealthService } from "./health-service.ts";
import { LatestStatus } from "./latest-status.ts";
import type { Watches } from "./watches.ts";

/** A method of a service, as `@grpc/grpc-js` takes it. */
export interface GrpcMethod<Request, Response> {
  readonly path: string;
  readonly requestStream: false;
  readonly responseStream: boolean;
  requestSerialize(request: Request): Buffer;
  requestDeserialize(bytes: Buffer): Request;
  responseSerialize(response: Response): Buffer;
  responseDeserialize(bytes: Buffer): Response;
}

/** The part of a call of `@grpc/grpc-js` that hale reads. */
export interface GrpcCall<Request> {
  readonly request: Request;
  readonly metadata: { get(name: string): readonly (string | Buffer)[] };
  getPeer(): string;
  getHost?(): string;
}

/** The part of a call with a stream of responses that hale uses besides. */
export interface GrpcStreamCall<Request, Response> extends GrpcCall<Request> {
  readonly cancelled: boolean;
  write(response: Response, written: () => void): unknown;
  emit(event: "error", status: GrpcStatus): unknown;
  once(event: "cancelled", listener: () => void): unknown;
}

/** The reply to a call of `@grpc/grpc-js`. */
export type GrpcReply<Response> = (failure: GrpcStatus | null, response?: Response) => void;

/** A request of `Check` and `Watch`. */
export interface GrpcCheckRequest {
  readonly service: string;
}

/** A response of `Check` and `Watch`: the name of a serving status. */
export interface GrpcCheckResponse {
  readonly status: string;
}

/** A response of `List`: the status of each service. */
export interface GrpcListResponse {
  readonly statuses: Readonly<Record<string, GrpcCheckResponse>>;
}

/** The two arguments of `server.addService()`. */
export interface GrpcHealth {
  readonly service: {
    readonly Check: GrpcMethod<GrpcCheckRequest, GrpcCheckResponse>;
    readonly List: GrpcMethod<object, GrpcListResponse>;
    readonly Watch: GrpcMethod<GrpcCheckRequest, GrpcCheckResponse>;
  };
  // A type literal has the index signature that addService() wants, and an interface has not.
  readonly implementation: {
    Check: (call: GrpcCall<GrpcCheckRequest>, reply: GrpcReply<GrpcCheckResponse>) => void;
    List: (call: GrpcCall<object>, reply: GrpcReply<GrpcListResponse>) => void;
    Watch: (call: GrpcStreamCall<GrpcCheckRequest, GrpcCheckResponse>) => void;
  };
}

/**
 * Returns the service `grpc.health.v1.Health` for a `@grpc/grpc-js` server that the service has. Every Watch ends at
 * the drain, so that none holds `tryShutdown()`.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { Server } from "@grpc/grpc-js";
 * import { createHealth } from "hale";
 * import { grpcHealth } from "hale/grpc";
 *
 * const server = new Server();
 * const { service, implementation } = grpcHealth(createHealth({ logger: false }));
 * server.addService(service, implementation);
 * ```
 */
export function grpcHealth(health: Health): GrpcHealth {
  const parts = internalsOf("grpcHealth()", health);
  refusePrimaryHealth("grpcHealth()", health);
  const { service, watches } = followHealth(parts);
  return {
    service: DEFINITION,
    implementation: {
      Check: (call, reply) => void replyWith(reply, () => check(service, call)),
      List: (call, reply) =>
        void replyWith(reply, async () =>
          listResponse(await service.list(requestOf(call, "List"))),
        ),
      Watch: (call) => void watch(service, watches, call),
    },
  };
}

const CHECK: Pick<
  GrpcMethod<GrpcCheckRequest, GrpcCheckResponse>,
  "requestSerialize" | "requestDeserialize" | "responseSerialize" | "responseDeserialize"
> = {
  requestSerialize: ({ service }) => Buffer.from(encodeCheckRequest(service)),
  requestDeserialize: (bytes) => ({ service: decodeCheckRequest(bytes) }),
  responseSerialize: ({ status }) => Buffer.from(encodeCheckResponse(status as ServingStatus)),
  responseDeserialize: (bytes) => ({ status: decodeCheckResponse(bytes) }),
};

const DEFINITION: GrpcHealth["service"] = {
  Check: {
    ...CHECK,
    path: `/${HEALTH_SERVICE}/Check`,
    requestStream: false,
    responseStream: false,
  },
  Watch: { ...CHECK, path: `/${HEALTH_SERVICE}/Watch`, requestStream: false, responseStream: true },
  List: {
    path: `/${HEALTH_SERVICE}/List`,
    requestStream: false,
    responseStream: false,
    requestSerialize: () => Buffer.alloc(0),
    // An object, since grpc-js takes undefined for a request that has not come.
    requestDeserialize(bytes) {
      decodeListRequest(bytes);
      return {};
    },
    responseSerialize: ({ statuses }) => Buffer.from(encodeListResponse(statusesOf(statuses))),
    responseDeserialize: (bytes) => listResponse(decodeListResponse(bytes)),
  },
};

function listResponse(statuses: ReadonlyMap<string, string>): GrpcListResponse {
  const entries = [...statuses].map(([service, status]) => [service, { status }]);
  return { statuses: Object.fromEntries(entries) };
}

function statusesOf(statuses: GrpcListResponse["statuses"]): Map<string, ServingStatus> {
  const entries = Object.entries(statuses);
  return new Map(entries.map(([service, { status }]) => [service, status as ServingStatus]));
}

async function replyWith<Response>(
  reply: GrpcReply<Response>,
  respond: () => Promise<Response | undefined>,
): Promise<void> {
  let response: Response | undefined;
  try {
    response = await respond();
  } catch {
    return reply(FAILED);
  }
  if (response === undefined) reply(NO_SUCH_SERVICE);
  else reply(null, response);
}

async function check(
  service: HealthService,
  call: GrpcCall<GrpcCheckRequest>,
): Promise<GrpcCheckResponse | undefined> {
  const status = await service.check(call.request.service, requestOf(call, "Check"));
  return status && { status };
}

async function watch(
  service: HealthService,
  watches: Watches,
  call: GrpcStreamCall<GrpcCheckRequest, GrpcCheckResponse>,
): Promise<void> {
  const query = await service.find(call.request.service, requestOf(call, "Watch"));
  if (call.cancelled) return;
  const latest = new LatestStatus((status, written) => call.write({ status }, written));
  const stop = watches.add(query, {
    send: (status) => latest.send(status),
    end() {
      latest.flush();
      call.emit("error", SHUTTING_DOWN);
    },
  });
  call.once("cancelled", stop);
}

/** The request of a call, as an `expose` function and a drain see it. */
function requestOf(call: GrpcCall<unknown>, method: string): HealthRequest {
  return {
    method: "POST",
    url: `/${HEALTH_SERVICE}/${method}`,
    header(name) {
      if (name === "host") return call.getHost?.();
      // A name that starts with a colon is no metadata, for which grpc-js throws.
      const values = name.startsWith(":") ? [] : call.metadata.get(name);
      return values.length === 0 ? undefined : values.map(String).join(", ");
    },
    // Without the port of the client, which differs from call to call.
    remoteAddress: withoutPort(call.getPeer()),
  };
}

function withoutPort(peer: string): string {
  const colon = peer.lastIndexOf(":");
  return colon === -1 ? peer : peer.slice(0, colon);
}
