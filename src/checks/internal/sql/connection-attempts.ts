import type { Outcome } from "../../../contract/check.ts";
import { CheckFailure } from "../../../contract/errors.ts";
import { retryDelay } from "../../../contract/retry-delay.ts";
import { after } from "../common/after.ts";
import { stillOpening } from "../common/while-opening.ts";
import type { OpeningConnection, Pool } from "./pool.ts";

/** Attempts that may hang before no more are begun. */
const MAX_HUNG = 2;

/**
 * Late attempts that are passed over after a connection that was opened and then did not answer: a proxy that
 * lets clients in and does not serve them holds each for about two minutes, whether its client is gone or not.
 */
const SILENT_SKIPS = 2;

/** Milliseconds between two looks at whether the service ends the pool. */
const LOOK_EVERY = 200;

/** A run that waits for an attempt. */
interface Waiter {
  resolve(outcome: Outcome): void;
  reject(failure: unknown): void;
}

/** One question to the server, from the request for a connection to the answer. */
interface Attempt<Connection> {
  readonly waiters: Set<Waiter>;
  /** The connection that the pool has begun to open for it. */
  opening?: OpeningConnection | undefined;
  /** The connection over which it asks; in an object, because it may have a `then` of its own. */
  lent?: { readonly connection: Connection; readonly at: number };
  /** Whether it has ended, so that what comes later counts for nothing. */
  isOver: boolean;
  cancelLimit(): void;
}

/**
 * The queries of a check, over one connection of a pool at a time. An attempt outlives the run that began it: the next run waits
 * for the connection that is still being opened, and a connection that has not answered yet is kept while the
 * pool has room. At most two attempts hang; after that, late ones are made at the times of hung runs, each in
 * the place of the oldest. An answer begins everything anew.
 */
export class ConnectionAttempts<Connection> {
  readonly #pool: Pool<Connection>;
  readonly #ask: (connection: Connection) => Promise<Outcome>;
  readonly #connectTimeout: number;
  /** The one attempt that runs wait for. */
  #current: Attempt<Connection> | undefined;
  /** Attempts that no run waits for any more, oldest first. */
  readonly #hung = new Set<Attempt<Connection>>();
  /** Attempts that this side has ended without an answer, and the other side may still hold. */
  #left = 0;
  #late = 0;
  #heldUntil = Number.NEGATIVE_INFINITY;
  #stopLooking: (() => void) | undefined;

  constructor(
    pool: Pool<Connection>,
    ask: (connection: Connection) => Promise<Outcome>,
    connectTimeout: number,
  ) {
    this.#pool = pool;
    this.#ask = ask;
    this.#connectTimeout = connectTimeout;
  }

  /** Whether a run can wait for an attempt under way, and so needs no connection besides. */
  get isUnderWay(): boolean {
    return this.#current !== undefined;
  }

