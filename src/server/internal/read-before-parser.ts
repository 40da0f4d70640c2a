import type { Socket } from "node:net";
import type { ConnectionLimiter } from "./connection-limiter.ts";
import { HeadCounter } from "./head-counter.ts";
import { TurnQueue } from "./turn-queue.ts";

/** Bytes that a prober sends at most at a time. */
const MAX_PROBER_CHUNK = 4096;

/** Milliseconds of silence on a connection after which a request of it waits for no others. */
const QUIET = 100;

/**
 * The limit of one turn of the event loop for all but those, in requests and KiB. libuv accepts one connection in
 * each turn, so that turns have to be short while many connect.
 */
const COST_PER_TURN = 8;

/** The limit of the data that waits for a turn, in the same: 512 connections with four requests each, or 2 MiB. */
const MAX_WAITING = 2048;

/** The part of {@link ConnectionLimiter} that is asked here. */
type Rooms = Pick<ConnectionLimiter, "room">;

/**
 * Makes what reads the connections of a server before its parser does. It ends one that sends more requests than
 * it has room for, or a head of too many lines, and has who sends many of them, or long ones, wait behind the others.
 *
 * A listener to `data` takes a socket back from the parser, which reads from the handle itself until then; the
 * parser's own listener then gets from this one what it may read.
 */
export function readerBeforeParser(
  connections: Rooms,
  now: () => number = () => performance.now(),
): (socket: Socket) => void {
  const queue = new TurnQueue({ costPerTurn: COST_PER_TURN, maxWaiting: MAX_WAITING });
  return (socket) => {
    const parsers = socket.listeners("data") as ((chunk: Buffer) => void)[];
    const parse = (chunk: Buffer) => {
      for (const parser of parsers) parser.call(socket, chunk);
    };
    const heads = new HeadCounter();
    let lastRead = Number.NEGATIVE_INFINITY;
    const read = (chunk: Buffer) => {
      const room = connections.room(socket);
      const count = heads.count(chunk, room);
      if (count > room) return void socket.destroy();
      const before = lastRead;
      lastRead = now();
      const asProber = count <= 1 && chunk.length <= MAX_PROBER_CHUNK && lastRead - before >= QUIET;
      const cost = count + chunk.length / 1024;
      if (asProber || queue.takesNow(cost)) return parse(chunk);
      socket.pause();
      const waits = queue.add(cost, () => {
        if (socket.destroyed) return;
        // Before the parser, which may want it to pause.
        socket.resume();
        parse(chunk);
      });
      if (!waits) socket.destroy();
    };
    // In this order: a socket without a listener would stop to flow.
    socket.on("data", read);
    for (const parser of parsers) socket.removeListener("data", parser);
  };
}
