import type { Http2Session } from "node:http2";
import type { Clock } from "../../engine/clock.ts";

/** With this as the last stream, a client opens no more of them, and none that is on its way is lost. */
const NOT_YET = 2 ** 31 - 1;
const NO_ERROR = 0;

/** The HTTP/2 sessions of one server. */
export class Http2Sessions {
  /** Each with the moment at which GOAWAY was sent. */
  readonly #sentAt = new Map<Http2Session, number | undefined>();
  /** Those whose client has opened no stream yet. */
  readonly #unused = new WeakSet<Http2Session>();
  readonly #closing = new WeakSet<Http2Session>();
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
    this.#unused.add(session);
    session.once("stream", () => this.#unused.delete(session));
    session.once("close", () => {
      this.#sentAt.delete(session);
      this.#onGone();
    });
  }

  /** Sends GOAWAY: clients open no more streams here. */
  sendGoaway(): void {
    for (const session of this.#sentAt.keys()) this.#sendGoaway(session);
  }

  /** Closes each session once its client had `quiet` milliseconds to move on; open streams finish. */
  close(quiet: number): void {
    for (const session of this.#sentAt.keys()) {
      if (!this.#closing.has(session)) this.#close(session, quiet);
      this.#closing.add(session);
    }
  }

  #sendGoaway(session: Http2Session): void {
    if (this.#sentAt.get(session) !== undefined || session.closed || session.destroyed) return;
    session.goaway(NO_ERROR, NOT_YET);
    this.#sentAt.set(session, this.#clock.now());
  }

  #close(session: Http2Session, quiet: number): void {
    const now = this.#clock.now();
    if (this.#unused.has(session) && this.#sentAt.get(session) === undefined) {
      // A client that receives GOAWAY before it has opened a stream opens none, and finds no other port.
      const close = () => {
        this.#unused.delete(session);
        this.#close(session, quiet);
      };
      session.once("stream", close);
      this.#clock.after(quiet, close);
      return;
    }
    this.#sendGoaway(session);
    const wait = (this.#sentAt.get(session) ?? now) + quiet - now;
    if (wait <= 0) session.close();
    else this.#clock.after(wait, () => session.close());
  }

  destroy(): void {
    for (const session of this.#sentAt.keys()) session.destroy();
  }
}
