import { exchange } from "../probe/http-exchange.ts";
import { describeFailure } from "../probe/probe-failure.ts";
import { httpTarget } from "../probe/target.ts";
import { withTimeLimit } from "../probe/time-limit.ts";

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
  try {
    const { status } = await withTimeLimit(limit, undefined, (signal) =>
      exchange(httpTarget(url), QUERY, signal),
    );
    return status;
  } catch (error) {
    return describeFailure(error, "response").message;
  }
}
