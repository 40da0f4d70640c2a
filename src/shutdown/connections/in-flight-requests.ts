import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { headerOf } from "../../node-http/node-request.ts";
import type { TrafficHistory } from "../traffic-history.ts";

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

/** Returns the target of a request, as it was sent. */
export function targetOf({ request, headers }: InFlightRequest): string {
  return (headers && headerOf(headers, ":path")) ?? request?.url ?? "";
}

/** The requests in flight on one server, and when the newest one came. */
export class InFlightRequests {
  readonly #all = new Set<InFlightRequest>();
  readonly #bySocket = new Map<Socket, InFlightRequest[]>();
  readonly #traffic: TrafficHistory;
  readonly #isTraffic: (request: InFlightRequest) => boolean;

  constructor(traffic: TrafficHistory, isTraffic: (request: InFlightRequest) => boolean) {
    this.#traffic = traffic;
    this.#isTraffic = isTraffic;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Those of one connection, in the order in which they came and are answered. */
  of(socket: Socket): readonly InFlightRequest[] {
    return this.#bySocket.get(socket) ?? [];
  }

  /** Their targets, as they were sent. */
  *targets(): Iterable<string> {
    for (const request of this.#all) yield targetOf(request);
  }

  /** The connections that carry one. */
  get sockets(): readonly Socket[] {
    return [...this.#bySocket.keys()];
  }

  add(request: InFlightRequest): void {
    const { socket } = request;
    this.#all.add(request);
    if (socket !== undefined) this.#bySocket.set(socket, [...this.of(socket), request]);
  }

  remove(request: InFlightRequest): void {
    const { socket } = request;
    if (!this.#all.delete(request)) return;
    this.ended(request);
    if (socket === undefined) return;
    const others = this.of(socket).filter((other) => other !== request);
    if (others.length > 0) this.#bySocket.set(socket, others);
    else this.#bySocket.delete(socket);
  }

  /** A request has ended, or has become something else. */
  ended(request: InFlightRequest): void {
    if (this.#isTraffic(request)) this.#traffic.add(request.arrived);
  }

  /**
   * The moment of the newest request of the service. Those in flight are looked at now: that a framework's
   * own route was hale's is known only once it has asked hale.
   */
  get newest(): number {
    let { newest } = this.#traffic;
    for (const request of this.#all) {
      if (request.arrived > newest && this.#isTraffic(request)) newest = request.arrived;
    }
    return newest;
  }
}
