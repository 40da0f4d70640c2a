import type { HealthRequest } from "../../contract/http.ts";
import type { Probe } from "../../contract/probe.ts";
import type { ServingStatus } from "../../grpc/messages.ts";
import type { Access } from "../../http/access.ts";
import type { LazyReport, ProbeQuery, ReportSource } from "../../report/reporter.ts";

/** The services that every health has; "" is the server as a whole, which is what a kubelet asks for. */
const PROBE_SERVICES: ReadonlyMap<string, Probe> = new Map([
  ["", "readiness"],
  ["liveness", "liveness"],
  ["readiness", "readiness"],
  ["startup", "startup"],
  ["deep", "deep"],
]);

/** The parts of a health that its gRPC service needs. */
export interface HealthServiceParts {
  readonly reporter: ReportSource;
  readonly access: Access;
  /** Called when whole readiness was reported to a caller that may send traffic. */
  readonly onReadiness: (request: HealthRequest, status: number) => void;
  /** Called when a response to a Check is ready, with the HTTP status that says the same. */
  readonly onResponse: (query: ProbeQuery, status: number) => void;
}

/** The methods of grpc.health.v1.Health, whatever carries the calls. */
export class HealthService {
  readonly #parts: HealthServiceParts;

  constructor(parts: HealthServiceParts) {
    this.#parts = parts;
  }

  /** Resolves to the status of a service; to `undefined` where the caller may see none of this name. */
  async check(service: string, request: HealthRequest): Promise<ServingStatus | undefined> {
    const { reporter, onReadiness, onResponse } = this.#parts;
    const query = this.#queryOf(service);
    const visible = query !== undefined && this.#isVisible(query, request);
    if (query === undefined || visible === false) return undefined;
    // The checks run while a function of the service decides, so that the response is on time.
    const refreshed = reporter.refresh(query);
    if (!(await visible)) return undefined;
    const status = servingStatusOf(await refreshed);
    const code = status === "SERVING" ? 200 : 503;
    onResponse(query, code);
    if (isReadiness(query)) onReadiness(request, code);
    return status;
  }

  /** Resolves to the status of every service that the caller may see. */
  async list(request: HealthRequest): Promise<Map<string, ServingStatus>> {
    const probes = this.#statusesOf([...PROBE_SERVICES.keys()]);
    const exposed = this.#exposesChecks(request);
    const names = exposed === false ? [] : this.#parts.reporter.names("deep");
    const checks = this.#statusesOf([...names].filter((name) => !PROBE_SERVICES.has(name)));
    return new Map([...(await probes), ...((await exposed) ? await checks : [])]);
  }

  /** Resolves to the query for a service; to `undefined` where the caller may see none of this name. */
  async find(service: string, request: HealthRequest): Promise<ProbeQuery | undefined> {
    const query = this.#queryOf(service);
    return query !== undefined && (await this.#isVisible(query, request)) ? query : undefined;
  }

  #queryOf(service: string): ProbeQuery | undefined {
    const probe = PROBE_SERVICES.get(service);
    if (probe !== undefined) return { probe };
    const isName = this.#parts.reporter.has("deep", service);
    return isName ? { probe: "deep", check: service } : undefined;
  }

  /** Requests all at once, so that each check runs once for all of them. */
  #statusesOf(services: readonly string[]): Promise<(readonly [string, ServingStatus])[]> {
    return Promise.all(
      services.map(async (service) => {
        const query = this.#queryOf(service) as ProbeQuery;
        return [service, servingStatusOf(await this.#parts.reporter.refresh(query))] as const;
      }),
    );
  }

  /** Whether a caller may see what a query is about; a promise where a function of the service decides. */
  #isVisible(query: ProbeQuery, request: HealthRequest): boolean | Promise<boolean> {
    return query.check === undefined || this.#exposesChecks(request);
  }

  #exposesChecks(request: HealthRequest): boolean | Promise<boolean> {
    const exposure = this.#parts.access.exposureOf(request, "deep");
    return exposure instanceof Promise
      ? exposure.then((found) => found !== "status")
      : exposure !== "status";
  }
}

/** Returns the serving status of a report: degraded serves, as it is 200 over HTTP. */
export function servingStatusOf(lazy: LazyReport): ServingStatus {
  return lazy.report().status === "down" ? "NOT_SERVING" : "SERVING";
}

/** Whether a query is about readiness as a whole, which a drain makes fail. */
export function isReadiness({ probe, check }: ProbeQuery): boolean {
  return probe === "readiness" && check === undefined;
}
