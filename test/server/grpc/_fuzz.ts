import { connect } from "node:net";
import { createChance } from "../../scenarios/_chance.ts";
import { framesOf, OPENING } from "./_frames.ts";

/** Frames that a connection sends at most before the next one does. */
const PER_CONNECTION = 20;

/** Connections at the same time. */
const AT_A_TIME = 16;

/** What a server did to the connections of a fuzz. */
export interface FuzzTally {
  readonly frames: number;
  readonly connections: number;
  /** Connections that the server refused as a whole. */
  readonly refused: number;
}

/** Sends so many frames, many of them broken, to a server of HTTP/2 without TLS; the same seed sends the same. */
export async function fuzzFrames(port: number, count: number, seed: number): Promise<FuzzTally> {
  const chance = createChance(seed);
  let left = count;
  let connections = 0;
  let refused = 0;
  const one = async () => {
    while (left > 0) {
      const frames = Math.min(left, 1 + chance.below(PER_CONNECTION));
      left -= frames;
      connections++;
      if (await send(port, framesOf(chance, frames))) refused++;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
  return { frames: count, connections, refused };
}

/** Sends frames on a connection, and no more; resolves, once it is closed, to whether the server refused it as a whole. */
function send(port: number, frames: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let received = Buffer.alloc(0);
    let refused = false;
    socket.on("connect", () => socket.write(Buffer.concat([OPENING, frames])));
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      refused ||= hasGoaway(received);
      // Node neither reads nor closes a connection that it has refused.
      if (refused) socket.destroy();
      // A frame that announces more than has come is waited for otherwise.
      else socket.end();
    });
    socket.on("error", () => {
      refused = true;
    });
    socket.on("close", () => resolve(refused));
  });
}

const GOAWAY = 7;

/** Whether a server has sent a GOAWAY with an error (RFC 9113, section 6.8). */
function hasGoaway(received: Buffer): boolean {
  for (let at = 0; at + 17 <= received.length; at += 9 + received.readUIntBE(at, 3)) {
    if (received[at + 3] === GOAWAY && received.readUInt32BE(at + 13) !== 0) return true;
  }
  return false;
}
