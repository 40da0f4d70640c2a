import { connect, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Hands on to a port of 127.0.0.1 what comes from a socket, and back. */
export function forward(socket: Socket, port: number): void {
  const other = connect(port, "127.0.0.1");
  other.on("error", () => {});
  socket.once("close", () => other.destroy());
  socket.pipe(other).pipe(socket);
}

/** The way to a server that is far away. */
export interface LongWay {
  readonly port: number;
  /** Connections that were opened through it. */
  readonly opened: number;
  /** Those of them that the client has ended. */
  readonly ended: number;
}

/**
 * Listens at a port whose connections are handed on to a port of 127.0.0.1, with so many milliseconds for each
 * round trip, the first one of TCP among them. Ends with the test.
 */
export async function startLongWay(to: number, roundTrip = 100): Promise<LongWay> {
  const sockets = new Set<Socket>();
  let opened = 0;
  let ended = 0;
  const later = (from: Socket, other: Socket) =>
    from.on("data", (bytes) =>
      setTimeout(() => other.destroyed || other.write(bytes), roundTrip / 2),
    );
  const server = createServer((socket) => {
    opened++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => ended++);
    socket.pause();
    setTimeout(() => {
      const other = connect(to, "127.0.0.1");
      other.on("error", () => {});
      later(socket, other);
      later(other, socket);
      socket.resume();
      socket.on("close", () => other.destroy());
      other.on("close", () => socket.destroy());
    }, roundTrip);
  });
  const port = await listening(server);
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    port,
    get opened() {
      return opened;
    },
    get ended() {
      return ended;
    },
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}
