import type { HealthInternals } from "../health-internals.ts";

type Log = HealthInternals["log"];

/** The part of a server that has its address. */
interface AddressedServer {
  address(): unknown;
}

/** The logs of the healths that have looked at each server: one of them may be off. */
const seen = new WeakMap<object, WeakSet<Log>>();

/**
 * Warns of a server in Kubernetes that listens on the loopback interface alone, where the kubelet does not reach it.
 *
 * @internal
 */
export function warnOfLoopback(server: AddressedServer, log: Log): void {
  const logs = seen.get(server) ?? new WeakSet();
  if (!process.env.KUBERNETES_SERVICE_HOST || logs.has(log)) return;
  seen.set(server, logs.add(log));
  const { address, port } = (server.address() ?? {}) as { address?: unknown; port?: unknown };
  if (typeof address === "string") warnOfLoopbackAddress(address, port, log);
}

/**
 * Warns of a loopback address in Kubernetes.
 *
 * @internal
 */
export function warnOfLoopbackAddress(address: string, port: unknown, log: Log): void {
  if (!process.env.KUBERNETES_SERVICE_HOST || !LOOPBACK.test(address)) return;
  const text = `the server listens on ${address}, where neither the kubelet nor a Service reaches it: listen on 0.0.0.0, or probe it from within the container with an exec probe`;
  log("warn", text, { address, port });
}

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.|localhost$)/;
