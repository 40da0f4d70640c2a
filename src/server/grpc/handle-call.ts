import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { HealthRequest } from "../../contract/http.ts";
import {
  decodeCheckRequest,
  decodeListRequest,
  encodeCheckResponse,
  encodeListResponse,
} from "../../grpc/messages.ts";
import { MalformedMessageError } from "../../grpc/wire-format.ts";
import { headerOf } from "../../node-http/node-request.ts";
import { type HealthMethod, readHead } from "./call-head.ts";
import { GrpcFailure } from "./grpc-failure.ts";
import type { GrpcLimits } from "./grpc-limits.ts";
import {
  FAILED,
  type GrpcStatus,
  NO_SUCH_SERVICE,
  OK,
  SHUTTING_DOWN,
  STATUS,
} from "./grpc-status.ts";
import type { HealthService } from "./health-service.ts";
import { Http2Call } from "./http2-call.ts";
import { LatestStatus } from "./latest-status.ts";
import { readMessage } from "./request-message.ts";
import type { Watches } from "./watches.ts";

/** The dependencies of a call. */
export interface CallContext {
  readonly service: HealthService;
  readonly watches: Watches;
  readonly limits: GrpcLimits;
  readonly clock: { after(milliseconds: number, callback: () => void): () => void };
  readonly remoteAddress: string | undefined;
}

const DEADLINE_EXCEEDED: GrpcStatus = {
  code: STATUS.DEADLINE_EXCEEDED,
  details: "The deadline of the call has passed.",
};

const NOT_READABLE: GrpcStatus = {
  code: STATUS.INTERNAL,
  details: "The message is no request of this method.",
};

/** Handles one call on a stream; whatever the client sends, it ends that stream at most. */
export async function handleCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  context: CallContext,
): Promise<void> {
  const { limits, clock } = context;
  const call = new Http2Call(stream);
  const limit = new CallLimit(call, clock);
  stream.once("close", () => limit.end());
  limit.restart(limits.requestTimeout);
  const head = readHead(headers, limits.headerListSize);
  if ("http" in head) return call.refuse(head.http);
  if ("status" in head) return call.finish(head.status, head.headers);
  if (head.timeout !== undefined) {
    const cancel = clock.after(head.timeout, () => {
      call.finish(DEADLINE_EXCEEDED);
      limit.restart(limits.unreadTimeout);
    });
    stream.once("close", cancel);
  }
  try {
    const message = await readMessage(stream, limits.messageLength);
    const request = requestOf(headers, context.remoteAddress);
    if (head.method === "Watch") await watch(stream, call, { message, request, limit, context });
    else {
      // A response takes the deadline of the health at most.
      limit.pause();
      call.send(await responseOf(head.method, message, request, context.service));
      call.finish(OK);
      limit.restart(limits.unreadTimeout);
    }
  } catch (failure) {
    call.finish(statusOf(failure));
    limit.restart(limits.unreadTimeout);
  }
}

async function responseOf(
  method: Exclude<HealthMethod, "Watch">,
  message: Uint8Array,
  request: HealthRequest,
  service: HealthService,
): Promise<Uint8Array> {
  if (method === "List") {
    decodeListRequest(message);
    return encodeListResponse(await service.list(request));
  }
  const status = await service.check(decodeCheckRequest(message), request);
  if (status === undefined) throw new GrpcFailure(NO_SUCH_SERVICE.code, NO_SUCH_SERVICE.details);
  return encodeCheckResponse(status);
}

/** A Watch call, after its request has come. */
interface WatchRequest {
  readonly message: Uint8Array;
  readonly request: HealthRequest;
  readonly limit: CallLimit;
  readonly context: CallContext;
}

async function watch(
  stream: ServerHttp2Stream,
  call: Http2Call,
  { message, request, limit, context: { service, watches, limits } }: WatchRequest,
): Promise<void> {
  const query = await service.find(decodeCheckRequest(message), request);
  if (call.isOver) return;
  limit.pause();
  const latest = new LatestStatus((status, written) =>
    call.send(encodeCheckResponse(status), written),
  );
  const stop = watches.add(query, {
    send: (status) => latest.send(status),
    end() {
      latest.flush();
      call.finish(SHUTTING_DOWN);
      limit.restart(limits.unreadTimeout);
    },
  });
  stream.once("close", stop);
}

/** The time in which a client has to go on with its call. */
class CallLimit {
  readonly #call: Http2Call;
  readonly #clock: CallContext["clock"];
  #ended = false;
  #cancel = () => {};

  constructor(call: Http2Call, clock: CallContext["clock"]) {
    this.#call = call;
    this.#clock = clock;
  }

  restart(milliseconds: number): void {
    this.pause();
    if (!this.#ended) this.#cancel = this.#clock.after(milliseconds, () => this.#call.abort());
  }

  /** Waits without a limit, since the server has to go on. */
  pause(): void {
    this.#cancel();
  }

  /** The call is over at both sides. */
  end(): void {
    this.#ended = true;
    this.pause();
  }
}

/** The request of a call, as an `expose` function sees it. */
function requestOf(headers: IncomingHttpHeaders, remoteAddress: string | undefined): HealthRequest {
  return {
    method: "POST",
    url: headers[":path"] ?? "",
    header: (name) => headerOf(headers, name),
    headers: { ...headers },
    remoteAddress,
  };
}

function statusOf(failure: unknown): GrpcStatus {
  if (failure instanceof GrpcFailure) return failure;
  return failure instanceof MalformedMessageError ? NOT_READABLE : FAILED;
}
