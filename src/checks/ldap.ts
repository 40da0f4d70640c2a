import type { Check, CheckOptions, Outcome } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { BOOLEAN, requireOption } from "../contract/options.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";

/** The part of an ldapts `Client` that this check calls. */
export interface LdapClient {
  search(
    base: string,
    options: { scope: "base"; attributes: string[] },
  ): PromiseLike<{ readonly searchEntries: readonly unknown[] }>;
  /** Whether its connection has been bound; later versions say so. */
  readonly isBound?: boolean;
}

/** The options of {@link ldap}. */
export interface LdapOptions extends CheckOptions {
  /** The client that the service already uses. */
  client: ClientSource<LdapClient>;
  /**
   * Whether it is down while the client's connection is not bound.
   *
   * @default false
   */
  bound?: boolean;
}

const TELLING = {
  expected: 'a Client of ldapts that has isBound, as "bound" asks it',
  secret: true,
  accepts: (value: unknown) => typeof (value as LdapClient).isBound === "boolean",
};

/** The root DSE, which every server shows to every client, without any attribute (RFC 4511, 4.5.1.8). */
const ROOT = ["", { scope: "base", attributes: ["1.1"] }] satisfies Parameters<
  LdapClient["search"]
>;

/**
 * Reads the root entry of an LDAP server, without attributes, over the client's own connection. It never
 * binds, and with `bound` expects that the client has. At most one search waits for an answer.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { Client } from "ldapts";
 * import { createHealth } from "hale";
 * import { ldap } from "hale/checks";
 *
 * const client = new Client({ url: "ldap://127.0.0.1:389", autoRebind: true });
 * const health = createHealth({ checks: { directory: ldap({ client, bound: true }) } });
 * ```
 */
export function ldap(options: LdapOptions): Check {
  return clientCheck("ldap", options, { bound: BOOLEAN }, (client: LdapClient, { bound }) => {
    if (bound) requireOption("ldap()", "client", client, TELLING);
    const search = oneAtATime(() => promised(client.search(...ROOT)));
    return async () => {
      const length = await search().then(({ searchEntries }) => searchEntries.length, refused);
      if (length !== undefined && length !== 1) throw unexpectedReply("1 entry", length);
      // Asked afterwards, since a client with `autoRebind` binds when it connects.
      if (!bound || client.isBound) return undefined;
      return {
        status: "down",
        reason: "The server answers, but the client's connection is not bound.",
      } satisfies Outcome;
    };
  });
}

/** insufficientAccessRights, and noSuchObject, which servers say of an entry that is not to be disclosed. */
const REFUSALS: readonly unknown[] = [50, 32];

/** Returns where the server does not show its root entry to the user: it has answered. */
function refused(failure: unknown): undefined {
  if (!REFUSALS.includes((failure as { code?: unknown } | null)?.code)) throw failure;
}
