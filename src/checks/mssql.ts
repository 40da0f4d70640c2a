import type { Check, CheckOptions, Outcome, RunContext } from "../contract/check.ts";
import { notConnected } from "../contract/check-failures.ts";
import { type ClientRun, clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { EXHAUSTED_FOR, Exhaustion, exhausted, heldByCheck } from "./internal/common/exhaustion.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import { expectOne, SELECT_ONE } from "./internal/sql/select-one.ts";

/** The part of a `ConnectionPool` of `mssql` that this check calls. */
export interface MssqlClient {
  readonly connected: boolean;
  request(): MssqlRequest;
}

interface MssqlRequest {
  query(sql: string): PromiseLike<{ readonly recordset: unknown }>;
}

/** The figures of the pool, whose getter throws while it is not connected. */
interface Figures {
  readonly connecting?: boolean;
  /** The connections that are lent; those that are being opened are not among them. */
  readonly borrowed?: number;
  readonly config?: { readonly pool?: { readonly max?: number } };
}

/** The options of {@link mssql}. */
export interface MssqlOptions extends CheckOptions {
  /** The pool that the service already uses, so that its own connections are what gets probed. */
  client: ClientSource<MssqlClient>;
  /**
   * Milliseconds for which the service may have taken every connection of the pool before that is down
   * instead of degraded. 0: at once.
   *
   * @default never
   */
  exhaustedFor?: number | undefined;
}

/** The size of a pool of `mssql` that was given none. */
const DEFAULT_MAX = 10;

/**
 * Sends `select 1` to a SQL Server over a connection of a `ConnectionPool`, and expects 1. At most one query
 * waits for an answer. A pool whose connections the service has all taken is degraded, and one that is not
 * connected is down.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_UNSUPPORTED_CLIENT`
 * @example
 * ```ts
 * import sql from "mssql";
 * import { createHealth } from "hale";
 * import { mssql } from "hale/checks";
 *
 * const client = new sql.ConnectionPool("Server=127.0.0.1;Database=shop;User Id=shop;Password=secret");
 * const health = createHealth({ checks: { database: mssql({ client, timeout: 300 }) } });
 * ```
 */
export function mssql(options: MssqlOptions): Check {
  return clientCheck("mssql", options, { exhaustedFor: EXHAUSTED_FOR }, throughPool);
}

function throughPool(
  client: MssqlClient,
  { exhaustedFor }: Omit<MssqlOptions, "client"> = {},
): ClientRun {
  const exhaustion = new Exhaustion();
  const query = oneAtATime(() => promised(client.request().query(SELECT_ONE)));
  /** The connections of the pool, where all are taken: a query would wait in its queue. */
  function taken(): number | undefined {
    // A connection that the check's own query holds is not the service's.
    if (!client.connected || query.isUnderWay) return undefined;
    const { borrowed = 0, config } = client as Figures;
    return borrowed >= (config?.pool?.max ?? DEFAULT_MAX) ? borrowed : undefined;
  }
  function requireConnected(): void {
    if (client.connected) return;
    exhaustion.end();
    throw notConnected((client as Figures).connecting ? "connecting" : "closed");
  }
  return async ({ signal }: RunContext): Promise<Outcome> => {
    signal.throwIfAborted();
    requireConnected();
    const full = await exhaustion.wait(taken, signal);
    if (full !== undefined && query.isHung) return heldByCheck(exhaustion);
    if (full !== undefined) return exhausted(full.total, full.lasted, exhaustedFor);
    // The service may have closed the pool meanwhile.
    requireConnected();
    return expectOne((await query()).recordset);
  };
}
