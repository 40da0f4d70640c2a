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

/** Answers one event, or says with `false` that it is not hale's; `pass` hands it on after all. */
type Answerer = (health: Health, values: readonly unknown[], pass: () => boolean) => boolean;

const ANSWERERS = new Map<string | symbol, Answerer>([
  ["request", answerRequest],
  // Sent in place of "request" for `Expect: 100-continue`, and for expectations that Node does not know.
  ["checkContinue", answerRequest],
  ["checkExpectation", answerRequest],
  ["stream", answerStream],
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

  const emit: Emit = function (this: NodeServer, event, ...values) {
    const pass = () => {
      const original = own ?? (Object.getPrototypeOf(server).emit as Emit);
      return original.call(this, event, ...values);
    };
    const answerer = ANSWERERS.get(event);
    if (answerer === undefined) return pass();
    for (const health of healths) {
      if (answerer(health, values, pass)) return true;
    }
    return pass();
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

function answerRequest(health: Health, values: readonly unknown[], pass: () => boolean): boolean {
  const [request, response] = values as [IncomingMessage, ServerResponse];
  const answer = askedBy(health, request);
  if (answer === undefined) return false;
  if (!(answer instanceof Promise)) writeAnswer(response, answer, "flat");
  else
    void answer.then((late) => (late === undefined ? pass() : writeAnswer(response, late, "flat")));
  return true;
}

function answerStream(health: Health, values: readonly unknown[], pass: () => boolean): boolean {
  const [stream, headers] = values as [ServerHttp2Stream, IncomingHttpHeaders];
  const answer = health.handle({
    method: headers[":method"] ?? "",
    url: headers[":path"] ?? "",
    header: (name) => textOf(headers[name]),
  });
  if (answer === undefined) return false;
  // Whoever takes a stream listens to it: a client that resets it would end the process.
  stream.on("error", () => {});
  if (!(answer instanceof Promise)) writeStream(stream, answer);
  else void answer.then((late) => (late === undefined ? pass() : writeStream(stream, late)));
  return true;
}

function writeStream(stream: ServerHttp2Stream, { status, headers, body }: HealthResponse): void {
  if (stream.headersSent || stream.destroyed || stream.closed) return;
  const endStream = body === "";
  stream.respond({ ":status": status, ...headers }, { endStream });
  if (!endStream) stream.end(body);
}
