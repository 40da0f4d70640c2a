import type { Http2Session } from "node:http2";
import type { Clock } from "../../engine/clock.ts";

/** With this as the last stream, a client opens no more of them, and none that is on its way is lost. */
const NOT_YET = 2 ** 31 - 1;
const NO_ERROR = 0;

/** The HTTP/2 sessions of one server. */
export class Http2Sessions {
  /** Each with the moment at which it was told to move on. */
  readonly #told = new Map<Http2Session, number | undefined>();
  readonly #clock: Pick<Clock, "now" | "after">;
  readonly #onGone: () => void;

  constructor(clock: Pick<Clock, "now" | "after">, onGone: () => void) {
    this.#clock = clock;
    this.#onGone = onGone;
  }

  get size(): number {
    return this.#told.size;
  }

  opened(session: Http2Session): void {
    this.#told.set(session, undefined);
    session.once("close", () => {
      this.#told.delete(session);
      this.#onGone();
    });
  }

  /** Sends GOAWAY: clients open no more streams here. */
  tellToMoveOn(): void {
    const now = this.#clock.now();
    for (const [session, told] of this.#told) {
      if (told !== undefined || session.closed || session.destroyed) continue;
      session.goaway(NO_ERROR, NOT_YET);
      this.#told.set(session, now);
    }
  }

  /** Closes each session once its client had `quiet` milliseconds to move on; open streams finish. */
  close(quiet: number): void {
    this.tellToMoveOn();
    const now = this.#clock.now();
    for (const [session, told = now] of this.#told) {
      const wait = told + quiet - now;
      if (wait <= 0) session.close();
      else this.#clock.after(wait, () => session.close());
    }
  }

  destroy(): void {
    for (const session of this.#told.keys()) session.destroy();
  }
}
