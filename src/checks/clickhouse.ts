import type { Check, CheckOptions, RunContext } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { promised } from "./internal/common/promised.ts";

/** The part of a client of `@clickhouse/client`, or of `@clickhouse/client-web`, that this check calls. */
export interface ClickhouseClient {
  ping(options: {
    select: true;
    abort_signal: AbortSignal;
  }): PromiseLike<{ readonly success: boolean; readonly error?: Error }>;
}

/** The options of {@link clickhouse}. */
export interface ClickhouseOptions extends CheckOptions {
  /** The client that the service already uses. */
  client: ClientSource<ClickhouseClient>;
}

/**
 * Sends `SELECT 1` to a ClickHouse server by the client's own `ping`, so that wrong credentials are down as
 * well. A run that is aborted aborts its request.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_UNSUPPORTED_CLIENT`
 * @example
 * ```ts
 * import { createClient } from "@clickhouse/client";
 * import { createHealth } from "hale";
 * import { clickhouse } from "hale/checks";
 *
 * const client = createClient({ url: "http://127.0.0.1:8123" });
 * const health = createHealth({ checks: { events: clickhouse({ client, critical: false }) } });
 * ```
 */
export function clickhouse(options: ClickhouseOptions): Check {
  return clientCheck("clickhouse", options, {}, (client: ClickhouseClient) => {
    return async ({ signal }: RunContext) => {
      const { success, error } = await promised(
        client.ping({ select: true, abort_signal: signal }),
      );
      // The server has answered, and has identified the client.
      if (success === true || isRefusedByName(error)) return;
      throw error ?? unexpectedReply("success", success);
    };
  });
}

/** The code of a server for a user who is logged in and lacks a grant: ACCESS_DENIED. */
function isRefusedByName(failure: unknown): boolean {
  return String((failure as { code?: unknown } | undefined)?.code) === "497";
}
