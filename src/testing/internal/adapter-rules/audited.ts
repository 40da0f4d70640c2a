import type { Rule } from "../../audit.ts";
import type { RawRequest, Reply } from "../../raw-http-client.ts";

/** The state of the check `database` of an audited health: it passes, throws, or hangs. */
export type AuditedState = "up" | "down" | "hanging";

/** The audited server: a health is mounted in it, in front of an application. */
export interface Audited {
  request(method: string, target: string, asking?: RawRequest): Promise<Reply>;
  /** Sends bytes as they are. */
  send(text: string): Promise<Reply>;
  /** Sets the state of the check `database`; may return a promise, like {@link drain}. */
  set(state: AuditedState): unknown;
  drain(): unknown;
  /** Returns the paths of the requests that the application received. */
  seen(): readonly string[] | Promise<readonly string[]>;
}

export const HEALTHY = '200 {"status":"healthy","checks":{"database":"ok","cache":"ok"}}';
export const UNHEALTHY = '503 {"status":"unhealthy","checks":{"database":"failed","cache":"ok"}}';
export const OK = '200 {"status":"ok"}';
export const FAILED = '503 {"status":"failed"}';
export const ALLOW = "GET, HEAD, OPTIONS";

export const GOOD_PATHS = [
  ["/health", OK],
  ["/health/live", OK],
  ["/livez", OK],
  ["/healthz", OK],
  ["/health/ready", OK],
  ["/readyz", OK],
  ["/health/startup", OK],
  ["/startupz", OK],
  ["/health/deep", HEALTHY],
  ["/health/ready/database", OK],
  ["/readyz/cache", OK],
  ["/health/deep/database", OK],
] as const;

export const PROBES_PAGE = "docs/probes.md";
export const HTTP_PAGE = "docs/http.md";

/** A rule of every adapter. */
export type AdapterRule = Rule<Audited>;

/** Returns the status and body of a response in one line. */
export function verdict({ status, body }: Reply): string {
  return `${status} ${body}`;
}

/** Compares headers, except for those of the connection and the time. */
export function compareHeaders(
  what: string,
  one: Reply,
  other: Reply,
  compare: (what: string, actual: unknown, expected: unknown) => void,
): void {
  const names = new Set([...Object.keys(one.headers), ...Object.keys(other.headers)]);
  for (const name of names) {
    if (name === "date") continue;
    compare(`${name} of ${what}`, one.headers[name], other.headers[name]);
  }
}
