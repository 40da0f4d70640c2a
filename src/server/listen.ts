import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attach } from "../adapters/node.ts";
import type { Health } from "../contract/health.ts";
import type { HealthRequest } from "../contract/http.ts";
import {
  HEALTH,
  type Rules,
  requireOption,
  validateOptions,
  wholeNumber,
} from "../contract/options.ts";
import { outerError } from "../contract/outer-errors.ts";

/** What {@link listen} takes. */
export interface ListenOptions {
  /** The port, or 0 for a free one. */
  port: number;
  /**
   * The address to listen on.
   *
   * @default every address, because the kubelet and load balancers come from outside
   */
  host?: string | undefined;
}

/** A health server that listens. */
export interface Listening {
  /** Where it listens, with a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

const RULES: Rules<ListenOptions> = {
  port: wholeNumber(0, 65_535),
  host: {
    expected: "the name or address of this host",
    accepts: (value) => typeof value === "string" && value !== "",
  },
};

/** The root as a path or as an absolute URL, with a query or without. */
const ROOT = /^(?:https?:\/\/[^/?#]*)?\/?(?:\?|$)/i;

/**
 * Serves the probes on a port of their own, apart from the service. `/` is readiness there, for load
 * balancers that ask for nothing else; what is not hale's is 404.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, and `HALE_LISTEN_FAILED` when the port cannot be had
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { listen } from "hale/node";
 *
 * const { url, close } = await listen(createHealth(), { port: 0, host: "127.0.0.1" });
 * console.log(await (await fetch(url)).text());
 * await close();
 * ```
 */
export async function listen(health: Health, options: ListenOptions): Promise<Listening> {
  requireOption("listen()", "health", health, HEALTH);
  validateOptions("listen()", options, RULES);
  const { port, host } = options;
  requireOption("listen()", "port", port, RULES.port);
  const server = createServer((_request, response) => {
    response.writeHead(404, { "Content-Length": 0 }).end();
  });
  attach(server, withReadinessAtRoot(health));
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: Error) => {
      const failure = outerError(
        "HALE_LISTEN_FAILED",
        host ?? "every address",
        port,
        cause.message,
      );
      failure.cause = cause;
      reject(failure);
    };
    server.once("error", refuse);
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      server.off("error", refuse);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${hostInUrl(host ?? "127.0.0.1")}:${address.port}/`,
    port: address.port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What no path of the service's answers at the root is readiness. */
function withReadinessAtRoot(health: Health): Health {
  return {
    ...health,
    handle: (request) =>
      health.handle(request) ??
      (ROOT.test(request.url) ? health.handle(asReadiness(request)) : undefined),
  };
}

function asReadiness(request: HealthRequest): HealthRequest {
  return {
    method: request.method,
    url: request.url,
    header: (name) => request.header(name),
    from: request.from,
    probe: "readiness",
  };
}

function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
