import { Agent, type AgentOptions, type ClientRequestArgs, request } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";

/** The gaps between requests: even, those of a Poisson process, or none within bursts of ten. */
export const ARRIVALS = ["constant", "poisson", "bursty"] as const;

/** What is asked for, how often, and how much must come back. */
export interface OpenLoop {
  readonly base: string;
  /** Requests a second, whether those before have been answered or not. */
  readonly rate: number;
  /**
   * The gaps between requests.
   *
   * @default "constant"
   */
  readonly arrivals?: (typeof ARRIVALS)[number] | undefined;
  /**
   * The share of requests that come by a connection of their own, and not by one that is kept.
   *
   * @default 0
   */
  readonly fresh?: number;
  /** The port of each new connection, where it is not that of `base`. */
  readonly portOf?: () => number;
  /** The path of the request of this number, counted from 0. */
  readonly path: (number: number) => string;
  /** Bytes of every good body. */
  readonly length: number;
  /**
   * Whether the server has received the request of this number, which is its header `request-number`.
   *
   * @default () => true
   */
  readonly received?: ((number: number) => boolean) | undefined;
}

/** A request that was not answered with 200 and the whole body. */
export interface Failure {
  readonly path: string;
  /** A status, the code of an error, or `"short body"`. */
  readonly what: string;
  /** When that was seen, in the milliseconds of `performance.now()`. */
  readonly at: number;
  /**
   * Whether it was reset before the server had received it, on a connection that had been kept: the server has ended that at
   * the same moment (RFC 9112, section 9.5).
   */
  readonly raced: boolean;
}

/** What the client has seen so far. */
export interface Load {
  readonly answered: number;
  readonly failures: readonly Failure[];
  /** Requests that were due and not sent, because too many were under way. */
  readonly withheld: number;
  /** Sends no more, waits for what is under way, and tells how late in milliseconds this client itself was at most. */
  stop(): Promise<number>;
}

/** The header that has the number of a request. */
export const NUMBER = "request-number";

/** The requests of a burst. */
const BURST = 10;

/** The gap after the request of a number, as a multiple of the mean. */
const GAPS: Readonly<Record<(typeof ARRIVALS)[number], (number: number) => number>> = {
  constant: () => 1,
  poisson: () => -Math.log(1 - Math.random()),
  bursty: (number) => (number % BURST === BURST - 1 ? BURST : 0),
};

/** Milliseconds from one look at what is due to the next. */
const TICK = 5;

/** Requests under way beyond which the machine, and not the service, is what gives in. */
const MOST = 1000;

/** Milliseconds after which a request counts as lost. */
const PATIENCE = 30_000;

/**
 * Sends requests at a rate, over connections that are kept, as proxies and services do.
 *
 * Nothing is sent twice, and every failure counts, also one that a client of its kind would retry.
 */
export function startLoad(options: OpenLoop): Load {
  const { base, rate, arrivals = "constant", fresh = 0, portOf, path, length } = options;
  const { received: isReceived = () => true } = options;
  const { hostname, port } = new URL(base);
  const keeping = agentOf({ keepAlive: true, maxFreeSockets: Number.POSITIVE_INFINITY }, portOf);
  const closing = agentOf({ keepAlive: false }, portOf);
  const failures: Failure[] = [];
  const underWay = new Set<Promise<void>>();
  const lateness = monitorEventLoopDelay({ resolution: 10 });
  lateness.enable();
  let answered = 0;
  let sent = 0;
  let withheld = 0;

  const send = (target: string, number: number) =>
    new Promise<Pick<Failure, "what" | "raced"> | undefined>((resolve) => {
      const fail = (what: string, raced = false) => resolve({ what, raced });
      const agent = Math.random() < fresh ? closing : keeping;
      const headers = { [NUMBER]: number };
      const asked = request({ agent, hostname, port, path: target, headers }, (response) => {
        let received = 0;
        response.on("data", (chunk: Buffer) => {
          received += chunk.length;
        });
        response.on("error", (error) => fail(codeOf(error)));
        response.on("end", () => {
          const { statusCode } = response;
          if (statusCode !== 200) fail(String(statusCode));
          else if (received !== length) fail("short body");
          else resolve(undefined);
        });
        // What ends without "end" was cut; where it was told already, this changes nothing.
        response.on("close", () => fail("short body"));
      });
      asked.setTimeout(PATIENCE, () => asked.destroy(new Error("no answer in 30 s")));
      asked.on("error", (error) => {
        const what = codeOf(error);
        fail(what, what === "ECONNRESET" && asked.reusedSocket && !isReceived(number));
      });
      asked.end();
    });

  const gap = GAPS[arrivals];
  let next = performance.now();
  const ticking = setInterval(() => {
    for (const now = performance.now(); next <= now; next += (gap(sent) * 1000) / rate, sent++) {
      if (underWay.size >= MOST) {
        withheld++;
        continue;
      }
      const target = path(sent);
      const one = send(target, sent).then((failure) => {
        if (failure === undefined) answered++;
        else failures.push({ path: target, ...failure, at: performance.now() });
        underWay.delete(one);
      });
      underWay.add(one);
    }
  }, TICK);

  return {
    get answered() {
      return answered;
    },
    failures,
    get withheld() {
      return withheld;
    },
    async stop() {
      clearInterval(ticking);
      await Promise.all(underWay);
      keeping.destroy();
      lateness.disable();
      return lateness.max / 1e6;
    },
  };
}

/** An agent that takes the port of each connection from `portOf`. */
function agentOf(options: AgentOptions, portOf: OpenLoop["portOf"]): Agent {
  const agent = new Agent(options);
  if (portOf === undefined) return agent;
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (to: ClientRequestArgs, callback) =>
    connect({ ...to, port: portOf() }, callback);
  return agent;
}

function codeOf(error: Error): string {
  return "code" in error ? String(error.code) : error.message;
}
