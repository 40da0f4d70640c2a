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
}

/** The methods of grpc.health.v1.Health, whatever carries the calls. */
export class HealthService {
  readonly #parts: HealthServiceParts;

  constructor(parts: HealthServiceParts) {
    this.#parts = parts;
  }

  /** Resolves to the status of a service; to `undefined` where the caller may see none of this name. */
  async check(service: string, request: HealthRequest): Promise<ServingStatus | undefined> {
    const { reporter, onReadiness } = this.#parts;
    const query = await this.find(service, request);
    if (query === undefined) return undefined;
    const status = servingStatusOf(await reporter.refresh(query));
    if (isReadiness(query)) onReadiness(request, status === "SERVING" ? 200 : 503);
    return status;
  }

  /** Resolves to the status of every service that the caller may see. */
  async list(request: HealthRequest): Promise<Map<string, ServingStatus>> {
    const { reporter } = this.#parts;
    const queries = [...PROBE_SERVICES].map(([service, probe]): [string, ProbeQuery] => [
      service,
      { probe },
    ]);
    if (await this.#exposesChecks(request)) {
      for (const check of reporter.names("deep")) {
        if (!PROBE_SERVICES.has(check)) queries.push([check, { probe: "deep", check }]);
      }
    }
    // All at once, so that each check runs once for all of them.
    const reports = queries.map(
      async ([service, query]) =>
        [service, servingStatusOf(await reporter.refresh(query))] as const,
    );
    return new Map(await Promise.all(reports));
  }

  /** Resolves to the query for a service; to `undefined` where the caller may see none of this name. */
  async find(service: string, request: HealthRequest): Promise<ProbeQuery | undefined> {
    const probe = PROBE_SERVICES.get(service);
    if (probe !== undefined) return { probe };
    if (!this.#parts.reporter.has("deep", service)) return undefined;
    return (await this.#exposesChecks(request)) ? { probe: "deep", check: service } : undefined;
  }

  async #exposesChecks(request: HealthRequest): Promise<boolean> {
    return (await this.#parts.access.exposureOf(request, "deep")) !== "status";
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
