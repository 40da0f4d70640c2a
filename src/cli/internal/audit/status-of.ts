import { exchange } from "../probe/http-exchange.ts";
import { describeFailure, TimeoutReason } from "../probe/probe-failure.ts";
import { httpTarget } from "../probe/target.ts";

/** A request that looks at the status alone, and does not verify certificates. */
const QUERY = {
  method: "GET",
  headers: {},
  tls: { verify: false },
  keep: 0,
  body: "none",
} as const;

/** Sends one request; resolves to the status, or to why no response came within `limit` milliseconds. */
export async function statusOf(url: URL, limit: number): Promise<number | string> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new TimeoutReason(limit)), limit);
  try {
    return (await exchange(httpTarget(url), QUERY, controller.signal)).status;
  } catch (error) {
    return describeFailure(error, "response").message;
  } finally {
    clearTimeout(timer);
  }
}
