import type { Rule } from "../../audit.ts";
import { type RawClientOptions, RawHttpClient, type RawRequest } from "../../raw-http-client.ts";
import type { Reply } from "../raw-reply.ts";

/** The states that an audit may need a service to be in. */
export const STATES = ["up", "down", "hanging", "draining"] as const;

/** A state of a service: its dependencies work, refuse or hang, or the service drains. */
export type State = (typeof STATES)[number];

/** A client of one endpoint. */
export class EndpointClient {
  readonly url: URL;
  /** The path of the requests, with the query. */
  readonly path: string;
  readonly #within: number;
  readonly #raw: RawHttpClient;

  /** `within`: milliseconds to wait for a response. */
  constructor(url: string, within: number, options: RawClientOptions = {}) {
    this.url = new URL(url);
    this.path = `${this.url.pathname}${this.url.search}`;
    this.#within = within;
    this.#raw = new RawHttpClient(url, within, options);
  }

  /** Sends a request for the endpoint's path, or for another target. */
  request(
    method: string,
    { target = this.path, ...request }: RawRequest & { readonly target?: string } = {},
  ): Promise<Reply> {
    return this.#raw.request(method, target, request);
  }

  /** Sends bytes as they are. */
  send(text: string): Promise<Reply> {
    return this.#raw.send(text);
  }

  /** Sends bytes, and reads what comes, for `limit` milliseconds at most. */
  converse(
    text: string,
    isComplete: (received: string) => boolean,
    limit = this.#within,
  ): ReturnType<RawHttpClient["converse"]> {
    return this.#raw.converse(text, isComplete, limit);
  }

  /** Returns a client of the same endpoint that connects in another way. */
  connectingBy(options: RawClientOptions): EndpointClient {
    return new EndpointClient(this.url.href, this.#within, options);
  }
}

/** An endpoint that is audited. */
export interface Endpoint {
  readonly client: EndpointClient;
  /** Texts that no response may contain. */
  readonly secrets: readonly string[];
  /** Masks the credentials of the URLs, which an endpoint may repeat. */
  readonly hide: (text: string) => string;
  /** Milliseconds that a prober waits for a response. */
  readonly timeout: number;
  /** Milliseconds for which a balancer keeps an idle connection. */
  readonly idleTimeout: number;
  /** Milliseconds after which the audit gives up. */
  readonly within: number;
  /** The liveness endpoint of the same service, when it is known. */
  readonly liveness: EndpointClient | undefined;
}

/** A rule for any endpoint, with the state in which it is verified. */
export interface EndpointRule extends Rule<Endpoint> {
  readonly state: State;
  /** Whether the rule needs the liveness endpoint of the same service. */
  readonly needsLiveness?: true;
  /** Whether the rule mostly waits, so that it is verified beside the others. */
  readonly inBackground?: true;
}

/** Requests that are under way at the same time, at most. */
export const CONCURRENCY = 50;

/** Requests of each kind that show whether two bodies differ by chance alone. */
const DOUBTS = 4;

/** The answer of an endpoint to a plain GET, with which those to other requests are compared. */
export class Baseline {
  readonly #client: EndpointClient;
  readonly #status: number;
  readonly #bodies: Set<string>;

  private constructor(client: EndpointClient, status: number, bodies: Set<string>) {
    this.#client = client;
    this.#status = status;
    this.#bodies = bodies;
  }

  /** Sends two plain requests. */
  static async of(client: EndpointClient): Promise<Baseline> {
    const first = await client.request("GET");
    const second = await client.request("GET");
    return new Baseline(client, first.status, new Set([first.body, second.body]));
  }

  /** The status and body, in one line. */
  get answer(): string {
    return `${this.#status} ${[...this.#bodies][0]}`;
  }

  /**
   * Sends another request, and returns its answer: that of the baseline when the status is the same and the body is
   * too, or differs no more than those of plain requests do.
   */
  async answerTo(send: () => Promise<Reply>): Promise<string> {
    const { status, body } = await send();
    if (status !== this.#status) return `${status} ${body}`;
    if (await this.#isKnown(body, send)) return this.answer;
    return `${status} ${body}`;
  }

  async #isKnown(body: string, send: () => Promise<Reply>): Promise<boolean> {
    const others = [body];
    for (let doubts = 0; doubts <= DOUBTS; doubts++) {
      if (this.#bodies.size > 1 || others.some((other) => this.#bodies.has(other))) return true;
      this.#bodies.add((await this.#client.request("GET")).body);
      others.push((await send()).body);
    }
    return false;
  }
}
