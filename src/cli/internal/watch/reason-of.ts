import { excerpt } from "../probe/excerpt.ts";

/** The most characters of a reason: the names of many checks are worth more room than a page of errors. */
const MAX_REASON = 1000;

/** A check in a body of hale: a word, or an object for callers who see details. */
type CheckInBody = string | { readonly status?: unknown; readonly reason?: unknown } | undefined;

/** Words of formats for a check or a service that needs no reason. */
const GOOD = /^(?:ok|up|pass|passing|healthy|true|serving)$/i;

/** The status that a body states, in lower case; `undefined` when it states none. */
export function statedStatus(body: string): string | undefined {
  const status = objectIn(body)?.status;
  return typeof status === "string" ? status.toLowerCase() : undefined;
}

/** Reads the reason for which a service is not well from a body: the first checks that fail, with their reasons where they are shown. */
export function reasonOf(body: string): string {
  const object = objectIn(body);
  if (object === undefined) return excerpt(body);
  const failing = Object.entries(checksOf(object))
    .map(([name, check]) => describe(name, check))
    .filter((text) => text !== undefined);
  if (failing.length > 0) return excerpt(failing.join("; "), MAX_REASON);
  const stated = [object.reason, object.message, object.error, object.output];
  return excerpt(String(stated.find((value) => typeof value === "string") ?? ""), MAX_REASON);
}

/** The checks or start-up tasks of a body, by name. */
function checksOf(
  object: Readonly<Record<string, unknown>>,
): Readonly<Record<string, CheckInBody>> {
  const parts = [object.tasks, object.checks, object.components, object.details];
  const named = parts.filter((part) => typeof part === "object" && part !== null);
  return Object.assign({}, ...named.filter((part) => !Array.isArray(part)));
}

function describe(name: string, check: CheckInBody): string | undefined {
  if (typeof check === "string") return GOOD.test(check) ? undefined : `${name} ${check}`;
  if (typeof check !== "object" || check === null) return undefined;
  const { status, reason } = check;
  if (typeof status !== "string" || GOOD.test(status)) return undefined;
  return typeof reason === "string" ? `${name}: ${reason}` : `${name} ${status}`;
}

function objectIn(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
