import { rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { reservePlace } from "../servers/_place.ts";

/** A TCP server of the test's, on a port of 127.0.0.1, a free one by default, that ends with the test. */
export async function startTcp(onConnection: (socket: Socket) => void, at = 0): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  onTestFinished(async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

/** A port of 127.0.0.1 at which nothing listens, and which the system hands out to nobody else while the test runs. */
export async function closedPort(): Promise<number> {
  const { port, folder } = await reservePlace();
  onTestFinished(() => rm(folder, { recursive: true }));
  return port;
}
