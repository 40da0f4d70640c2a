import { notConnected } from "../../../contract/check-failures.ts";
import { hasMethods } from "../../../contract/options.ts";
import { promised } from "../common/promised.ts";
import type { AmqpChannel, AmqpClient, AmqpConnection, AmqpManager } from "./amqp-client.ts";

/** The reply of a channel about a queue. */
interface Queues {
  checkQueue(
    queue: string,
  ): PromiseLike<{ readonly messageCount: number; readonly consumerCount: number }>;
}

/** The channel that a check asks over; one that was passed is not asked of queues. */
export type AskedChannel = AmqpChannel & Queues;

type Emitter = Record<
  "on" | "off",
  (event: string, listener: (...values: never[]) => void) => void
>;

/** The connection of a client, and the channel of the check. */
export interface AmqpLink {
  /** The failure of the connection; `undefined` while there is one, as far as the client tells. */
  readonly lost: unknown;
  /** The reason for which the server accepts no messages from it. */
  readonly blocked: string | undefined;
  /** The channel that was passed, or one that is opened once and kept until it closes. */
  channel(): Promise<AskedChannel>;
  /** Does not wait for the server, which may say nothing. */
  close(): void;
}

/** Listens to what a client tells of its connection, until it is closed. */
export function linkTo(client: AmqpClient): AmqpLink {
  let failure: unknown;
  let blocked: string | undefined;
  let own: Promise<AskedChannel> | undefined;

  const listeners: Readonly<Record<string, (value: unknown) => void>> = {
    connect() {
      failure = undefined;
    },
    disconnect: lose,
    "connect-failed": lose,
    connectFailed: lose,
    blocked(why) {
      blocked = String((why as { reason?: unknown } | null)?.reason ?? why);
    },
    unblocked() {
      blocked = undefined;
    },
  };
  function lose(why: unknown): void {
    failure = (why as { err?: unknown } | null)?.err ?? why ?? disconnected();
    blocked = undefined;
  }
  const emitter = emitterOf(client);
  for (const [event, listener] of Object.entries(listeners)) emitter?.on(event, listener);

  /** Waits for as long as it takes, so that no channel is opened beside one that comes late. */
  function ownChannel(from: AmqpConnection): Promise<AskedChannel> {
    const mine = open(from);
    const forget = () => {
      if (own === mine) own = undefined;
    };
    mine.then((channel) => {
      (channel as unknown as Emitter).on("close", forget);
    }, forget);
    return mine;
  }

  return {
    get lost() {
      if (isManaged(client) && !client.isConnected()) return failure ?? disconnected();
      return failure;
    },
    get blocked() {
      return blocked;
    },
    async channel() {
      if (hasMethods(client, ["checkExchange"])) return client as AskedChannel;
      const from = isManaged(client) ? client.connection : (client as AmqpConnection);
      if (from === undefined) throw disconnected();
      own ??= ownChannel(from);
      return own;
    },
    close() {
      for (const [event, listener] of Object.entries(listeners)) emitter?.off(event, listener);
      own?.then(closeChannel, () => {});
    },
  };
}

async function open(from: AmqpConnection): Promise<AskedChannel> {
  const channel = (await promised(from.createChannel())) as AskedChannel;
  // Without a listener, the driver would throw what closes the channel where nobody can catch it.
  (channel as unknown as Emitter).on("error", () => {});
  return channel;
}

async function closeChannel(channel: object): Promise<void> {
  try {
    await (channel as { close(): PromiseLike<void> }).close();
  } catch {
    // It is closed already, or its connection is.
  }
}

/** Whether a server has closed a channel because the user lacks a right: ACCESS_REFUSED. */
export function isRefusedByName(failure: unknown): boolean {
  return (failure as { code?: unknown } | null | undefined)?.code === 403;
}

/** Whether amqp-connection-manager has made the client: a connection that comes and goes, or a channel of it. */
function isManaged(client: AmqpClient): client is AmqpManager {
  return hasMethods(client, ["isConnected"]);
}

/** Of a channel of amqplib, it is the connection that tells when it is blocked. */
function emitterOf(client: AmqpClient): Emitter | undefined {
  const { connection } = client as { connection?: unknown };
  return [isManaged(client) || !hasMethods(client, ["checkExchange"]) ? client : connection].find(
    (value): value is Emitter => hasMethods(value, ["on", "off"]),
  );
}

function disconnected(): Error {
  return notConnected("disconnected");
}
