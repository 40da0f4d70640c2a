import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

/** The maximum size, in bytes, of a file of an operator's: all authorities of the web together take a quarter of it. */
export const MAX_FILE = 1_048_576;

/** An error of a file that is not read, with a code as those of the system have. */
class Unreadable extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/**
 * Reads a file of so many bytes at most. A pipe is read where this process holds it already, as `/dev/stdin` and
 * `<(command)` of a shell are: the opening of another waits for a writer, without end.
 *
 * @throws Error with a code: of the system, or one that says in words that the file is a pipe or over the limit
 */
export function readBounded(path: string, limit: number): Buffer {
  if (statSync(path).isFIFO() && !/^\/(?:dev|proc)\//.test(path)) {
    throw new Unreadable("it is a named pipe, and not a file");
  }
  const file = openSync(path, "r");
  try {
    if (fstatSync(file).isDirectory()) throw new Unreadable("EISDIR");
    return readOpened(file, limit);
  } finally {
    closeSync(file);
  }
}

function readOpened(file: number, limit: number): Buffer {
  const chunks: Buffer[] = [];
  const chunk = Buffer.alloc(65_536);
  let size = 0;
  for (;;) {
    const length = readSync(file, chunk);
    if (length === 0) return Buffer.concat(chunks);
    // A copy: a pipe that is written line by line would keep a whole chunk for each.
    chunks.push(Buffer.from(chunk.subarray(0, length)));
    size += length;
    if (size > limit) throw new Unreadable(`it is over ${limit} bytes: make it smaller`);
  }
}
