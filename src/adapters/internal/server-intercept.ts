import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type {
  Http2SecureServer,
  Http2Server,
  IncomingHttpHeaders,
  ServerHttp2Stream,
} from "node:http2";
import type { Server as HttpsServer } from "node:https";
import type { Health } from "../../contract/health.ts";
import type { HealthResponse } from "../../contract/http.ts";
import { handleNodeRequest, headerOf, type ProbeHandler, writeAnswer } from "./node-request.ts";

/** A server of `node:http`, `node:https` or `node:http2`. */
export type NodeServer = Server | HttpsServer | Http2Server | Http2SecureServer;

type Emit = (event: string | symbol, ...values: unknown[]) => boolean;

/** How hale is asked by the values of an event, and how its answer is written. */
interface ServerEventHandler {
  ask(health: ProbeHandler, values: readonly unknown[]): ReturnType<Health["handle"]>;
  write(values: readonly unknown[], answer: HealthResponse): void;
}

const REQUEST: ServerEventHandler = {
  ask: (health, [request]) => handleNodeRequest(health, request as IncomingMessage),
  write: ([, response], answer) => writeAnswer(response as ServerResponse, answer, "flat"),
};

const STREAM: ServerEventHandler = { ask: askedByStream, write: writeStream };

const EXCHANGES = new Map<string | symbol, ServerEventHandler>([
  ["request", REQUEST],
  // Sent in place of "request" for `Expect: 100-continue`, and for expectations that Node does not know.
  ["checkContinue", REQUEST],
  ["checkExpectation", REQUEST],
  ["stream", STREAM],
]);

/** Sees an event of a server before the service does, and whether hale answers it in its place. */
export type EventObserver = (
  event: string | symbol,
  values: readonly unknown[],
  probe: boolean,
) => void;

/** What has taken over the `emit` of a server. */
interface Intercept {
  /** The healths that are asked, in turn: the one that was attached last is the first. */
  readonly healths: ProbeHandler[];
  /** Those who see what passes on to the service, and what hale answers. */
  readonly watchers: Set<EventObserver>;
  /** Gives the server its own `emit` back, unless somebody still needs this one. */
  undo(): void;
}

const takeovers = new WeakMap<NodeServer, Intercept>();

/**
 * Lets a health answer on a server, before those that do so already.
 *
 * @returns what ends it; `undefined` when this health answers on this server already
 */
export function interceptRequests(
  server: NodeServer,
  health: ProbeHandler,
): (() => void) | undefined {
  const { healths, undo } = takeovers.get(server) ?? takeOver(server);
  if (healths.includes(health)) return undefined;
  healths.unshift(health);
  return once(() => {
    healths.splice(healths.indexOf(health), 1);
    undo();
  });
}

/** Lets somebody see the events of a server; returns what ends it. */
export function observeEvents(server: NodeServer, watcher: EventObserver): () => void {
  const { watchers, undo } = takeovers.get(server) ?? takeOver(server);
  watchers.add(watcher);
  return once(() => {
    watchers.delete(watcher);
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
 * Only this server's own `emit` is taken over, once for all healths, and the one of its prototype is
 * looked up at each event, so that what instruments the prototype, before or after, goes on working.
 */
function takeOver(server: NodeServer): Intercept {
  const healths: ProbeHandler[] = [];
  const watchers = new Set<EventObserver>();
  const own = Object.hasOwn(server, "emit") ? (server.emit as Emit) : undefined;

  const pass = (on: NodeServer, event: string | symbol, values: readonly unknown[]) => {
    for (const watcher of watchers) watcher(event, values, false);
    const original = own ?? (Object.getPrototypeOf(server).emit as Emit);
    return original.call(on, event, ...values);
  };

  // Every request of the application comes by here, so nothing is made for those that pass.
  const emit: Emit = function (this: NodeServer, event, ...values) {
    const exchange = EXCHANGES.get(event);
    if (exchange === undefined) return pass(this, event, values);
    for (const health of healths) {
      const answer = exchange.ask(health, values);
      if (answer === undefined) continue;
      if (watchers.size > 0) for (const watcher of watchers) watcher(event, values, true);
      if (!(answer instanceof Promise)) exchange.write(values, answer);
      else void answerLate(answer, exchange, values, () => pass(this, event, values));
      return true;
    }
    return pass(this, event, values);
  };
  Object.defineProperty(server, "emit", { value: emit, configurable: true, writable: true });

  const takeover: Intercept = {
    healths,
    watchers,
    undo() {
      if (healths.length > 0 || watchers.size > 0) return;
      // What has been laid over it since is not hale's to remove; it goes on through this one.
      if (server.emit !== emit) return;
      takeovers.delete(server);
      if (own === undefined) Reflect.deleteProperty(server, "emit");
      else
        Object.defineProperty(server, "emit", { value: own, configurable: true, writable: true });
    },
  };
  takeovers.set(server, takeover);
  return takeover;
}

async function answerLate(
  late: Promise<HealthResponse | undefined>,
  exchange: ServerEventHandler,
  values: readonly unknown[],
  pass: () => boolean,
): Promise<void> {
  const answer = await late;
  if (answer === undefined) pass();
  else exchange.write(values, answer);
}

function askedByStream(
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

function writeStream([target]: readonly unknown[], answer: HealthResponse): void {
  const stream = target as ServerHttp2Stream;
  const { status, headers, body } = answer;
  if (stream.headersSent || stream.destroyed || stream.closed) return;
  const endStream = body === "";
  stream.respond({ ":status": status, ...headers }, { endStream });
  if (!endStream) stream.end(body);
}
