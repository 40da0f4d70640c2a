import type { Check, CheckOptions } from "../contract/check.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import { expectOne, SELECT_ONE } from "./internal/sql/select-one.ts";

/** The part of a `PrismaClient` for SQL that this check calls. */
export interface PrismaClient {
  $queryRawUnsafe(sql: string): PromiseLike<unknown>;
}

/** The options of {@link prisma}. */
export interface PrismaOptions extends CheckOptions {
  /** The client that the service queries with, so that its own connections are probed. */
  client: ClientSource<PrismaClient>;
}

/**
 * Sends `select 1` by a raw query over the connections of a `PrismaClient`, and expects 1. At most one
 * query waits for an answer.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { prisma } from "hale/checks";
 *
 * // A PrismaClient, of the module that `prisma generate` has written.
 * declare const client: { $queryRawUnsafe(sql: string): Promise<unknown> };
 *
 * export const health = () => createHealth({ checks: { database: prisma({ client, timeout: 300 }) } });
 * ```
 */
export function prisma(options: PrismaOptions): Check {
  return clientCheck("prisma", options, {}, (client: PrismaClient) => {
    const query = oneAtATime(() => promised(client.$queryRawUnsafe(SELECT_ONE)));
    return async () => expectOne(await query());
  });
}
