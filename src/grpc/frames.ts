/** Bytes before each message: whether it is compressed, and its length (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export const PREFIX_LENGTH = 5;

/** The prefix of a message that has come. */
export interface FramePrefix {
  readonly compressed: boolean;
  /** Bytes of the message after the prefix. */
  readonly length: number;
}

/** Puts the prefix of an uncompressed message before it. */
export function frameOf(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(PREFIX_LENGTH + message.length);
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, PREFIX_LENGTH);
  return frame;
}

/** Reads the prefix of a frame; `undefined` while fewer bytes than that have come. */
export function prefixOf(frame: Uint8Array): FramePrefix | undefined {
  if (frame.length < PREFIX_LENGTH) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, PREFIX_LENGTH);
  return { compressed: view.getUint8(0) !== 0, length: view.getUint32(1) };
}
