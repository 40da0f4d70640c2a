import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { Server, type Socket } from "node:net";
import { hasMethods } from "../contract/options.ts";
import type { NodeServer } from "../node-http/node-server.ts";
import { observeEvents } from "../node-http/server-intercept.ts";
import { ConnectionClose } from "./connections/connection-close.ts";
import { Connections } from "./connections/connections.ts";
import { Http2Sessions } from "./connections/http2-sessions.ts";
import { type InFlightRequest, InFlightRequests } from "./connections/in-flight-requests.ts";
import { type IsProbePath, isServiceTraffic } from "./connections/service-traffic.ts";
import { type TurningClock, turnTwice } from "./deadline.ts";
import { LastAddress } from "./last-address.ts";
import type { TrafficHistory } from "./traffic-history.ts";

/** The requests and connections that did not end in time. */
export interface CutOff {
  readonly requests: number;
  /** Those that carried no request: upgraded ones, and requests that never came whole. */
  readonly connections: number;
}

/**
 * With what a server is watched.
 *
 * @internal
 */
export interface ServerDrainOptions {
  readonly clock: TurningClock;
  readonly isProbePath: IsProbePath;
  /** The traffic of all servers of one shutdown. */
  readonly traffic: TrafficHistory;
}

/**
 * The traffic of one server, and its end.
 *
 * @internal
 */
export class ServerDrain {
  readonly #server: NodeServer;
  readonly #clock: TurningClock;
  readonly #exchanges: InFlightRequests;
  readonly #streams = new WeakMap<object, InFlightRequest>();
  readonly #sockets: Connections;
  readonly #sessions: Http2Sessions;
  readonly #tls: boolean;
  readonly #http2: boolean;
  readonly #responses = new ConnectionClose();
  readonly #emptied = new Set<() => void>();
  readonly #unwatch: () => void;
  readonly #address: LastAddress;
  #stage: "serving" | "draining" | "closing" = "serving";
  /** Milliseconds that HTTP/2 clients have to move on, while closing. */
  #quiet = 0;
  #arrivals = 0;
  /** Whether it listens, or did: Node knows the connections of no other server. */
  #listened: boolean;

