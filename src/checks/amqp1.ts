import type { Check, CheckOptions } from "../contract/check.ts";
import { hasMethods } from "../contract/options.ts";
import { type ClientRun, clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import {
  type ConsumerState,
  listOf,
  outcomeOfBroker,
  timed,
} from "./internal/messaging/broker-outcome.ts";
import {
  beginSession,
  type RheaConnection,
  requireOpen,
} from "./internal/messaging/rhea-connection.ts";

/** A Connection of `rhea-promise`, as far as this check reads it. */
export interface RheaPromiseConnection {
  isRemoteOpen(): boolean;
}

/** A connection of `rhea` or of `rhea-promise`. */
export type Amqp1Client = RheaConnection | RheaPromiseConnection;

/** A receiver or sender of `rhea`, or of `rhea-promise`. */
export type Amqp1Link =
  | { readonly name: string; is_closed(): boolean }
  | { readonly name: string; isClosed(): boolean };

/** The options of {@link amqp1}. */
export interface Amqp1Options extends CheckOptions {
  /** The connection that the service already uses, so that it is what gets probed. */
  client: ClientSource<Amqp1Client>;
  /**
   * The receivers and senders of this process, or a function that returns those of the moment. The check is down
   * once one of them is closed: the broker has detached it, or the service has closed it.
   *
   * @default none
   */
  links?: readonly Amqp1Link[] | (() => readonly Amqp1Link[]) | undefined;
}

const LINKS = listOf(
  "receivers and senders of rhea",
  (value) => hasMethods(value, ["is_closed"]) || hasMethods(value, ["isClosed"]),
);

const OWN_RULES = {
  links: {
    ...LINKS,
    expected: `${LINKS.expected}, or a function that returns one`,
    accepts: (value: unknown) => typeof value === "function" || LINKS.accepts(value),
  },
};

/**
 * Begins a session of AMQP 1.0 over the client's own connection, and ends it once the server has begun it. At
 * most one session waits for its answer. A connection that is not open is down at once.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_UNSUPPORTED_CLIENT`
 * @example
 * ```ts
 * import rhea from "rhea";
 * import { createHealth } from "hale";
 * import { amqp1 } from "hale/checks";
 *
 * const client = rhea.connect({ host: "127.0.0.1", port: 5672, username: "shop", password: "secret" });
 * const orders = client.open_receiver("orders");
 * const health = createHealth({ checks: { broker: amqp1({ client, links: [orders] }) } });
 * ```
 */
export function amqp1(options: Amqp1Options): Check {
  return clientCheck("amqp1", options, OWN_RULES, throughConnection);
}

function throughConnection(
  client: Amqp1Client,
  { links = [] }: Omit<Amqp1Options, keyof CheckOptions | "client">,
): ClientRun {
  const { _connection } = client as { _connection?: RheaConnection };
  const connection = _connection ?? (client as RheaConnection);
  const current = typeof links === "function" ? links : () => links;
  const ask = oneAtATime(() => timed(() => beginSession(connection)));
  return async () => {
    requireOpen(connection);
    const roundTrip = await ask().catch(answerOfRefusal);
    return outcomeOfBroker({ roundTrip, consumers: current().map(stateOf) });
  };
}

/** The answer of a server that does not let the user begin a session. */
function answerOfRefusal(failure: unknown): undefined {
  if ((failure as { code?: unknown } | null)?.code !== "amqp:unauthorized-access") throw failure;
}

function stateOf(link: Amqp1Link): ConsumerState {
  const isClosed = "is_closed" in link ? link.is_closed() : link.isClosed();
  return { name: `The link ${link.name}`, stopped: isClosed ? "is closed" : undefined };
}
