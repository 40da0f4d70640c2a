import type { Http2Session } from "node:http2";
import type { Clock } from "../../engine/clock.ts";

/** With this as the last stream, a client opens no more of them, and none that is on its way is lost. */
const NOT_YET = 2 ** 31 - 1;
const NO_ERROR = 0;

/** The HTTP/2 sessions of one server. */
export class Http2Sessions {
  /** Each with the moment at which GOAWAY was sent. */
  readonly #sentAt = new Map<Http2Session, number | undefined>();
  readonly #clock: Pick<Clock, "now" | "after">;
  readonly #onGone: () => void;

  constructor(clock: Pick<Clock, "now" | "after">, onGone: () => void) {
    this.#clock = clock;
    this.#onGone = onGone;
  }

  get size(): number {
    return this.#sentAt.size;
  }

  opened(session: Http2Session): void {
    this.#sentAt.set(session, undefined);
    session.once("close", () => {
      this.#sentAt.delete(session);
      this.#onGone();
    });
  }

  /** Sends GOAWAY: clients open no more streams here. */
  sendGoaway(): void {
    const now = this.#clock.now();
    for (const [session, sentAt] of this.#sentAt) {
      if (sentAt !== undefined || session.closed || session.destroyed) continue;
      session.goaway(NO_ERROR, NOT_YET);
      this.#sentAt.set(session, now);
    }
  }

  /** Closes each session once its client had `quiet` milliseconds to move on; open streams finish. */
  close(quiet: number): void {
    this.sendGoaway();
    const now = this.#clock.now();
    for (const [session, sentAt = now] of this.#sentAt) {
      const wait = sentAt + quiet - now;
      if (wait <= 0) session.close();
      else this.#clock.after(wait, () => session.close());
    }
  }

  destroy(): void {
    for (const session of this.#sentAt.keys()) session.destroy();
  }
}
