/** Milliseconds of each unit of a timeout, by its letter (gRPC over HTTP/2, "TimeoutUnit"). */
const UNITS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** The maximum delay of a JavaScript timer, in milliseconds. */
const MAX_TIMER = 2 ** 31 - 1;

/**
 * Reads the value of a `grpc-timeout` header, as whole milliseconds that a timer can wait; `undefined` for a value
 * that the protocol does not have.
 */
export function parseTimeout(value: string): number | undefined {
  const [, amount, unit = ""] = /^(\d{1,8})([HMSmun])$/.exec(value) ?? [];
  const milliseconds = UNITS[unit];
  if (amount === undefined || milliseconds === undefined) return undefined;
  return Math.min(MAX_TIMER, Math.ceil(Number(amount) * milliseconds));
}
