/** The states of grpc.health.v1, by their numbers. */
const STATES = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

/** A HealthCheckRequest: field 1 is the name of the service, and is left out where it is empty. */
export function encodeRequest(service: string): Uint8Array {
  const name = new TextEncoder().encode(service);
  if (name.length === 0) return name;
  return Uint8Array.from([0x0a, ...encodeNumber(name.length), ...name]);
}

/** The state in a HealthCheckResponse: field 1, a number, which is left out where it is 0. */
export function statusIn(reply: Uint8Array): string {
  const bytes = reply[Symbol.iterator]();
  for (let key = readNumber(bytes); key !== undefined; key = readNumber(bytes)) {
    const type = key & 7;
    const value = readNumber(bytes) ?? 0;
    if (key >> 3 === 1 && type === 0) return STATES[value] ?? `state ${value}`;
    // Fields that a later version may have: a number is read already, and bytes are skipped.
    if (type === 2) for (let left = value; left > 0; left--) bytes.next();
    else if (type !== 0) return "a reply that cannot be read";
  }
  return "UNKNOWN";
}

/** A number in groups of seven bits, the lowest first. */
function encodeNumber(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...encodeNumber(value >> 7)];
}

function readNumber(bytes: Iterator<number>): number | undefined {
  let value = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const next = bytes.next();
    if (next.done === true) return undefined;
    value |= (next.value & 127) << shift;
    if (next.value < 128) return value;
  }
  return undefined;
}
