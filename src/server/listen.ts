import { HaleError } from "../contract/errors.ts";
import type { Health } from "../contract/health.ts";
import type { GrpcAddress, HealthServer } from "../contract/health-server.ts";
import { badOption } from "../contract/misuse.ts";
import { refusePrimaryHealth } from "../contract/primary-health.ts";
import { PROBES } from "../contract/probe.ts";
import { type HealthInternals, internalsOf, type ResponseOverrides } from "../health-internals.ts";
import { serviceFormatOf } from "../http/service-format.ts";
import { warnOfLoopbackAddress } from "../node-http/warn-of-loopback.ts";
import { redact } from "../report/redact.ts";
import { inheritProbers } from "../shutdown/probers.ts";
import {
  type ListenAddresses,
  openServers,
  PortFailure,
  type RunningServers,
} from "./internal/health-servers.ts";
import { type ListenAddress, listenFailed, urlOf } from "./internal/listen-address.ts";
import {
  type ListenOptions,
  listenAddressesOf,
  responseOverridesOf,
  type StalledOptions,
  stallLimits,
} from "./internal/listen-options.ts";
import { openServer } from "./internal/probe-server.ts";
import { ProbeThread } from "./probe-thread/probe-thread.ts";
import { ThreadUnavailableError } from "./probe-thread/start-worker.ts";

export type { GrpcListenOptions, GrpcTlsOptions, Pem } from "./internal/grpc-options.ts";
export type { ListenOptions, StalledOptions } from "./internal/listen-options.ts";

/** A server of probes whose health can be replaced. */
export interface ProbeServer extends HealthServer {
  /**
   * Serves another health from now on, over the same port and with the options of this listener, which has no `grpc`. The
   * caller closes the previous one, once the requests in flight were answered: after its `deadline`.
   *
   * @throws `HALE_BAD_OPTION`
   */
  replaceHealth(health: Health): void;
}

/**
 * Serves the probes on a port of their own, apart from the service. `/` is readiness there, for load
 * balancers that ask for nothing else; what is not hale's is 404. With `grpc`, gRPC clients are answered too.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, and `HALE_LISTEN_FAILED` when the port is unavailable
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
export async function listen(health: Health, options: ListenOptions): Promise<ProbeServer> {
  const parts = internalsOf("listen()", health);
  refusePrimaryHealth("listen()", health);
  const addresses = listenAddressesOf(options);
  const { thread = false, stalled = {}, interval = 5000 } = options;
  const overrides = responseOverridesOf(options);
  if (thread) requireOwnProcess(parts);
  if (thread) requireRealTime(parts);
  if (thread) requireNamedFormat(parts, overrides);
  if (thread) requireStart(parts);
  try {
    const opened =
      (thread && (await openThread(parts, addresses, { stalled, interval, overrides }))) ||
      (await openOnMainThread(parts, addresses, overrides));
    if (thread) warnOfSilence(parts);
    const { host } = addresses.http ?? {};
    if (host !== undefined) warnOfLoopbackAddress(host, opened.ports.http, parts.log);
    let current = parts;
    return {
      ...healthServerOf(addresses, opened),
      replaceHealth(next) {
        const replacement = internalsOf("replaceHealth()", next);
        refusePrimaryHealth("replaceHealth()", next);
        if (thread) requireOwnProcess(replacement);
        if (thread) requireRealTime(replacement);
        if (thread) requireNamedFormat(replacement, overrides);
        // Calls that watch belong to the health that they were made to.
        if (addresses.grpc !== undefined) {
          throw badOption("listen()", "grpc", "left out for replaceHealth()", "given");
        }
        opened.replaceHealth(replacement);
        inheritProbers(current, replacement);
        current = replacement;
      },
    };
  } catch (failure) {
    if (!(failure instanceof PortFailure)) throw failure;
    throw listenFailed(addresses[failure.kind] as ListenAddress, failure.cause);
  }
}

function healthServerOf(
  addresses: ListenAddresses,
  { ports, close }: RunningServers,
): HealthServer {
  const addressOf = (
    scheme: string,
    port: number | undefined,
    address: ListenAddress | undefined,
  ) =>
    port === undefined ? undefined : { url: urlOf(scheme, { port, host: address?.host }), port };
  const grpc = addressOf(addresses.grpc?.tls ? "grpcs" : "grpc", ports.grpc, addresses.grpc);
  // One of the two is there.
  const main = (addressOf("http", ports.http, addresses.http) ?? grpc) as GrpcAddress;
  return { ...main, ...(grpc !== undefined && { grpc }), close };
}

/** Servers whose health can be replaced. */
interface Replaceable extends RunningServers {
  replaceHealth(parts: HealthInternals): void;
}

