import { frameOf } from "../../../src/grpc/frames.ts";
import { encodeCheckRequest } from "../../../src/grpc/messages.ts";
import type { Chance } from "../../scenarios/_chance.ts";

/** What a client begins with: its preface, and its settings (RFC 9113, section 3.4). */
export const OPENING = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  frame(4, 0, 0, new Uint8Array()),
]);

export const DATA = 0;
export const HEADERS = 1;
const PRIORITY = 2;
const RST_STREAM = 3;
const SETTINGS = 4;
const PUSH_PROMISE = 5;
export const PING = 6;
const GOAWAY = 7;
const WINDOW_UPDATE = 8;
const CONTINUATION = 9;

export const END_STREAM = 1;
export const END_HEADERS = 4;

/** One HTTP/2 frame (RFC 9113, section 4.1). */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream >>> 0, 5);
  return Buffer.concat([head, payload]);
}

/** Header fields, each a literal that is not indexed (RFC 7541, section 6.2.2). */
export function headerBlock(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [
      Buffer.from([0, name.length]),
      Buffer.from(name),
      Buffer.from([value.length]),
      Buffer.from(value),
    ]),
  );
}

function bytesOf(chance: Chance, most: number): Buffer {
  return Buffer.from(Array.from({ length: chance.below(most + 1) }, () => chance.below(256)));
}

const METHODS = ["Check", "Watch", "List", "Set"] as const;
const SERVICES = ["", "liveness", "database", "nothing", "x".repeat(100)] as const;
const TIMEOUTS = ["1S", "1n", "5x", ""] as const;

function headOf(chance: Chance): Buffer {
  const fields: [string, string][] = [
    [":method", chance.pick(["POST", "POST", "POST", "GET"])],
    [":scheme", "http"],
    [":path", `/grpc.health.v1.Health/${chance.pick(METHODS)}`],
    [":authority", "a"],
    ["content-type", chance.pick(["application/grpc", "application/grpc", "text/html"])],
  ];
  if (chance.below(4) === 0) fields.push(["grpc-timeout", chance.pick(TIMEOUTS)]);
  if (chance.below(8) === 0) fields.push(["grpc-encoding", "gzip"]);
  if (chance.below(8) === 0) fields.push(["x-a", chance.text(20)]);
  return headerBlock(fields);
}

/** A message with its prefix, as it is or broken. */
function bodyOf(chance: Chance): Buffer {
  const whole = Buffer.from(frameOf(encodeCheckRequest(chance.pick(SERVICES))));
  if (chance.below(3) === 0) return bytesOf(chance, 40);
  if (chance.below(3) === 0) return whole.subarray(0, chance.below(whole.length + 1));
  if (chance.below(3) === 0) whole[chance.below(whole.length)] = chance.below(256);
  return whole;
}

/** A number of a stream: one that is open, one to come, or none that a client may have. */
function streamOf(chance: Chance, next: number): number {
  return chance.pick([
    next,
    next,
    Math.max(1, next - 2),
    0,
    2,
    next + 200,
    2 ** 31 - 1,
    2 ** 32 - 1,
  ]);
}

function brokenFrame(chance: Chance, next: number): Buffer {
  const flags = chance.below(256);
  const stream = streamOf(chance, next);
  const payloads: (() => Buffer)[] = [
    () => frame(DATA, flags, stream, bodyOf(chance)),
    () => frame(HEADERS, flags, stream, bytesOf(chance, 60)),
    () => frame(HEADERS, END_HEADERS, stream, headOf(chance).subarray(0, chance.below(100))),
    () => frame(PRIORITY, flags, stream, bytesOf(chance, 6)),
    () => frame(RST_STREAM, 0, stream, bytesOf(chance, 5)),
    () => frame(SETTINGS, chance.below(2), chance.below(2), bytesOf(chance, 18)),
    () => frame(PUSH_PROMISE, flags, stream, bytesOf(chance, 20)),
    () => frame(PING, chance.below(2), chance.below(2), bytesOf(chance, 9)),
    () => frame(GOAWAY, 0, chance.below(2), bytesOf(chance, 12)),
    () => frame(WINDOW_UPDATE, 0, stream, bytesOf(chance, 5)),
    () => frame(CONTINUATION, flags, stream, bytesOf(chance, 40)),
    () => frame(chance.below(256), flags, stream, bytesOf(chance, 40)),
    () => bytesOf(chance, 30),
  ];
  return chance.pick(payloads)();
}

/**
 * Writes so many frames of one connection: calls that are whole, calls that are broken in their message, and frames
 * that are broken themselves.
 */
export function framesOf(chance: Chance, count: number): Buffer {
  const frames: Buffer[] = [];
  let next = 1;
  while (frames.length < count) {
    if (chance.below(3) === 0) frames.push(brokenFrame(chance, next));
    else {
      frames.push(frame(HEADERS, END_HEADERS, next, headOf(chance)));
      const end = chance.below(4) === 0 ? 0 : END_STREAM;
      frames.push(frame(DATA, end, next, bodyOf(chance)));
      next += 2;
    }
  }
  return Buffer.concat(frames.slice(0, count));
}
