import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** The way to a server that is far away. */
export interface LongWay {
  readonly port: number;
  /** Connections that were opened through it. */
  readonly opened: number;
  /** Those of them that have ended. */
  readonly ended: number;
  close(): void;
}

/**
 * Listens at a port whose connections are handed on to a port of 127.0.0.1, with so many milliseconds for each
 * round trip, and for the first one of TCP, which the server may answer late.
 */
export async function openLongWay(
  to: number,
  roundTrip = 100,
  first = roundTrip,
): Promise<LongWay> {
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
    socket.on("close", () => {
      ended++;
      sockets.delete(socket);
    });
    socket.pause();
    setTimeout(() => {
      const other = connect(to, "127.0.0.1");
      other.on("error", () => {});
      later(socket, other);
      later(other, socket);
      socket.resume();
      socket.on("close", () => other.destroy());
      other.on("close", () => socket.destroy());
    }, first);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get opened() {
      return opened;
    },
    get ended() {
      return ended;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