async function openOnMainThread(
  parts: HealthInternals,
  addresses: ListenAddresses,
  overrides: ResponseOverrides | undefined,
): Promise<Replaceable> {
  const handlerOf = ({ handler }: HealthInternals) =>
    handler({ responses: overrides, readinessAtRoot: true });
  let handle = handlerOf(parts);
  const servers = await openServers(addresses, {
    http: (address) => openServer((request) => handle(request), address),
    async grpc(address) {
      const { serveGrpc } = await import("./grpc/serve-grpc.ts");
      return serveGrpc(parts, address, overrides);
    },
  });
  return {
    ...servers,
    replaceHealth(next) {
      handle = handlerOf(next);
    },
  };
}

/** Refuses the health of a cluster, whose checks are those of other processes. */
function requireOwnProcess({ cluster }: HealthInternals): void {
  if (!cluster) return;
  const expected = "left out for the health of a cluster, whose primary is not kept busy";
  throw badOption("listen()", "thread", expected, "true");
}

/** Refuses the health of a test, whose clock stands still while that of the thread goes on. */
function requireRealTime({ clock }: HealthInternals): void {
  if (clock.isManual !== true) return;
  const expected = "left out for the health of fakeHealth(), whose clock the test moves";
  throw badOption("listen()", "thread", expected, "true");
}

/** Refuses a format that is a function of the main thread. */
function requireNamedFormat({ http }: HealthInternals, overrides?: ResponseOverrides): void {
  const { format = http.format } = overrides ?? {};
  const formats = PROBES.map((probe) => serviceFormatOf(format, probe));
  if (formats.every((one) => typeof one === "string")) return;
  const expected = "left out where the format is a function, which only the main thread can call";
  const hint = 'Or choose the format of this listener by its name: format: "json".';
  throw badOption("listen()", "thread", expected, "true", hint);
}

/** Keeps startup back until something says that the service has started: its probes are answered while it loads. */
function requireStart({ lifecycle }: HealthInternals): void {
  if (lifecycle.startup.requireEvidence()) return;
  const message =
    "listen() with thread: true came after startup had finished, which nothing had kept back. Call it in the same turn as createHealth(), or attach the server, add a start-up task, or set startup: { manual: true } in that turn.";
  throw new HaleError("HALE_ALREADY_STARTED", message);
}

/** Warns where startup would wait for ever; the code after `await listen()` comes before. */
function warnOfSilence({ lifecycle, clock, log }: HealthInternals): void {
  clock.nextTurn(() => {
    if (!lifecycle.startup.isSilent) return;
    const message =
      "nothing says when the service has started, so startup stays 503: attach() its server, give that to gracefulShutdown(), add a start-up task, or call markStarted()";
    log("warn", message, {});
  });
}

/** The options of the probe thread. */
interface ThreadSettings {
  readonly stalled: StalledOptions;
  readonly interval: number;
  readonly overrides: ResponseOverrides | undefined;
}

/** Opens the probe thread; resolves to `undefined` where it is unavailable. */
async function openThread(
  parts: HealthInternals,
  addresses: ListenAddresses,
  { stalled, interval, overrides = {} }: ThreadSettings,
): Promise<Replaceable | undefined> {
  try {
    const thread = await ProbeThread.open(parts, {
      addresses,
      limits: stallLimits(stalled),
      overrides,
    });
    let endSampling = parts.engine.sampleAll(interval);
    return {
      ports: thread.ports,
      replaceHealth(next) {
        endSampling();
        endSampling = next.engine.sampleAll(interval);
        thread.replaceHealth(next);
      },
      close() {
        endSampling();
        return thread.close();
      },
    };
  } catch (failure) {
    if (!(failure instanceof ThreadUnavailableError)) throw failure;
    const why = redact(failure.message);
    const message = `probe thread unavailable; answering on the main thread: ${why}`;
    parts.log("warn", message, { why });
    return undefined;
  }
}
