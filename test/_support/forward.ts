import { connect, type Socket } from "node:net";

/** Hands on to a port of 127.0.0.1 what comes from a socket, and back. */
export function forward(socket: Socket, port: number): void {
  const other = connect(port, "127.0.0.1");
  other.on("error", () => socket.destroy());
  socket.once("close", () => other.destroy());
  socket.pipe(other).pipe(socket);
}
