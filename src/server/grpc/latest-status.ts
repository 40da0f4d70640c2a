import type { ServingStatus } from "../../grpc/messages.ts";

/**
 * Sends the statuses of one Watch, one message at a time: of those that come while the client reads too slowly only
 * the newest is kept, so that a client which does not read takes no memory.
 */
export class LatestStatus {
  readonly #write: (status: ServingStatus, written: () => void) => void;
  #writing: ServingStatus | undefined;
  #waiting: ServingStatus | undefined;

  /** `write` calls back once the client has room for the message. */
  constructor(write: (status: ServingStatus, written: () => void) => void) {
    this.#write = write;
  }

  send(status: ServingStatus): void {
    if (this.#writing !== undefined) {
      this.#waiting = status;
      return;
    }
    this.#writing = status;
    this.#write(status, () => {
      this.#writing = undefined;
      const waiting = this.#takeWaiting();
      if (waiting !== undefined && waiting !== status) this.send(waiting);
    });
  }

  /** Sends what waits, since the end of the call follows. */
  flush(): void {
    const waiting = this.#takeWaiting();
    if (waiting !== undefined && waiting !== this.#writing) this.#write(waiting, () => {});
  }

  #takeWaiting(): ServingStatus | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}
