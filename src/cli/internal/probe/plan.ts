import { quote } from "../quote.ts";
import { UsageError } from "../usage-error.ts";
import { VERSION } from "../version.ts";
import type { Expectations } from "./expectations.ts";
import { collectHeaders, type ProbeFlags } from "./flags.ts";
import type { RequestHeaders } from "./http-exchange.ts";
import type { Prober, Scheme } from "./probers/prober.ts";
import { PROBERS } from "./probers/probers.ts";
import { readFlagFile } from "./read-flag-file.ts";
import { parseTarget, type Target } from "./target.ts";
import { tlsSettings } from "./tls-flags.ts";
import type { TlsSettings } from "./tls-settings.ts";

/** The requests to targets, and the expectations of their responses. */
export interface Plan {
  readonly targets: readonly Target[];
  /** Milliseconds that one attempt may take. */
  readonly timeout: number;
  readonly method: string;
  /** Request headers that were given, and those of the prober. */
  readonly headers: RequestHeaders;
  readonly tls: TlsSettings;
  readonly expected: Expectations;
  /** The prober whose conclusion is asked for. */
  readonly prober: Prober | undefined;
  readonly invert: boolean;
}

const DEFAULT_TIMEOUT = 1000;

/** Flags that say something about HTTP alone, and what each is to a prober. */
const HTTP_FLAGS = [
  "method",
  "header",
  "token-file",
  "expect-status",
  "expect-header",
  "expect-text",
  "expect-match",
  "expect-json",
] as const;

/** The settings of a prober that each flag is; it cannot be told anything else. */
const AS_SETTING: Readonly<Record<string, string>> = { "token-file": "header" };

/**
 * Makes the plan of a command from its flags and urls.
 *
 * @throws UsageError for flags that contradict each other or the urls, and for files that cannot be read
 */
export async function makePlan(flags: ProbeFlags, urls: readonly string[]): Promise<Plan> {
  const targets = urls.map(targetOf);
  const { as: name } = flags;
  const prober: Prober | undefined = name === undefined ? undefined : PROBERS[name];
  const headers = givenHeaders(flags);
  if (flags.all && flags.any) throw new UsageError("--all and --any cannot both be given.");
  requireHttp(flags, targets);
  if (prober !== undefined) requireSettings(flags, prober, targets);
  return {
    targets,
    timeout: flags.timeout ?? prober?.timeout ?? DEFAULT_TIMEOUT,
    method: flags.method ?? prober?.method ?? "GET",
    headers: {
      ...(prober?.headers ?? { "user-agent": `hale/${VERSION}`, accept: "*/*" }),
      ...headers,
      ...tokenHeader(flags["token-file"]),
    },
    tls: await tlsSettings(flags, prober?.verify),
    expected: {
      status: flags["expect-status"] ?? prober?.status ?? [[200, 299]],
      headers: flags["expect-header"],
      texts: flags["expect-text"],
      patterns: flags["expect-match"],
      json: flags["expect-json"],
    },
    prober,
    invert: flags.invert,
  };
}

/** A request header in place of a url. */
const HEADER = /^(authorization|cookie|[a-z\d]+(?:-[a-z\d]+)+):(?![\d/])|^([\w-]+):[ \t]/i;

function targetOf(url: string): Target {
  const [, name, other = name] = HEADER.exec(url) ?? [];
  if (other === undefined) return parseTarget(url);
  throw new UsageError(`"${other}: …" is a header, and no url. Did you forget -H in front of it?`);
}

/** The flags of a list that were given. */
function givenOf<Name extends keyof ProbeFlags>(flags: ProbeFlags, names: readonly Name[]): Name[] {
  return names.filter((name) => {
    const value: unknown = flags[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
  });
}

function requireHttp(flags: ProbeFlags, targets: readonly Target[]): void {
  for (const flag of givenOf(flags, HTTP_FLAGS)) {
    // gRPC carries a token in its metadata; no prober that speaks it does.
    const isForGrpc = flag === "token-file" && flags.as === undefined;
    const other = targets.find(({ kind }) => kind !== "http" && !(isForGrpc && kind === "grpc"));
    if (other !== undefined) {
      throw new UsageError(`--${flag} is about HTTP, which ${quote(other.shown)} is not.`);
    }
  }
  if (flags.method === "HEAD") {
    const [body] = givenOf(flags, ["expect-text", "expect-match", "expect-json"]);
    if (body !== undefined) throw new UsageError(`A response to HEAD has no body for --${body}.`);
  }
}

/** Refuses what a prober cannot do, so that its conclusion is not one of a prober that does not exist. */
function requireSettings(flags: ProbeFlags, prober: Prober, targets: readonly Target[]): void {
  const name = flags.as;
  const wrong = targets.find((target) => !prober.schemes.includes(schemeOf(target)));
  if (wrong !== undefined) {
    throw new UsageError(
      `--as ${name} asks ${prober.schemes.join(", ")}, not ${quote(wrong.shown)}.`,
    );
  }
  const settings: readonly string[] = prober.settings;
  const flag = givenOf(flags, HTTP_FLAGS).find(
    (each) => !settings.includes(AS_SETTING[each] ?? each),
  );
  if (flag !== undefined) {
    throw new UsageError(`--${flag} cannot stand beside --as ${name}, which has no such setting.`);
  }
}

function schemeOf(target: Target): Scheme {
  if (target.kind === "tcp") return "tcp";
  if (target.kind === "grpc") return target.secure ? "grpcs" : "grpc";
  if (target.address.path !== undefined) return "unix";
  return target.secure ? "https" : "http";
}

/**
 * Collects the headers of `--header`.
 *
 * @throws UsageError for two values of a header that can be there once, also by `--token-file`
 */
export function givenHeaders(flags: Pick<ProbeFlags, "header" | "token-file">): RequestHeaders {
  const headers = collectHeaders(flags.header);
  if (flags["token-file"] !== undefined && headers.authorization !== undefined) {
    throw new UsageError("--token-file and an authorization header cannot both be given.");
  }
  return headers;
}

/**
 * Reads the access token of `--token-file`, and returns the header that carries it; none without a file.
 *
 * @throws UsageError
 */
export function tokenHeader(file: string | undefined): Record<string, string> {
  if (file === undefined) return {};
  const token = readFlagFile("token-file", file).toString("utf8").trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(
      "--token-file must name a file with one token, in one line and without spaces.",
    );
  }
  return { authorization: `Bearer ${token}` };
}
