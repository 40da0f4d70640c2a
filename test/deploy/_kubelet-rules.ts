import type { Manifest } from "./_kubernetes.ts";

/** A probe of a container, as a manifest has it. */
interface Probe {
  readonly httpGet?: {
    readonly path?: string;
    readonly port?: unknown;
    readonly host?: string;
    readonly scheme?: string;
  };
  readonly tcpSocket?: { readonly port?: unknown };
  readonly grpc?: { readonly port?: unknown; readonly service?: string };
  readonly exec?: { readonly command?: readonly string[] };
  readonly [field: string]: unknown;
}

interface Container {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly [field: string]: unknown;
}

interface PodSpec {
  readonly terminationGracePeriodSeconds?: number;
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

const HANDLERS = ["httpGet", "tcpSocket", "grpc", "exec"] as const;
const NUMBERS = [
  "initialDelaySeconds",
  "timeoutSeconds",
  "periodSeconds",
  "successThreshold",
  "failureThreshold",
] as const;
const PROBES = ["startupProbe", "livenessProbe", "readinessProbe"] as const;
type ProbeName = (typeof PROBES)[number];

/** The paths and gRPC services of hale that answer each probe. */
const ANSWERS: Readonly<Record<ProbeName, { path: RegExp; services: readonly string[] }>> = {
  startupProbe: { path: /^\/(?:health\/startup|startupz)$/, services: ["startup"] },
  livenessProbe: { path: /^\/(?:health(?:\/live)?|livez|healthz)$/, services: ["liveness"] },
  readinessProbe: { path: /^\/(?:health\/ready|readyz)$/, services: ["", "readiness"] },
};

/** The seconds of a shutdown with hale's defaults and one hook: the drain, the requests in flight, the hook. */
const SHUTDOWN_SECONDS = 15 + 10 + 5;

/** What is wrong with the probes of a manifest: what the API server refuses, and what it takes and does not work. */
export function probeFaults(manifest: Manifest): string[] {
  const pod = podOf(manifest);
  if (pod === undefined) return [];
  const { containers = [], initContainers = [] } = pod;
  const early = initContainers
    .filter((one) => one.restartPolicy !== "Always" && PROBES.some((name) => has(one, name)))
    .map(({ name }) => `${name}: an init container without restartPolicy Always has no probes`);
  return [
    ...early,
    ...[...containers, ...initContainers].flatMap((one) => containerFaults(one, pod)),
  ];
}

/** The pod of a manifest; `undefined` for one that makes no pods. */
function podOf({ kind, spec }: Manifest): PodSpec | undefined {
  const path = { Pod: [], CronJob: ["jobTemplate", "spec", "template", "spec"] }[kind];
  const steps = path ?? ["template", "spec"];
  return steps.reduce<unknown>((inner, step) => (inner as never)?.[step], spec) as
    | PodSpec
    | undefined;
}

function containerFaults(container: Container, pod: PodSpec): string[] {
  const faults = PROBES.flatMap((name) => {
    const probe = container[name] as Probe | undefined;
    if (probe === undefined) return [];
    const found = [...fieldFaults(probe, name), ...handlerFaults(probe, name, container)];
    return found.map((fault) => `${container.name}: ${name}: ${fault}`);
  });
  if (has(container, "livenessProbe") && !has(container, "startupProbe")) {
    faults.push(`${container.name}: livenessProbe counts from the container's start`);
  }
  if (has(container, "readinessProbe") && !graceFits(pod)) {
    faults.push(`${container.name}: the grace of the pod is shorter than a shutdown`);
  }
  const liveness = container.livenessProbe as Probe | undefined;
  if (liveness !== undefined && !restartsSoon(liveness, pod)) {
    faults.push(`${container.name}: livenessProbe waits for the grace of the pod before the kill`);
  }
  return faults;
}

function has(container: Container, name: ProbeName): boolean {
  return container[name] !== undefined;
}

function graceFits({ terminationGracePeriodSeconds = 30 }: PodSpec): boolean {
  return terminationGracePeriodSeconds > SHUTDOWN_SECONDS;
}

/** Whether a process that stands still, and does not hear SIGTERM, is killed before the grace of a shutdown is over. */
function restartsSoon(liveness: Probe, pod: PodSpec): boolean {
  const { terminationGracePeriodSeconds: ofPod = 30 } = pod;
  const { terminationGracePeriodSeconds: own = ofPod } = liveness;
  return (own as number) <= SHUTDOWN_SECONDS;
}

function fieldFaults(probe: Probe, name: ProbeName): string[] {
  const faults: string[] = [];
  for (const field of NUMBERS) {
    const value = probe[field];
    if (value === undefined) continue;
    if (!Number.isInteger(value)) faults.push(`${field} is no whole number`);
    else if ((value as number) <= 0) faults.push(`${field} is 0 or less`);
  }
  const { successThreshold = 1, timeoutSeconds = 1, periodSeconds = 10 } = probe;
  if (name !== "readinessProbe" && successThreshold !== 1) faults.push("successThreshold is not 1");
  if ((timeoutSeconds as number) > (periodSeconds as number)) {
    faults.push("timeoutSeconds is over periodSeconds");
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && name === "readinessProbe") {
    faults.push("terminationGracePeriodSeconds is refused on readiness");
  }
  if (grace !== undefined && (grace as number) <= 0) faults.push("its grace is 0 or less");
  return faults;
}

function handlerFaults(probe: Probe, name: ProbeName, { ports = [] }: Container): string[] {
  const handlers = HANDLERS.filter((handler) => probe[handler] !== undefined);
  if (handlers.length !== 1) return [`it has ${handlers.length} handlers`];
  const { httpGet, tcpSocket, grpc, exec } = probe;
  const { path, services } = ANSWERS[name];
  if (tcpSocket !== undefined) return ["tcpSocket succeeds on a process that is stopped"];
  if (exec !== undefined) return exec.command?.length ? [] : ["exec has no command"];
  if (grpc !== undefined) {
    const known = services.includes(grpc.service ?? "");
    return [
      ...(Number.isInteger(grpc.port) ? [] : ["the port of gRPC is no number"]),
      ...(known ? [] : [`the service "${grpc.service ?? ""}" is another probe`]),
    ];
  }
  const { port, host, scheme = "HTTP" } = httpGet ?? {};
  const names = ports.map((one) => one.name);
  return [
    ...portFaults(port, names),
    ...(host === undefined ? [] : ["host replaces the address of the pod"]),
    ...(["HTTP", "HTTPS"].includes(scheme) ? [] : [`scheme is "${scheme}"`]),
    ...(path.test(httpGet?.path ?? "/")
      ? []
      : [`the path ${httpGet?.path ?? "/"} is another probe`]),
  ];
}

function portFaults(port: unknown, names: readonly (string | undefined)[]): string[] {
  if (typeof port === "number") {
    return port >= 1 && port <= 65_535 ? [] : [`port ${port} is no port`];
  }
  const name = String(port);
  const isName =
    name.length <= 15 && /^[a-z0-9-]+$/.test(name) && /[a-z]/.test(name) && !/^-|-$|--/.test(name);
  if (!isName) return [`"${name}" is no name of a port`];
  return names.includes(name) ? [] : [`no port of the container is called "${name}"`];
}
