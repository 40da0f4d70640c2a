import { type Check, type CheckOptions, defineCheck } from "../contract/check.ts";
import { hasMethods } from "../contract/options.ts";
import { validateCheck } from "./internal/clients/validate-check.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { judgeOne, SELECT_ONE } from "./internal/sql/select-one.ts";

/** The part of a `PrismaClient` for SQL that this check calls. */
export interface PrismaClient {
  $queryRawUnsafe(sql: string): PromiseLike<unknown>;
}

/** What {@link prisma} takes. */
export interface PrismaOptions extends CheckOptions {
  /** What the service queries with, so that its own connections are what gets probed. */
  client: PrismaClient;
}

const CLIENT = {
  expected: "a PrismaClient",
  accepts: (value: unknown) => hasMethods(value, ["$queryRawUnsafe"]),
};

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
  const { client, ...rest } = validateCheck("prisma()", options, CLIENT);
  const query = oneAtATime(() => client.$queryRawUnsafe(SELECT_ONE));
  return defineCheck({ ...rest, scope: "dependency", run: async () => judgeOne(await query()) });
}
