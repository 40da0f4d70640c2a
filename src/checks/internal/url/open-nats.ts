import { type NatsClient, nats } from "../../nats.ts";
import type { Opener } from "./opener.ts";

interface Driver {
  readonly connect: (options: object) => Promise<NatsClient & { close(): Promise<void> }>;
}

export const opener: Opener = {
  schemes: ["nats"],
  packages: ["@nats-io/transport-node", "nats"],
  async open({ username, password }, { driver, hosts, options }) {
    const [preferred = "", ...others] = opener.packages;
    const { connect } = await driver<Driver>(preferred).catch((failure: unknown) =>
      driver<Driver>(others.join()).catch(() => {
        throw failure;
      }),
    );
    const user = decodeURIComponent(username);
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
  },
};

/** Milliseconds until a server that accepts and says nothing is tried again. */
const PATIENCE = 5_000;
