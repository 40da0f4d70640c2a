import type { Check, CheckOptions, Observation, Run } from "../contract/check.ts";
import { notConnected, unexpectedReply } from "../contract/check-failures.ts";
import { hasMethods, milliseconds } from "../contract/options.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { EXHAUSTED_FOR, Exhaustion, exhausted, heldByCheck } from "./internal/common/exhaustion.ts";
import { outcomeOf } from "./internal/common/findings.ts";
import { messageOf } from "./internal/common/refusals.ts";
import { untilOpen } from "./internal/common/while-opening.ts";
import type { MongodbMongoClient } from "./internal/nosql/mongodb-client.ts";
import { linkTo, type MongodbLink } from "./internal/nosql/mongodb-link.ts";

export type { MongodbCommandOptions, MongodbMongoClient } from "./internal/nosql/mongodb-client.ts";

/** The part of a `Connection` of `mongoose` that this check calls. */
export interface MongodbMongooseConnection {
  readonly readyState: number;
  getClient(): MongodbMongoClient;
}

/** The part of `mongoose` itself that this check reads. */
export interface MongodbMongoose {
  readonly connection: MongodbMongooseConnection;
}

/** A `MongoClient`, `mongoose` for its default connection, or a `Connection` of it. */
export type MongodbClient = MongodbMongoClient | MongodbMongooseConnection | MongodbMongoose;

/** The options of {@link mongodb}. */
export interface MongodbOptions extends CheckOptions {
  /** The client that the service already uses, so that its own connections are what gets probed. */
  client: ClientSource<MongodbClient>;
  /**
   * Milliseconds that a ping may take until it is ended, from the opening of its connection on. It goes on when the
   * run that began it ends, and the next run waits for the same one.
   *
   * @default 10_000
   */
  connectTimeout?: number | undefined;
  /**
   * Milliseconds for which the service may have taken every connection of the pool before that is down
   * instead of degraded. 0: at once.
   *
   * @default never
   */
  exhaustedFor?: number | undefined;
}

const CONNECT_TIMEOUT = 10_000;

const OWN_RULES = { connectTimeout: milliseconds(100), exhaustedFor: EXHAUSTED_FOR };

/** The states of a connection of mongoose, by their number. */
const STATES = ["disconnected", "connected", "connecting", "disconnecting"];

/**
 * Sends `ping` to a server that the client's read preference allows, and says what the driver knows of
 * the topology. A replica set without a primary is degraded where another member answers.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { MongoClient } from "mongodb";
 * import { createHealth } from "hale";
 * import { mongodb } from "hale/checks";
 *
 * const client = new MongoClient("mongodb://127.0.0.1/shop");
 * const health = createHealth({ checks: { database: mongodb({ client, timeout: 300 }) } });
 * ```
 */
export function mongodb(options: MongodbOptions): Check {
  return clientCheck("mongodb", options, OWN_RULES, throughMongo);
}

/** A client of the driver, with what runs have seen of its pool. */
interface LinkedClient {
  readonly link: MongodbLink;
  readonly exhaustion: Exhaustion;
}

function throughMongo(
  client: MongodbClient,
  { connectTimeout = CONNECT_TIMEOUT, exhaustedFor }: Omit<MongodbOptions, "client">,
): Run {
  const links = new WeakMap<object, LinkedClient>();
  /** mongoose makes another client each time that it connects. */
  function linkOf(driver: MongodbMongoClient): LinkedClient {
    const linked = links.get(driver) ?? {
      link: linkTo(driver, connectTimeout),
      exhaustion: new Exhaustion(),
    };
    links.set(driver, linked);
    return linked;
  }
  return async ({ signal }) => {
    const connection = connectionOf(client);
    const driver = connection === undefined ? client : connection.getClient();
    // A connection that has never connected has no client.
    if (!hasMethods(driver, ["db"])) throw disconnectedMongoose(connection);
    const { link, exhaustion } = linkOf(driver as MongodbMongoClient);
    if (!link.isOpen) {
      exhaustion.end();
      // mongoose connects when the service has it connect, and at no other time.
      if (connection !== undefined) throw disconnectedMongoose(connection);
      const outcome = await untilOpen(link.open(), signal);
      if (outcome !== undefined) return outcome;
    }
    // A full pool is not asked, so that no ping stands in its queue.
    const full = await exhaustion.wait(() => link.taken, signal);
    if (full !== undefined && link.isHung) return heldByCheck(exhaustion);
    if (full !== undefined) return exhausted(full.total, full.lasted, exhaustedFor);
    // The service may have closed the client meanwhile, which a ping would have connect.
    if (!link.isOpen) throw disconnectedMongoose(connection);
    const { ok } = ((await link.ping().catch(answerOfRefusal)) ?? {}) as { ok?: unknown };
    if (Number(ok) !== 1) throw unexpectedReply("ok: 1", ok);
    // Until mongoose knows that the server is there, it keeps the service's own queries back.
    if (connection !== undefined && connection.readyState !== 1)
      throw disconnectedMongoose(connection);
    return outcomeOf([link.topology === "ReplicaSetNoPrimary" ? NO_PRIMARY : undefined], {
      ...(link.topology !== undefined && {
        topology: { value: link.topology } satisfies Observation,
      }),
    });
  };
}

const NO_PRIMARY = {
  status: "degraded",
  reason: "The replica set has no primary: it answers, but nothing can be written.",
} as const;

/** The refusal of a user who is logged in; of one who is not, the server says that it requires authentication. */
const REFUSED = /^(?:not authorized on|user is not allowed to do action)\b/i;

/** The answer of a server that does not let the user send `ping`. */
function answerOfRefusal(failure: unknown): { readonly ok: 1 } {
  if (!REFUSED.test(messageOf(failure))) throw failure;
  return { ok: 1 };
}

/** The connection of mongoose that stands behind a client, if one does. */
function connectionOf(client: MongodbClient): MongodbMongooseConnection | undefined {
  if (hasMethods(client, ["getClient"])) return client as MongodbMongooseConnection;
  return (client as Partial<MongodbMongoose>).connection;
}

function disconnectedMongoose(connection: MongodbMongooseConnection | undefined): Error {
  return notConnected(STATES[connection?.readyState ?? 0] ?? "disconnected");
}
