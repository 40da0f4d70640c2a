/** The status of a watched endpoint; `waiting` before the first response. */
export type WatchedStatus = "waiting" | "up" | "degraded" | "down";

/** The result of one request. Times are milliseconds. */
export interface ProbeResult {
  readonly status: Exclude<WatchedStatus, "waiting">;
  /** The reason for which the endpoint is not up; empty when it is. */
  readonly reason: string;
  /** Milliseconds until the response was complete; `undefined` without a response. */
  readonly latency: number | undefined;
}

/** The state of one watched endpoint. Times are milliseconds since the epoch. */
export interface EndpointHistory {
  readonly name: string;
  readonly status: WatchedStatus;
  readonly reason: string;
  readonly latency: number | undefined;
  /** The moment at which the endpoint was first seen with its status. */
  readonly since: number;
  /** The moment of the last change of its status; `undefined` while it has kept its first one. */
  readonly changed: number | undefined;
  /** The status before the last change. */
  readonly previous: WatchedStatus;
}

/** The history of an endpoint that has not answered yet. */
export function unseen(name: string, now: number): EndpointHistory {
  return {
    name,
    status: "waiting",
    reason: "",
    latency: undefined,
    since: now,
    changed: undefined,
    previous: "waiting",
  };
}

/** Adds a result to a history. */
export function withResult(
  history: EndpointHistory,
  { status, reason, latency }: ProbeResult,
  now: number,
): EndpointHistory {
  if (status === history.status) return { ...history, reason, latency };
  const isFirst = history.status === "waiting";
  return {
    name: history.name,
    status,
    reason,
    latency,
    since: now,
    changed: isFirst ? undefined : now,
    previous: history.status,
  };
}

/** Whether two histories differ in what a line of a log says. */
export function differs(one: EndpointHistory, other: EndpointHistory): boolean {
  return one.status !== other.status || one.reason !== other.reason;
}