  /** Whether so many attempts hang that no connection is opened before the next late one. */
  get isHeld(): boolean {
    const held = this.#hungCount >= MAX_HUNG && performance.now() < this.#heldUntil;
    return held && (this.#pool.sizes()?.idle ?? 0) === 0;
  }

  /**
   * Waits for the attempt under way, or begins one. Resolves to the outcome; at the abort to one that says that
   * the connection is still being opened, or rejects with the reason of the signal.
   */
  join(signal: AbortSignal): Promise<Outcome> {
    const attempt = this.#current ?? this.#begin();
    const joinedAt = performance.now();
    return new Promise((resolve, reject) => {
      const mine: Waiter = { resolve, reject };
      attempt.waiters.add(mine);
      signal.addEventListener("abort", () => {
        if (!attempt.waiters.delete(mine)) return;
        if (attempt.lent === undefined) resolve(stillOpening(signal));
        else reject(signal.reason);
        if (attempt.waiters.size === 0) this.#leave(attempt, performance.now() - joinedAt);
      });
    });
  }

  /** Ends every attempt. */
  close(): void {
    for (const attempt of [...this.#hung, ...(this.#current ? [this.#current] : [])]) {
      this.#end(attempt);
    }
  }

  get #hungCount(): number {
    return this.#hung.size + this.#left;
  }

  #begin(): Attempt<Connection> {
    const pool = this.#pool;
    this.#makeRoom();
    const attempt: Attempt<Connection> = {
      waiters: new Set(),
      isOver: false,
      cancelLimit: after(this.#connectTimeout, () => this.#giveUp(attempt)),
    };
    this.#current = attempt;
    const before = new Set(pool.opening().map(({ identity }) => identity));
    request(pool).then(
      (connection) => this.#connected(attempt, connection),
      (failure) => this.#failed(attempt, failure),
    );
    attempt.opening = pool.opening().find(({ identity }) => !before.has(identity));
    return attempt;
  }

  /** A late attempt takes the place of the oldest one that can be ended. */
  #makeRoom(): void {
    if (this.#hung.size < MAX_HUNG) return;
    const oldest = [...this.#hung].find(({ lent }) => lent !== undefined);
    if (oldest === undefined) return;
    this.#end(oldest);
    this.#left++;
  }

  #connected(attempt: Attempt<Connection>, connection: Connection): void {
    attempt.cancelLimit();
    if (attempt.isOver || attempt.waiters.size === 0) {
      this.#remove(attempt);
      this.#pool.giveBack(connection);
      return;
    }
    attempt.lent = { connection, at: performance.now() };
    (async () => this.#ask(connection))().then(
      (outcome) => this.#answered(attempt, connection, outcome),
      (failure) => this.#failed(attempt, failure),
    );
  }

  #answered(attempt: Attempt<Connection>, connection: Connection, outcome: Outcome): void {
    if (attempt.isOver) return;
    // What is older and silent still will not answer any more.
    for (const other of [...this.#hung]) {
      if (other === attempt) break;
      if (other.lent !== undefined) this.#end(other);
    }
    this.#remove(attempt);
    this.#beginAnew();
    this.#pool.giveBack(connection);
    const waiters = [...attempt.waiters, ...(this.#current?.waiters ?? [])];
    this.#current?.waiters.clear();
    for (const waiter of waiters) waiter.resolve(outcome);
  }

  #failed(attempt: Attempt<Connection>, failure: unknown): void {
    if (attempt.isOver) {
      this.#remove(attempt);
      return;
    }
    this.#end(attempt);
    // A refusal is an answer too.
    this.#beginAnew();
    for (const waiter of attempt.waiters) waiter.reject(failure);
  }

  /** No run waits for this attempt any more; the last one did for so many milliseconds. */
  #leave(attempt: Attempt<Connection>, waited: number): void {
    this.#look();
    if (attempt.lent === undefined) return;
    // The connection came late in that run, so the next one waits for the answer.
    if (performance.now() - attempt.lent.at < waited / 2) return;
    this.#current = undefined;
    const { idle = 0, total = 0, max = 0 } = this.#pool.sizes() ?? {};
    if (total < max && idle === 0) {
      this.#hung.add(attempt);
    } else {
      // What did not answer once is not to be lent to the service, nor to take its last connection.
      this.#end(attempt);
      // The next run uses another of those that are there.
      if (idle > 0) return;
      this.#left++;
    }
    this.#hold(SILENT_SKIPS);
  }

  /** The connection was not opened by its limit. */
  #giveUp(attempt: Attempt<Connection>): void {
    const { opening, waiters } = attempt;
    for (const waiter of waiters) waiter.reject(notOpened(this.#connectTimeout));
    waiters.clear();
    if (opening?.stop === undefined) {
      // It cannot be ended, and goes back to the pool whenever it comes.
      this.#current = undefined;
      this.#hung.add(attempt);
    } else {
      // Where the other side has not accepted it, there is nothing that could be held.
      if (opening.isAccepted?.() !== false) this.#left++;
      this.#end(attempt);
    }
    this.#hold(0);
  }

  #hold(skips: number): void {
    if (this.#hungCount < MAX_HUNG) return;
    this.#late = Math.max(this.#late, skips);
    this.#heldUntil = performance.now() + retryDelay(this.#late++);
  }

  #beginAnew(): void {
    this.#left = 0;
    this.#late = 0;
    this.#heldUntil = Number.NEGATIVE_INFINITY;
  }

  #end(attempt: Attempt<Connection>): void {
    attempt.isOver = true;
    attempt.cancelLimit();
    this.#remove(attempt);
    if (attempt.lent !== undefined) this.#pool.destroy(attempt.lent.connection);
    else attempt.opening?.stop?.();
  }

  #remove(attempt: Attempt<Connection>): void {
    this.#hung.delete(attempt);
    if (this.#current === attempt) this.#current = undefined;
    if (this.#hung.size > 0 || this.#current !== undefined) return;
    this.#stopLooking?.();
    this.#stopLooking = undefined;
  }

  /** A pool that ends waits for what it has lent: what hangs must not keep the service from ending. */
  #look(): void {
    if (this.#stopLooking !== undefined) return;
    const look = () => {
      this.#stopLooking = after(LOOK_EVERY, look);
      if (this.#pool.isEnding()) this.close();
    };
    this.#stopLooking = after(LOOK_EVERY, look);
  }
}

function request<Connection>(pool: Pool<Connection>): PromiseLike<Connection> {
  try {
    return pool.connect();
  } catch (failure) {
    return Promise.reject(failure);
  }
}

function notOpened(limit: number): CheckFailure {
  return new CheckFailure("HALE_TIMEOUT", `No connection was opened within ${limit} ms.`);
}
