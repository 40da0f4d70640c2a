import type { IncomingMessage, ServerResponse } from "node:http";
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Health } from "../contract/health.ts";
import type { HealthResponse } from "../contract/http.ts";
import { sharedState } from "../contract/shared-state.ts";
import { handleNodeRequest, headerOf, type ProbeHandler, writeResponse } from "./node-request.ts";
import type { NodeServer } from "./node-server.ts";

type Emit = (event: string | symbol, ...values: unknown[]) => boolean;

/** The handler of one event of a server: it handles a request from the event's values, and writes its response. */
interface ServerEventHandler {
  handle(health: ProbeHandler, values: readonly unknown[]): ReturnType<Health["handle"]>;
  write(values: readonly unknown[], response: HealthResponse): void;
}

const REQUEST: ServerEventHandler = {
  handle: (health, [request]) => handleNodeRequest(health, request as IncomingMessage),
  write: ([, target], response) => writeResponse(target as ServerResponse, response, "flat"),
};

const STREAM: ServerEventHandler = { handle: handleStream, write: writeStream };

const HANDLERS = new Map<string | symbol, ServerEventHandler>([
  ["request", REQUEST],
  // Sent in place of "request" for `Expect: 100-continue`, and for expectations that Node does not know.
  ["checkContinue", REQUEST],
  ["checkExpectation", REQUEST],
  ["stream", STREAM],
]);

/** A function that sees each event of a server before the service does, and whether hale handles it. */
export type EventObserver = (
  event: string | symbol,
  values: readonly unknown[],
  probe: boolean,
) => void;

/** The interception of a server's `emit`. */
interface Intercept {
  /** The healths, in the order of handling: the last one attached is the first. */
  readonly healths: ProbeHandler[];
  /** The observers of events, both of those that hale handles and of those that it passes on. */
  readonly observers: Set<EventObserver>;
  /** Restores the server's own `emit`, unless a health or an observer still needs this one. */
  undo(): void;
}

const intercepts = sharedState("intercepts", () => new WeakMap<NodeServer, Intercept>());

/**
 * Lets a health handle the requests of a server, before the healths that were attached earlier.
 *
 * @returns a function that ends it; `undefined` when this health already handles the requests of this server
 */
export function interceptRequests(
  server: NodeServer,
  health: ProbeHandler,
): (() => void) | undefined {
  const { healths, undo } = intercepts.get(server) ?? intercept(server);
  if (healths.includes(health)) return undefined;
  healths.unshift(health);
  return once(() => {
    healths.splice(healths.indexOf(health), 1);
    undo();
  });
}

/** Whether a health, or this one, handles the requests of a server before its listeners. */
export function isAttached(server: object | undefined, health?: ProbeHandler): boolean {
  const { healths = [] } = intercepts.get(server as NodeServer) ?? {};
  return health === undefined ? healths.length > 0 : healths.includes(health);
}

/** Adds an observer of a server's events; returns a function that removes it. */
export function observeEvents(server: NodeServer, observer: EventObserver): () => void {
  const { observers, undo } = intercepts.get(server) ?? intercept(server);
  observers.add(observer);
  return once(() => {
    observers.delete(observer);
    undo();
  });
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}

/**
 * Intercepts the `emit` of this server alone, once for all healths. The prototype's `emit` is looked up at
 * each event, so that instrumentation of the prototype, before or after, continues to work.
 */
function intercept(server: NodeServer): Intercept {
  const healths: ProbeHandler[] = [];
  const observers = new Set<EventObserver>();
  const own = Object.hasOwn(server, "emit") ? (server.emit as Emit) : undefined;

  const pass = (on: NodeServer, event: string | symbol, values: readonly unknown[]) => {
    for (const observer of observers) observer(event, values, false);
    const original = own ?? (Object.getPrototypeOf(server).emit as Emit);
    return original.call(on, event, ...values);
  };

  // Every request of the application passes here, so nothing is allocated for it.
  const emit: Emit = function (this: NodeServer, event, ...values) {
    const handler = HANDLERS.get(event);
    if (handler === undefined) return pass(this, event, values);
    for (const health of healths) {
      const response = handler.handle(health, values);
      if (response === undefined) continue;
      if (observers.size > 0) for (const observer of observers) observer(event, values, true);
      if (response instanceof Promise) void response.then((late) => handler.write(values, late));
      else handler.write(values, response);
      return true;
    }
    return pass(this, event, values);
  };
  Object.defineProperty(server, "emit", { value: emit, configurable: true, writable: true });

  const intercepted: Intercept = {
    healths,
    observers,
    undo() {
      if (healths.length > 0 || observers.size > 0) return;
      // A later wrapper is not hale's to remove; it still calls this one.
      if (server.emit !== emit) return;
      intercepts.delete(server);
      if (own === undefined) Reflect.deleteProperty(server, "emit");
      else
        Object.defineProperty(server, "emit", { value: own, configurable: true, writable: true });
    },
  };
  intercepts.set(server, intercepted);
  return intercepted;
}

function handleStream(
  health: ProbeHandler,
  [stream, headers]: readonly unknown[],
): ReturnType<Health["handle"]> {
  const sent = headers as IncomingHttpHeaders;
  const answer = health.handle({
    method: sent[":method"] ?? "",
    url: sent[":path"] ?? "",
    header: (name) => headerOf(sent, name),
    remoteAddress: (stream as ServerHttp2Stream).session?.socket.remoteAddress,
  });
  // A stream that hale handles needs an error listener: a client that resets it would end the process.
  if (answer !== undefined) (stream as ServerHttp2Stream).on("error", () => {});
  return answer;
}

function writeStream([target]: readonly unknown[], response: HealthResponse): void {
  const stream = target as ServerHttp2Stream;
  const { status, headers, body } = response;
  if (stream.headersSent || stream.destroyed || stream.closed) return;
  const endStream = body === "";
  stream.respond({ ":status": status, ...headers }, { endStream });
  if (!endStream) stream.end(body);
}
