import { connect } from "node:net";
import { HOST } from "./_place.ts";

/**
 * Connects, sends `request` and returns the first bytes that come back.
 *
 * Rejects when the connection is refused, is closed, or stays silent for a second.
 */
export function firstReply(port: number, request: string | Buffer = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: HOST, port, timeout: 1_000 });
    socket.on("connect", () => socket.write(request));
    socket.on("data", (bytes) => {
      resolve(bytes.toString());
      socket.destroy();
    });
    socket.on("timeout", () => socket.destroy());
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`No reply from port ${port}.`)));
  });
}
