import { type NatsClient, nats } from "../../nats.ts";
import { openWithFirst } from "./first-driver.ts";
import type { Opener } from "./opener.ts";

interface Driver {
  readonly connect: (options: object) => Promise<NatsClient & { close(): Promise<void> }>;
}

export const opener: Opener = {
  schemes: ["nats"],
  packages: ["@nats-io/transport-node", "nats"],
  open({ username, password }, { driver, hosts, options }) {
    const user = decodeURIComponent(username);
    async function through({ connect }: Driver) {
      const client = await connect({
        servers: hosts,
        // A name alone is a token.
        ...(password === ""
          ? user !== "" && { token: user }
          : { user, pass: decodeURIComponent(password) }),
        maxReconnectAttempts: -1,
        timeout: PATIENCE,
      });
      return { check: nats({ ...options, client }), close: () => client.close() };
    }
    return openWithFirst(driver, { "@nats-io/transport-node": through, nats: through });
  },
};

/** Milliseconds until a server that accepts and says nothing is tried again. */
const PATIENCE = 5_000;
