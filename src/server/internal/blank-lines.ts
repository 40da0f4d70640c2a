const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Counts the blank lines of a connection, chunk by chunk. Each head ends with one, so there are at most as
 * many heads; what ends a body, or stands in it, counts too, and no prober sends any.
 */
export class BlankLineCounter {
  /** Whether the line that has begun holds anything but carriage returns. */
  #filled = true;

  /** How many blank lines end in a chunk; it stops counting at `most + 1`. */
  count(chunk: Uint8Array, most: number): number {
    let filled = this.#filled;
    let blank = 0;
    for (let index = 0; index < chunk.length && blank <= most; index++) {
      const byte = chunk[index];
      if (byte === LINE_FEED) {
        if (!filled) blank++;
        filled = false;
      } else if (byte !== CARRIAGE_RETURN) filled = true;
    }
    this.#filled = filled;
    return blank;
  }
}
