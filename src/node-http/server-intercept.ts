import type { IncomingMessage, ServerResponse } from "node:http";
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Health } from "../contract/health.ts";
import type { HealthResponse } from "../contract/http.ts";
import { sharedState } from "../contract/shared-state.ts";
import { handleNodeRequest, headerOf, type ProbeHandler, writeResponse } from "./node-request.ts";
import type { NodeServer } from "./node-server.ts";

type Emit = (event: string | symbol, ...values: unknown[]) => boolean;

/** How a request is handled by the values of an event, and how its response is written. */
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

/** Sees an event of a server before the service does, and whether hale handles it in its place. */
export type EventObserver = (
  event: string | symbol,
  values: readonly unknown[],
  probe: boolean,
) => void;

/** What has taken over the `emit` of a server. */
interface Intercept {
  /** The healths that are asked, in turn: the one that was attached last is the first. */
  readonly healths: ProbeHandler[];
  /** The observers of what passes on to the service, and of what hale handles. */
  readonly observers: Set<EventObserver>;
  /** Gives the server its own `emit` back, unless a health or an observer still needs this one. */
  undo(): void;
}

const intercepts = sharedState("intercepts", () => new WeakMap<NodeServer, Intercept>());

/**
 * Lets a health handle the requests of a server, before those that do so already.
 *
 * @returns what ends it; `undefined` when this health handles the requests of this server already
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

/** Lets an observer see the events of a server; returns what ends it. */
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
 * Takes over this server's own `emit` alone, once for all healths; the one of its prototype is looked up at
 * each event, so that what instruments the prototype, before or after, goes on working.
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

  // Every request of the application comes by here, so nothing is made for those that pass.
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
      // What has been laid over it since is not hale's to remove; it goes on through this one.
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
  // Whoever takes a stream listens to it: a client that resets it would end the process.
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
