const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Lines of a head that has more than any prober sends. A parser takes as long for a short line as for a long one,
 * and 16 KiB hold thousands of short ones.
 */
export const MAX_LINES = 128;

/**
 * Counts the heads of a connection, chunk by chunk, by the blank lines that they end with. It never counts too
 * few; blank lines within and after a body count too, and no prober sends any.
 */
export class HeadCounter {
  /** Whether the line that has begun holds anything but carriage returns. */
  #filled = true;
  /** Lines since the last blank one. */
  #lines = 0;

  /**
   * Counts the heads that end in a chunk; it stops counting at `most + 1`. `Infinity` where one has more than
   * {@link MAX_LINES} lines.
   */
  count(chunk: Uint8Array, most: number): number {
    let filled = this.#filled;
    let lines = this.#lines;
    let heads = 0;
    for (let index = 0; index < chunk.length && heads <= most; index++) {
      const byte = chunk[index];
      if (byte === LINE_FEED) {
        lines = filled ? lines + 1 : 0;
        if (!filled) heads++;
        else if (lines > MAX_LINES) return Number.POSITIVE_INFINITY;
        filled = false;
      } else if (byte !== CARRIAGE_RETURN) filled = true;
    }
    this.#filled = filled;
    this.#lines = lines;
    return heads;
  }
}
