import { noNodeModule } from "../../../contract/check-misuse.ts";

/** The modules of Node that checks use. */
interface Builtins {
  "node:buffer": typeof import("node:buffer");
  "node:crypto": typeof import("node:crypto");
  "node:dns": typeof import("node:dns");
  "node:events": typeof import("node:events");
  "node:fs": typeof import("node:fs");
  "node:module": typeof import("node:module");
  "node:net": typeof import("node:net");
  "node:os": typeof import("node:os");
  "node:path": typeof import("node:path");
  "node:perf_hooks": typeof import("node:perf_hooks");
  "node:tls": typeof import("node:tls");
  "node:url": typeof import("node:url");
  "node:v8": typeof import("node:v8");
  "node:worker_threads": typeof import("node:worker_threads");
}

type Process = typeof process;

/**
 * A module of Node, asked for when a check is made: `hale/checks` itself imports none, so that it
 * loads on every runtime.
 *
 * @throws `HALE_NO_NODE_MODULE` where the runtime does not have it
 */
export function builtin<N extends keyof Builtins>(owner: string, name: N): Builtins[N] {
  const found = builtinIfAny<Builtins[N]>(name);
  if (found === undefined) throw noNodeModule(owner, name);
  return found;
}

/** A module of Node that a check can do without; `undefined` where the runtime does not have it. */
export function builtinIfAny<Module>(name: string): Module | undefined {
  const { process } = globalThis as { process?: Process };
  return process?.getBuiltinModule?.(name) as Module | undefined;
}

/**
 * The process that checks ask about.
 *
 * @throws `HALE_NO_NODE_MODULE` where the runtime has none
 */
export function thisProcess(owner: string): Process {
  const found = (globalThis as { process?: Process }).process;
  if (typeof found?.memoryUsage !== "function") {
    throw noNodeModule(owner, "node:process");
  }
  return found;
}
