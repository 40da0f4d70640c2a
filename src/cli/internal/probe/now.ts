/** The time in milliseconds of a clock that never jumps. `performance` would load a module of its own for it. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