  constructor(server: NodeServer, { clock, isProbePath, traffic }: ServerDrainOptions) {
    const changed = () => this.#resolveIfEmpty();
    this.#server = server;
    this.#clock = clock;
    this.#listened = server.listening;
    this.#address = new LastAddress(server);
    this.#exchanges = new InFlightRequests(traffic, (request) =>
      isServiceTraffic(request, isProbePath),
    );
    this.#sockets = new Connections(clock, changed);
    this.#sessions = new Http2Sessions(clock, changed);
    this.#tls = hasMethods(server, ["setSecureContext"]);
    this.#http2 = hasMethods(server, ["updateSettings"]);
    this.#unwatch = observeEvents(server, (event, values, probe) =>
      this.#see(event, values, probe),
    );
  }

  /** The moment of the newest request that is neither a probe nor a scrape; -Infinity when none has come. */
  get newest(): number {
    return this.#exchanges.newest;
  }

  /** The number of connections and requests that have come. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** The targets of the requests in flight. */
  targets(): Iterable<string> {
    return this.#exchanges.targets();
  }

  /** Whether its port is open. */
  get listening(): boolean {
    return this.#server.listening;
  }

  /** From now on every response of HTTP/1 is the last one of its connection. */
  drain(): void {
    if (this.#stage === "serving") this.#stage = "draining";
    for (const socket of this.#exchanges.sockets) this.#sayClose(socket);
  }

  /** Sends GOAWAY on the HTTP/2 sessions that are there by now: their clients open no more streams. */
  sendGoaway(): void {
    this.#sessions.sendGoaway();
  }

  /**
   * Stops listening, and ends what is idle once the loop has turned: a request that arrived before the port was
   * closed is read by then. HTTP/2 clients have `quiet` milliseconds to move on.
   */
  close(quiet: number): void {
    this.#sparing(this.#sockets.all, () => this.#stopListening());
    this.drain();
    this.#stage = "closing";
    this.#quiet = quiet;
    this.#sockets.endSilent();
    this.#sessions.close(quiet);
    this.#resolveIfEmpty();
    void turnTwice(this.#clock).then(() => this.#endIdle());
  }

  /** Sends the WebSocket clients that are left a close frame. */
  endWebSockets(): void {
    this.#sockets.endWebSockets();
  }

  /** Resolves once nothing is left. */
  async empty(): Promise<void> {
    if (!this.#isEmpty) await new Promise<void>((resolve) => this.#emptied.add(resolve));
  }

  /** Destroys what is left, and says what that was. */
  cutOff(): CutOff {
    const requests = this.#exchanges.size;
    const carrying = new Set(this.#exchanges.sockets);
    const sockets = this.#sockets.all.filter((socket) => !socket.destroyed);
    const connections = sockets.filter((socket) => !carrying.has(socket)).length;
    for (const socket of [...sockets, ...carrying]) socket.destroy();
    this.#sessions.destroy();
    // Those that were there before anybody looked.
    if ("closeAllConnections" in this.#server) this.#server.closeAllConnections();
    return { requests, connections };
  }

  /** Returns the address of the server as Node does from now on: none while it does not listen. */
  forgetAddress(): void {
    this.#address.forget();
  }

  /** Looks no longer. */
  dispose(): void {
    this.#unwatch();
    this.#address.forget();
  }

  get #isEmpty(): boolean {
    return this.#exchanges.size + this.#sockets.size + this.#sessions.size === 0;
  }

  #resolveIfEmpty(): void {
    if (this.#stage !== "closing" || !this.#isEmpty) return;
    for (const resolve of this.#emptied) resolve();
    this.#emptied.clear();
  }

  #see(event: string | symbol, values: readonly unknown[], probe: boolean): void {
    const [first, second] = values;
    if (event === "connection") this.#connectionCame(first as Socket);
    else if (event === "secureConnection") this.#sockets.secured(first as Socket);
    else if (event === "session") this.#sessionOpened(first as Http2Session);
    else if (event === "stream") {
      this.#streamCame(first as ServerHttp2Stream, second as IncomingHttpHeaders, probe);
    } else if (REQUESTS.has(event)) {
      this.#requestCame(first as IncomingMessage, second as ServerResponse, probe);
    } else if (event === "upgrade" || event === "connect") {
      this.#upgraded(first as IncomingMessage, second as Socket);
    } else if (event === "listening") this.#startedToListen();
  }

  #connectionCame(socket: Socket): void {
    this.#arrivals++;
    if (this.#tls) this.#sockets.handshaking(socket);
    else this.#sockets.connected(socket);
    // Fed to a server that does not listen itself.
    if (this.#stage === "closing") this.#sockets.endSilent();
  }

  /** Its code still reads the address in this turn, so it is closed a turn later. */
  #startedToListen(): void {
    this.#listened = true;
    if (this.#stage === "closing")
      this.#clock.nextTurn(() => this.#sparing(this.#sockets.all, () => this.#stopListening()));
  }

  #upgraded(request: IncomingMessage, socket: Socket): void {
    const arrived = this.#clock.now();
    this.#arrivals++;
    this.#exchanges.ended({ arrived, probe: false, request });
    this.#sockets.upgraded(socket, request);
  }

  #sessionOpened(session: Http2Session): void {
    this.#sockets.leave(session.socket);
    this.#sessions.opened(session);
    if (this.#stage === "closing") this.#sessions.close(this.#quiet);
  }

  #streamCame(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, probe: boolean): void {
    if (this.#streams.has(stream)) return;
    const exchange: InFlightRequest = { arrived: this.#clock.now(), probe, headers };
    this.#arrivals++;
    this.#streams.set(stream, exchange);
    this.#exchanges.add(exchange);
    stream.once("close", () => this.#ended(exchange));
  }

  #requestCame(request: IncomingMessage, response: ServerResponse, probe: boolean): void {
    if (request.httpVersionMajor === 2) {
      const exchange = this.#streams.get((request as unknown as { stream: object }).stream);
      if (exchange !== undefined) exchange.request = request;
      return;
    }
    const { socket } = request;
    // Hale asks first, and may pass a request on after it was seen as a probe.
    if (this.#exchanges.of(socket).some((other) => other.request === request)) return;
    const exchange = { arrived: this.#clock.now(), probe, request, response, socket };
    this.#arrivals++;
    this.#sockets.connected(socket);
    this.#exchanges.add(exchange);
    response.once("close", () => this.#ended(exchange));
    if (this.#stage !== "serving") this.#sayClose(socket);
  }

  #ended(exchange: InFlightRequest): void {
    const { socket } = exchange;
    this.#exchanges.remove(exchange);
    if (socket !== undefined) this.#sockets.answered(socket);
    // Where the head was out before the drain, the client has not been told, and may be sending its
    // next request: ended now, that one would be lost. It is told by the response to that one, or
    // the connection is idle when the drain is over.
    if (socket !== undefined && this.#stage === "closing" && this.#sockets.isOpen(socket)) {
      if (this.#exchanges.of(socket).length === 0) socket.destroySoon();
    }
    this.#resolveIfEmpty();
  }

  /** Of the requests that a connection carries, the response to the last one says that it ends. */
  #sayClose(socket: Socket): void {
    const responses = this.#exchanges.of(socket).flatMap(({ response }) => response ?? []);
    responses.forEach((response, index) => {
      if (response.headersSent) return;
      if (index === responses.length - 1) this.#responses.sayClose(response);
      else this.#responses.sayNothing(response);
    });
  }

  /** Calls a function of Node that destroys idle connections, and keeps these. */
  #sparing(sockets: readonly Socket[], act: () => void): void {
    for (const socket of sockets) {
      Object.defineProperty(socket, "destroy", { value: () => socket, configurable: true });
    }
    try {
      act();
    } finally {
      for (const socket of sockets) Reflect.deleteProperty(socket, "destroy");
    }
  }

  #stopListening(): void {
    this.#address.keep();
    // One that does not listen says so, which is no matter here.
    const ignore = () => {};
    // The close() of http2 closes every session too, from some version of Node on.
    if (this.#http2) Server.prototype.close.call(this.#server, ignore);
    else this.#server.close(ignore);
  }

  /**
   * Closes idle connections. Where Node knows them, it alone can tell one that is idle from one whose request is coming in.
   * Yet it takes a connection for idle as soon as its response was given its end, though most of that may still
   * be on its way to a slow client. From some version of Node on, one that has sent nothing yet is idle too.
   */
  #endIdle(): void {
    const server = this.#server;
    if (this.#listened && "closeIdleConnections" in server) {
      const busy = [...this.#exchanges.sockets, ...this.#sockets.silent];
      this.#sparing(busy, () => server.closeIdleConnections());
    } else this.#sockets.endIdle();
  }
}

const REQUESTS = new Set<string | symbol>(["request", "checkContinue", "checkExpectation"]);
