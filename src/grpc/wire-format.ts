/** A field of a Protocol Buffers message: a number, or the bytes of a text or of a message. */
export interface Field {
  readonly number: number;
  /** `undefined` for a fixed-width number, which no message of gRPC health has. */
  readonly value: number | Uint8Array | undefined;
}

/** The error of bytes that are no Protocol Buffers message. */
export class MalformedMessageError extends Error {
  constructor(why: string) {
    super(`Malformed message: ${why}.`);
    this.name = "MalformedMessageError";
  }
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** Bytes that one number takes at most. */
const MAX_VARINT = 10;

/** Encodes a field that holds bytes. */
export function encodeBytes(number: number, bytes: Uint8Array): number[] {
  return [tagOf(number, LENGTH_DELIMITED), ...encodeVarint(bytes.length), ...bytes];
}

/** Encodes a field that holds a whole number from 0 to 2^28; 0 is left out, as proto3 does. */
export function encodeNumber(number: number, value: number): number[] {
  return value === 0 ? [] : [tagOf(number, VARINT), ...encodeVarint(value)];
}

/** Encodes a field that holds a text; an empty one is left out, as proto3 does. */
export function encodeText(number: number, text: string): number[] {
  return text === "" ? [] : encodeBytes(number, new TextEncoder().encode(text));
}

/**
 * Decodes a text.
 *
 * @throws {@link MalformedMessageError} for bytes that are not UTF-8
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new MalformedMessageError("a text is not UTF-8");
  }
}

/**
 * Decodes the fields of a message, in their order.
 *
 * @throws {@link MalformedMessageError}
 */
export function* decodeFields(message: Uint8Array): Generator<Field> {
  let at = 0;

  function readVarint(): number {
    let value = 0;
    for (let index = 0; index < MAX_VARINT; index++) {
      const byte = message[at++];
      if (byte === undefined) throw new MalformedMessageError("a number is cut off");
      // Multiplied and not shifted, since bits beyond 32 would wrap around.
      value += (byte & 127) * 2 ** (7 * index);
      if (byte < 128) return value;
    }
    throw new MalformedMessageError("a number is too long");
  }

  function readBytes(length: number): Uint8Array {
    if (length > message.length - at) throw new MalformedMessageError("a field is cut off");
    at += length;
    return message.subarray(at - length, at);
  }

  while (at < message.length) {
    const tag = readVarint();
    const number = Math.floor(tag / 8);
    if (number === 0) throw new MalformedMessageError("a field has the number 0");
    const type = tag % 8;
    if (type === VARINT) yield { number, value: readVarint() };
    else if (type === LENGTH_DELIMITED) yield { number, value: readBytes(readVarint()) };
    else if (type === FIXED_64 || type === FIXED_32) {
      readBytes(type === FIXED_64 ? 8 : 4);
      yield { number, value: undefined };
    } else throw new MalformedMessageError(`a field has the wire type ${type}`);
  }
}

function tagOf(number: number, type: number): number {
  return number * 8 + type;
}

/** A number in groups of seven bits, the lowest first. */
function encodeVarint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...encodeVarint(value >> 7)];
}
