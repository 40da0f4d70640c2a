import type { Observation, Outcome, Run } from "../../../contract/check.ts";
import { ON_WORKERD } from "../../../contract/runtime.ts";
import { GIVE_UP_AFTER, MOST_WAITING } from "../common/one-at-a-time.ts";

/** A pool of connections, of whatever driver, as a check borrows from it. */
export interface Pool<Connection> {
  /** Asks for a connection. What it returns may settle long after nobody waits for it any more. */
  connect(): PromiseLike<Connection>;
  giveBack(connection: Connection): void;
  /** Ends a connection instead of giving it back. */
  destroy(connection: Connection): void;
  /** How many connections there are; `undefined` where the pool does not tell. */
  sizes(): PoolSizes | undefined;
  /** The connections that are being opened; none where the pool does not tell. */
  opening(): readonly OpeningConnection[];
}

/** The figures of a pool. */
export interface PoolSizes {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
  readonly max: number;
}

/** A connection that is not open yet. */
export interface OpeningConnection {
  /** What it is the same thing by, each time that it is asked for. */
  readonly identity: object;
  /** Ends the attempt to open it. */
  stop(): void;
}

/**
 * Asks over one connection of a pool, and destroys that connection when the run is aborted or `ask`
 * fails: what did not answer once is not to be lent to the service. When the service has taken every
 * connection, the outcome is degraded.
 */
export function throughPool<Connection>(
  pool: Pool<Connection>,
  ask: (connection: Connection) => Promise<Outcome>,
): Run {
  const shared = borrowFrom(pool);
  return async ({ signal }) => {
    signal.throwIfAborted();
    // There, no request may wait for what another has asked the pool for.
    const borrow = ON_WORKERD ? borrowFrom(pool) : shared;
    const loan = await borrow(signal);
    if (loan === "exhausted") return exhausted(pool);
    const { connection } = loan;
    let lent = true;
    const end = (how: (connection: Connection) => void) => {
      if (!lent) return;
      lent = false;
      how(connection);
    };
    const destroy = () => end((mine) => pool.destroy(mine));
    signal.addEventListener("abort", destroy);
    try {
      const outcome = await ask(connection);
      end((mine) => pool.giveBack(mine));
      return { ...outcome, observations: { ...observe(pool), ...outcome.observations } };
    } finally {
      signal.removeEventListener("abort", destroy);
      destroy();
    }
  };
}

interface Request {
  readonly startedAt: number;
  /** The connection that the pool has begun to open for this request. */
  readonly opening: OpeningConnection | undefined;
}

/** In an object, because a connection may have a `then` of its own. */
type Loan<Connection> = { readonly connection: Connection } | "exhausted";

interface Borrower<Connection> {
  resolve(loan: Loan<Connection>): void;
  reject(failure: unknown): void;
}

/**
 * Asks the pool for one connection at a time. A request that is still in the pool's queue when its
 * run is aborted cannot be taken back, so the next run waits for the same one; what arrives when
 * nobody waits goes back at once.
 */
function borrowFrom<Connection>(
  pool: Pool<Connection>,
): (signal: AbortSignal) => Promise<Loan<Connection>> {
  let request: Request | undefined;
  /** How many requests have no answer yet: the last one, and one that was given up. */
  let pending = 0;
  // More than one only where one check is registered more than once.
  const borrowers = new Set<Borrower<Connection>>();

  function ask(): void {
    const before = new Set(pool.opening().map(({ identity }) => identity));
    const asked = pool.connect();
    pending++;
    const mine: Request = {
      startedAt: performance.now(),
      opening: pool.opening().find(({ identity }) => !before.has(identity)),
    };
    request = mine;
    const serveNext = (serve: (waiting: Borrower<Connection> | undefined) => void) => {
      pending--;
      if (request !== mine) return serve(undefined);
      request = undefined;
      const [waiting] = borrowers;
      if (waiting !== undefined) borrowers.delete(waiting);
      serve(waiting);
      if (borrowers.size > 0) ask();
    };
    asked.then(
      (connection) =>
        serveNext((waiting) =>
          waiting ? waiting.resolve({ connection }) : pool.giveBack(connection),
        ),
      (failure) =>
        serveNext((waiting) =>
          isExhausted(pool) ? waiting?.resolve("exhausted") : waiting?.reject(failure),
        ),
    );
  }

  return (signal) =>
    new Promise((resolve, reject) => {
      const mine: Borrower<Connection> = { resolve, reject };
      borrowers.add(mine);
      signal.addEventListener("abort", () => {
        if (!borrowers.delete(mine)) return;
        if (request?.opening === undefined && isExhausted(pool)) return resolve("exhausted");
        if (borrowers.size === 0) request?.opening?.stop();
        reject(signal.reason);
      });
      const hung = request !== undefined && performance.now() - request.startedAt > GIVE_UP_AFTER;
      const another = hung && pending < MOST_WAITING && !isFull(pool.sizes());
      if (request === undefined || another) ask();
    });
}

/**
 * Whether the service has taken every connection. One that is still being opened has not been taken:
 * a server that lets nobody in is down, however many wait for it.
 */
function isExhausted<Connection>(pool: Pool<Connection>): boolean {
  return isFull(pool.sizes()) && pool.opening().length === 0;
}

function isFull(sizes: PoolSizes | undefined): boolean {
  return sizes !== undefined && sizes.idle === 0 && sizes.total >= sizes.max;
}

function exhausted<Connection>(pool: Pool<Connection>): Outcome {
  return {
    status: "degraded",
    reason: `The service has taken all ${pool.sizes()?.total} connections of the pool.`,
    observations: observe(pool),
  };
}

function observe<Connection>(
  pool: Pool<Connection>,
): Readonly<Record<string, Observation>> | undefined {
  const sizes = pool.sizes();
  return (
    sizes && {
      totalConnections: { value: sizes.total, unit: "connections" },
      idleConnections: { value: sizes.idle, unit: "connections" },
      waitingRequests: { value: sizes.waiting, unit: "requests" },
    }
  );
}
