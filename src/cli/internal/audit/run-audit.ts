import { nearestWord } from "../../../contract/nearest-word.ts";
import {
  type AuditResult,
  auditEndpoint,
  audits,
  type EndpointOptions,
} from "../../../testing/index.ts";
import { formatDuration } from "../duration.ts";
import { quote } from "../quote.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type AuditReport, countsOf, maskReport } from "./audit-report.ts";
import { awaitDown } from "./await-down.ts";
import { parseHttpUrl } from "./parse-http-url.ts";
import { verdictsOf } from "./prober-verdicts.ts";
import { createProgress } from "./progress.ts";
import { refuseRemote } from "./refuse-remote.ts";
import { writeReport } from "./reports/write-report.ts";
import { statusOf } from "./status-of.ts";

/** The flags and arguments of `hale audit`. */
export interface AuditInput {
  readonly flags: {
    readonly readiness: URL | undefined;
    readonly liveness: URL | undefined;
    readonly timeout: number;
    readonly "idle-timeout": number;
    readonly "await-down": number | undefined;
    readonly skip: readonly string[];
    readonly strict: boolean;
    readonly "allow-remote": boolean;
    readonly format: "text" | "json" | "sarif" | "github";
  };
  readonly arguments: readonly string[];
}

/** The beginning of the id of every audit. */
const PREFIX = "endpoint-";

/** The least time, in milliseconds, after which a response that has not come counts as none. */
const MIN_WITHIN = 10_000;

/**
 * Audits an endpoint, and writes the report to stdout.
 *
 * @throws UsageError
 */
export async function runAudit(input: AuditInput, terminal: Terminal): Promise<number> {
  const { flags } = input;
  const url = targetOf(input);
  const options: EndpointOptions = {
    url: url.href,
    liveness: flags.liveness?.href,
    timeout: flags.timeout,
    idleTimeout: flags["idle-timeout"],
    // A prober's patience is no limit of the audit: a late response is to be measured.
    within: Math.max(MIN_WITHIN, 2 * flags.timeout),
  };
  refuseUnknown(flags.skip, options);
  if (!flags["allow-remote"]) {
    for (const each of [url, flags.liveness]) if (each !== undefined) await refuseRemote(each);
  }
  // Without a response to this request, each audit would wait for as long.
  const status = await statusOf(url, options.within ?? MIN_WITHIN);
  const failure = typeof status === "string" ? status : undefined;
  const findings =
    failure === undefined ? await auditIn(options, flags, terminal) : { results: [], verdicts: [] };
  const report = maskReport({ url: url.href, failure, ...findings });
  terminal.print(writeReport(flags.format, report, terminal.paint));
  const { failedMust, failedShould } = countsOf(report);
  const broken = failedMust + (flags.strict ? failedShould : 0);
  return failure === undefined && broken === 0 ? 0 : 1;
}

/** Runs the audits of the state that the service is in, then those of a dependency that is down. */
async function auditIn(
  options: EndpointOptions,
  { skip, timeout, "await-down": patience, "allow-remote": allowRemote }: AuditInput["flags"],
  terminal: Terminal,
): Promise<Pick<AuditReport, "results" | "verdicts">> {
  const url = new URL(options.url);
  const first = without(skip, idsOf(options));
  const second = patience === undefined ? [] : without(skip, idsOfDown(options));
  const progress = createProgress(terminal, first.length + second.length);
  const onResult = ({ id }: AuditResult) => progress.advance(id);
  try {
    // First, since a limit of rates that the audits exceed is not what probers come upon.
    const verdicts = await verdictsOf(url, allowRemote);
    const results = [...(await auditEndpoint({ ...options, only: first, onResult }))];
    if (patience === undefined) return { results, verdicts };
    progress.clear();
    terminal.warn("Break a dependency of the service now. The audit goes on once readiness fails.");
    const isDown = await awaitDown(url, timeout, patience);
    const down = async () => {
      if (!isDown) throw new Error(`Readiness did not fail within ${formatDuration(patience)}.`);
    };
    const later = await auditEndpoint({ ...options, only: second, states: { down }, onResult });
    return { results: [...results, ...later], verdicts };
  } finally {
    progress.clear();
  }
}

/** The endpoint that is audited: the argument, or the readiness endpoint. */
function targetOf({ flags, arguments: [argument] }: AuditInput): URL {
  if (argument !== undefined && flags.readiness !== undefined) {
    throw new UsageError("Give the readiness endpoint once: as the argument, or by --readiness.");
  }
  if (flags.readiness !== undefined) return flags.readiness;
  if (argument === undefined) throw new UsageError("Expected a url, or --readiness.");
  try {
    return parseHttpUrl(argument);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`The url ${error.message}, but is ${quote(argument)}.`);
  }
}

function idsOf(options: EndpointOptions): readonly string[] {
  return audits(options).map(({ id }) => id);
}

/** The audits that need a dependency to be down. */
function idsOfDown(options: EndpointOptions): readonly string[] {
  const up = idsOf(options);
  return idsOf({ ...options, states: { down: () => {} } }).filter((id) => !up.includes(id));
}

function without(skipped: readonly string[], ids: readonly string[]): readonly string[] {
  return ids.filter((id) => !skipped.includes(id));
}

function refuseUnknown(skipped: readonly string[], options: EndpointOptions): void {
  const liveness = options.liveness ?? options.url;
  const known = idsOf({ ...options, liveness, states: { down: () => {} } });
  const unknown = skipped.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  // The prefix that every id has makes none of them nearer.
  const likely = nearestWord(
    unknown.replace(PREFIX, ""),
    known.map((id) => id.replace(PREFIX, "")),
  );
  const hint =
    likely === undefined
      ? "The report has the id behind each broken rule, and with --format json every id."
      : `Did you mean ${PREFIX}${likely}?`;
  throw new UsageError(`--skip must be the id of an audit, but is ${quote(unknown)}. ${hint}`);
}
