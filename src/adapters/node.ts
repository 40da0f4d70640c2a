import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type {
  Http2SecureServer,
  Http2Server,
  IncomingHttpHeaders,
  ServerHttp2Stream,
} from "node:http2";
import type { Server as HttpsServer } from "node:https";
import { HaleError } from "../contract/errors.ts";
import type { Health } from "../contract/health.ts";
import type { HealthResponse } from "../contract/http.ts";
import { HEALTH, hasMethods, type Rule, requireOption } from "../contract/options.ts";
import { askedBy, textOf, writeAnswer } from "./_node-response.ts";

/** A server of `node:http`, `node:https` or `node:http2`. */
export type NodeServer = Server | HttpsServer | Http2Server | Http2SecureServer;

type Emit = (event: string | symbol, ...values: unknown[]) => boolean;

/** How hale is asked by the values of an event, and how its answer is written. */
interface Exchange {
  ask(health: Health, values: readonly unknown[]): ReturnType<Health["handle"]>;
  write(values: readonly unknown[], answer: HealthResponse): void;
}

const REQUEST: Exchange = {
  ask: (health, [request]) => askedBy(health, request as IncomingMessage),
  write: ([, response], answer) => writeAnswer(response as ServerResponse, answer, "flat"),
};

const STREAM: Exchange = { ask: askedByStream, write: writeStream };

const EXCHANGES = new Map<string | symbol, Exchange>([
  ["request", REQUEST],
  // Sent in place of "request" for `Expect: 100-continue`, and for expectations that Node does not know.
  ["checkContinue", REQUEST],
  ["checkExpectation", REQUEST],
  ["stream", STREAM],
]);

/** An application of a framework has no address, and a server of node:net no timeout. */
const SERVER: Rule = {
  expected:
    "a server of node:http, node:https or node:http2, such as app.listen() returns or app.server is",
  accepts: (value) => hasMethods(value, ["emit", "listen", "address", "setTimeout"]),
};

/** What has taken over the `emit` of a server. */
interface Takeover {
  /** The healths that are asked, in turn: the one that was attached last is the first. */
  readonly healths: Health[];
  /** Gives the server its own `emit` back. */
  undo(): void;
}

const takeovers = new WeakMap<NodeServer, Takeover>();

/**
 * Answers hale's paths on a server, in front of whatever else listens to it: a framework, its
 * middleware, logging and rate limits never see a probe. Other requests, `upgrade` and `connect`
 * pass. Several healths may be attached; the one that was attached last is asked first.
 *
 * @returns what detaches it
 * @throws `HALE_ALREADY_ATTACHED`, and `HALE_BAD_OPTION` for the application of a framework in place of
 *   its server
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { createHealth } from "hale";
 * import { attach } from "hale/node";
 *
 * const server = createServer((request, response) => response.end("Hello"));
 * attach(server, createHealth());
 * server.listen(0, "127.0.0.1");
 * ```
 */
export function attach(server: NodeServer, health: Health): () => void {
  requireOption("attach()", "server", server, SERVER);
  requireOption("attach()", "health", health, HEALTH);
  const takeover = takeovers.get(server) ?? takeOver(server);
  const { healths } = takeover;
  if (healths.includes(health)) throw new HaleError("HALE_ALREADY_ATTACHED");
  healths.unshift(health);
  let live = true;

  return () => {
    if (!live) return;
    live = false;
    healths.splice(healths.indexOf(health), 1);
    if (healths.length === 0) takeover.undo();
  };
}

/**
 * Only this server's own `emit` is taken over, once for all healths, and the one of its prototype is
 * looked up at each event, so that what instruments the prototype, before or after, goes on working.
 */
function takeOver(server: NodeServer): Takeover {
  const healths: Health[] = [];
  const own = Object.hasOwn(server, "emit") ? (server.emit as Emit) : undefined;

  const pass = (on: NodeServer, event: string | symbol, values: readonly unknown[]) => {
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
      if (!(answer instanceof Promise)) exchange.write(values, answer);
      else void answerLate(answer, exchange, values, () => pass(this, event, values));
      return true;
    }
    return pass(this, event, values);
  };
  Object.defineProperty(server, "emit", { value: emit, configurable: true, writable: true });

  const takeover: Takeover = {
    healths,
    undo() {
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
  exchange: Exchange,
  values: readonly unknown[],
  pass: () => boolean,
): Promise<void> {
  const answer = await late;
  if (answer === undefined) pass();
  else exchange.write(values, answer);
}

function askedByStream(
  health: Health,
  [stream, headers]: readonly unknown[],
): ReturnType<Health["handle"]> {
  const sent = headers as IncomingHttpHeaders;
  const answer = health.handle({
    method: sent[":method"] ?? "",
    url: sent[":path"] ?? "",
    header: (name) => textOf(sent[name]),
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
