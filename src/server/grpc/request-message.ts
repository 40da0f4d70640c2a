import type { ServerHttp2Stream } from "node:http2";
import { PREFIX_LENGTH, prefixOf } from "../../grpc/frames.ts";
import { GrpcFailure } from "./grpc-failure.ts";
import { STATUS } from "./grpc-status.ts";

/**
 * Reads the one message of a request, until the client has half-closed. Rejects with a {@link GrpcFailure} for
 * none, for a second one, and for one that is cut off, compressed or longer than `maxLength` bytes. Never settles
 * for a call that the client cancels.
 */
export function readMessage(stream: ServerHttp2Stream, maxLength: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    let expected: number | undefined;

    const fail = (code: number, details: string) => {
      stream.off("data", read);
      stream.off("end", end);
      // What still comes is discarded, so that it takes no memory.
      stream.resume();
      reject(new GrpcFailure(code, details));
    };
    const read = (chunk: Buffer) => {
      chunks.push(chunk);
      received += chunk.length;
      if (expected === undefined) {
        const prefix = prefixOf(chunks.length === 1 ? chunk : Buffer.concat(chunks));
        if (prefix === undefined) return;
        if (prefix.compressed) {
          return fail(STATUS.INTERNAL, "The message is compressed, without grpc-encoding.");
        }
        if (prefix.length > maxLength) {
          return fail(STATUS.RESOURCE_EXHAUSTED, `The message is longer than ${maxLength} bytes.`);
        }
        expected = PREFIX_LENGTH + prefix.length;
      }
      if (received > expected) fail(STATUS.INTERNAL, "The call has more than one message.");
    };
    const end = () => {
      if (received === 0) return fail(STATUS.INTERNAL, "The call has no message.");
      if (received !== expected) return fail(STATUS.INTERNAL, "The message is cut off.");
      resolve(Buffer.concat(chunks).subarray(PREFIX_LENGTH));
    };
    stream.on("data", read);
    stream.on("end", end);
  });
}
