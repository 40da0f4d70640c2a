/** Milliseconds before the second restart in a row. */
const FIRST_PAUSE = 100;

/** Milliseconds at most: the port is closed meanwhile, and three probes of a kubelet take 20 s. */
const MAX_PAUSE = 1000;

/** The same for a worker that never listened, which is likely to fail again, and costs its start each time. */
const MAX_PAUSE_WITHOUT_PORT = 5000;

/** For how long, in milliseconds, a worker has to have listened for its end to be the first of a row. */
const STEADY = 10_000;

/** Milliseconds to wait before each restart of a worker that has ended: none at first, then more. */
export class RestartPause {
  #ends = 0;

  /** `listenedFor`: milliseconds; `undefined` where it never did. */
  next(listenedFor: number | undefined): number {
    if (listenedFor !== undefined && listenedFor >= STEADY) this.#ends = 0;
    const longest = listenedFor === undefined ? MAX_PAUSE_WITHOUT_PORT : MAX_PAUSE;
    const pause = this.#ends === 0 ? 0 : FIRST_PAUSE * 2 ** (this.#ends - 1);
    this.#ends++;
    return Math.min(pause, longest);
  }
}
