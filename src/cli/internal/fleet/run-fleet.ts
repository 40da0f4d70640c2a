import { setMaxListeners } from "node:events";
import type { Header } from "../probe/parse-header.ts";
import { givenHeaders, tokenHeader } from "../probe/plan.ts";
import { withTimeLimit } from "../probe/time-limit.ts";
import { type TlsFlags, tlsSettings } from "../probe/tls-flags.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { SERVICE_LABELS } from "./fleet-queries.ts";
import { type FleetReport, isFleetHealthy } from "./fleet-report.ts";
import { fleetText } from "./fleet-text.ts";
import type { LabelMatcher } from "./label-flags.ts";
import { PrometheusClient } from "./prometheus-client.ts";
import { PrometheusFailure } from "./prometheus-failure.ts";
import { readFleet } from "./read-fleet.ts";

/** The flags of `hale fleet`. */
export interface FleetInput {
  readonly flags: TlsFlags & {
    readonly prometheus: URL | undefined;
    readonly by: readonly string[] | undefined;
    readonly match: readonly LabelMatcher[];
    readonly "zone-label": string;
    readonly tolerate: number;
    readonly replicas: boolean;
    readonly json: boolean;
    readonly timeout: number;
    readonly header: readonly Header[];
    readonly "token-file": string | undefined;
  };
}

/** The exit code when nothing was learned of any service, `EX_UNAVAILABLE` of sysexits.h. */
const EXIT_UNAVAILABLE = 69;

/**
 * Queries a Prometheus for a fleet, and writes the result; resolves to the exit code.
 *
 * @throws UsageError
 */
export async function runFleet({ flags }: FleetInput, terminal: Terminal): Promise<number> {
  const { prometheus: url, timeout, by = SERVICE_LABELS, "zone-label": zoneLabel } = flags;
  if (url === undefined) {
    throw new UsageError("--prometheus is missing. Write --prometheus http://127.0.0.1:9090.");
  }
  const headers = { ...givenHeaders(flags), ...tokenHeader(flags["token-file"]) };
  const tls = await tlsSettings(flags);
  const client = new PrometheusClient({ url, headers, tls, timeout });
  const rule = { by, zoneLabel, matchers: flags.match, tolerate: flags.tolerate };
  try {
    const fleet = await withTimeLimit(timeout, undefined, (signal) => {
      // Each query listens to it, and Node warns of more than ten.
      setMaxListeners(0, signal);
      return readFleet(client, rule, flags.replicas, signal);
    });
    for (const warning of fleet.warnings) terminal.warn(`hale fleet: Prometheus warns: ${warning}`);
    write(fleet, flags.json, terminal);
    return isFleetHealthy(fleet) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof PrometheusFailure)) throw error;
    terminal.warn(`hale fleet: ${error.code}: ${error.message}`);
    return EXIT_UNAVAILABLE;
  }
}

function write(fleet: FleetReport, asJson: boolean, terminal: Terminal): void {
  if (asJson) {
    terminal.print(JSON.stringify({ healthy: isFleetHealthy(fleet), ...fleet }));
    return;
  }
  // Without a terminal, as in a file or a log, nothing is cut.
  const width = terminal.stdout.columns || Number.POSITIVE_INFINITY;
  for (const line of fleetText(fleet, width, terminal.paint)) terminal.print(line);
}
