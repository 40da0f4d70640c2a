import { type LdapClient, ldap } from "../../ldap.ts";
import { GIVE_UP_AFTER } from "../common/one-at-a-time.ts";
import type { Opener } from "./opener.ts";

interface Ldapts {
  readonly Client: new (
    options: object,
  ) => LdapClient & {
    readonly isConnected: boolean;
    bind(name: string, password: string): Promise<void>;
    unbind(): Promise<void>;
  };
}

export const opener: Opener = {
  schemes: ["ldap", "ldaps"],
  packages: ["ldapts"],
  async open({ protocol, host, username, password }, { driver, options }) {
    const { Client } = await driver<Ldapts>("ldapts");
    const client = new Client({
      url: `${protocol}//${host}`,
      connectTimeout: GIVE_UP_AFTER,
      timeout: GIVE_UP_AFTER,
    });
    const name = decodeURIComponent(username);
    const secret = decodeURIComponent(password);
    let isIn = false;
    const search: LdapClient["search"] = async (...question) => {
      // A connection that was lost is bound anew; what an older one was does not count.
      if (name !== "" && !(isIn && client.isConnected)) {
        isIn = false;
        await client.bind(name, secret);
        isIn = true;
      }
      return client.search(...question);
    };
    return { check: ldap({ ...options, client: { search } }), close: () => client.unbind() };
  },
};
