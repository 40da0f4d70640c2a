import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { headerOf, isProbe } from "../../node-http/node-request.ts";

/** A request in flight. */
export interface InFlightRequest {
  readonly arrived: number;
  /** Whether hale has answered it in front of the service. */
  readonly probe: boolean;
  /** With HTTP/2 only where a listener of `request` sees it. */
  request?: IncomingMessage;
  /** With HTTP/2 alone. */
  readonly headers?: IncomingHttpHeaders;
  /** With HTTP/1 alone. */
  readonly response?: ServerResponse;
  readonly socket?: Socket;
}

/** The requests in flight on one server, and when the newest one came. */
export class InFlightRequests {
  readonly #all = new Set<InFlightRequest>();
  readonly #bySocket = new Map<Socket, InFlightRequest[]>();
  #newest = -Infinity;
  #judging = false;

  get size(): number {
    return this.#all.size;
  }

  get all(): Iterable<InFlightRequest> {
    return this.#all;
  }

  /** Those of one connection, in the order in which they came and are answered. */
  of(socket: Socket): readonly InFlightRequest[] {
    return this.#bySocket.get(socket) ?? [];
  }

  /** The connections that carry one. */
  get sockets(): readonly Socket[] {
    return [...this.#bySocket.keys()];
  }

  add(exchange: InFlightRequest): void {
    const { socket } = exchange;
    this.#all.add(exchange);
    if (socket !== undefined) this.#bySocket.set(socket, [...this.of(socket), exchange]);
  }

  remove(exchange: InFlightRequest): void {
    const { socket } = exchange;
    if (!this.#all.delete(exchange)) return;
    if (this.#judging && isTraffic(exchange)) this.note(exchange.arrived);
    if (socket === undefined) return;
    const others = this.of(socket).filter((other) => other !== exchange);
    if (others.length > 0) this.#bySocket.set(socket, others);
    else this.#bySocket.delete(socket);
  }

  /** From now on the newest request is asked for; those that have ended before do not count. */
  startJudging(): void {
    this.#judging = true;
  }

  /** A request of the service came, of which nothing is in flight here. */
  note(arrived: number): void {
    this.#newest = Math.max(this.#newest, arrived);
  }

  /**
   * When the newest request of the service came. Those in flight are looked at now: that a framework's
   * own route was hale's is known only once it is asked.
   */
  get newest(): number {
    let newest = this.#newest;
    for (const exchange of this.#all) {
      if (exchange.arrived > newest && isTraffic(exchange)) newest = exchange.arrived;
    }
    return newest;
  }
}

/** Whether it is the service's own. A head is looked into as late as this, because that takes time. */
function isTraffic({ probe, request, headers }: InFlightRequest): boolean {
  if (probe || (request !== undefined && isProbe(request))) return false;
  const all = headers ?? request?.headers ?? {};
  const url = headerOf(all, ":path") ?? request?.url ?? "";
  const userAgent = all["user-agent"] ?? "";
  return !isScrape(url, userAgent);
}

/** Whether a request only collects metrics. */
function isScrape(url: string, userAgent: string): boolean {
  return userAgent.startsWith("Prometheus/") || /^\/metrics\/?(?:\?|$)/.test(url);
}
