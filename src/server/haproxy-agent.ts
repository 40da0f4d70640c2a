import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Health } from "../contract/health.ts";
import type { HealthServer } from "../contract/health-server.ts";
import type { HealthRequest } from "../contract/http.ts";
import { type Rules, requireOption, wholeNumber } from "../contract/options.ts";
import { refusePrimaryHealth } from "../contract/primary-health.ts";
import { validateArgument } from "../contract/validate-argument.ts";
import { internalsOf } from "../health-internals.ts";
import { ConnectionLimiter } from "./internal/connection-limiter.ts";
import { descriptorLimit } from "./internal/descriptor-limit.ts";
import { haproxyAgentReply } from "./internal/haproxy-agent-reply.ts";
import { ADDRESS_RULES, listenFailed, urlOf } from "./internal/listen-address.ts";
import { connectionsWithin } from "./internal/server-limits.ts";

/** The options of {@link listenHaproxyAgent}. */
export interface HaproxyAgentOptions {
  /** The port, or 0 for a free one. */
  port: number;
  /**
   * The address to listen on.
   *
   * @default every address, because load balancers come from outside
   */
  host?: string | undefined;
  /**
   * Percent of its weight that the server keeps while readiness is degraded; 100: all of it.
   *
   * @default 50
   */
  weight?: number | undefined;
}

const RULES: Rules<HaproxyAgentOptions> = {
  ...ADDRESS_RULES,
  weight: wholeNumber(1, 100),
};

/** Connections at the same time; a load balancer has one. */
const MAX_CONNECTIONS = 256;

/** Milliseconds, after the deadline, that a client has to take its line and go. */
const MAX_STAY = 2000;

/**
 * Listens for HAProxy, whose server has `agent-check`, and sends it the state of this one: `up ready 100%`,
 * `drain`, or `down #` and why.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, and `HALE_LISTEN_FAILED` when the port is not available
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { listenHaproxyAgent } from "hale/node";
 *
 * const { port, close } = await listenHaproxyAgent(createHealth(), { port: 0, host: "127.0.0.1" });
 * console.log(port);
 * await close();
 * ```
 */
export async function listenHaproxyAgent(
  health: Health,
  options: HaproxyAgentOptions,
): Promise<HealthServer> {
  const { reporter, events, http, deadline } = internalsOf("listenHaproxyAgent()", health);
  refusePrimaryHealth("listenHaproxyAgent()", health);
  validateArgument("listenHaproxyAgent()", options, RULES);
  const { port, host, weight = 50 } = options;
  requireOption("listenHaproxyAgent()", "port", port, RULES.port);
  const query = { probe: "readiness", check: undefined, exclude: [] } as const;
  const connections = connectionsWithin(descriptorLimit(), MAX_CONNECTIONS);
  const open = new ConnectionLimiter({
    connections,
    requestsPerConnection: 1,
    requests: connections,
  });

  async function answer(socket: Socket): Promise<void> {
    const { remoteAddress } = socket;
    const report = (await reporter.refresh(query)).report();
    if (socket.destroyed) return;
    socket.end(haproxyAgentReply(report, http.expose, weight));
    open.end(socket);
    // Its load balancer is one of the probers that a drain waits for.
    const request: HealthRequest = {
      method: "GET",
      url: "/",
      header: () => undefined,
      remoteAddress,
    };
    events.emit("readiness", { request, status: report.status === "down" ? 503 : 200 });
  }

  const server = createServer((socket) => {
    open.add(socket);
    open.begin(socket);
    const leave = setTimeout(() => socket.destroy(), deadline + MAX_STAY);
    leave.unref();
    socket.on("close", () => clearTimeout(leave));
    // A client may go at any time, and may send something first, which is not looked at.
    socket.on("error", () => {});
    socket.resume();
    void answer(socket);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      // It stays: a connection that cannot be accepted later must not end the process.
      server.on("error", reject);
      server.listen({ port, exclusive: true, ...(host !== undefined && { host }) }, resolve);
    });
  } catch (cause) {
    throw listenFailed({ port, host }, cause);
  }
  const { port: opened } = server.address() as AddressInfo;
  return {
    url: urlOf("tcp", { port: opened, host }),
    port: opened,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      open.endAll();
      await closed;
    },
  };
}
