import type { ServerHttp2Session } from "node:http2";
import type { Clock } from "../../engine/clock.ts";

/** The part of a session that is pinged. */
export type PingedSession = Pick<ServerHttp2Session, "ping" | "destroy" | "destroyed">;

/**
 * Ends sessions whose client acknowledges no PING: it is gone without a word, or Node has refused the connection as a
 * whole, after which it neither reads nor closes it.
 *
 * A session that closes, as after a GOAWAY of its client or a refusal, gets no PING from Node, so it ends as if none were
 * acknowledged.
 */
export class SessionPings {
  readonly #clock: Pick<Clock, "after" | "nextTurn">;
  readonly #pace: number;
  /** Each session, and whether its last PING is not acknowledged yet. */
  readonly #sessions = new Map<PingedSession, boolean>();
  #cancel: (() => void) | undefined;

  /** `pace`: milliseconds between two PINGs of a session, which are the time to acknowledge one. */
  constructor(clock: Pick<Clock, "after" | "nextTurn">, pace: number) {
    this.#clock = clock;
    this.#pace = pace;
  }

  add(session: PingedSession): void {
    this.#sessions.set(session, false);
    this.#lookLater();
  }

  remove(session: PingedSession): void {
    this.#sessions.delete(session);
    if (this.#sessions.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #lookLater(): void {
    this.#cancel ??= this.#clock.after(this.#pace, () => {
      // What has come while the event loop stood still is read first.
      this.#cancel = this.#clock.nextTurn(() => {
        this.#cancel = undefined;
        this.#look();
        if (this.#sessions.size > 0) this.#lookLater();
      });
    });
  }

  #look(): void {
    for (const [session, isWaiting] of this.#sessions) {
      if (isWaiting) session.destroy();
      else this.#ping(session);
    }
  }

  #ping(session: PingedSession): void {
    if (session.destroyed) return;
    this.#sessions.set(session, true);
    session.ping((failure) => {
      // One that could not be sent, since the session closes, is not acknowledged.
      if (!failure && this.#sessions.has(session)) this.#sessions.set(session, false);
    });
  }
}
