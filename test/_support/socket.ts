import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** A connection of which a test sees each byte that comes. */
export interface Wire {
  send(text: string): void;
  /** Resolves once what has come holds this, or fails when the connection has ended before. */
  received(text: string): Promise<void>;
  /** Resolves once what has come holds this so many times, or fails when the connection has ended before. */
  count(text: string, times: number): Promise<void>;
  /** Resolves once the other side has ended it, with all that came. */
  readonly ended: Promise<string>;
  /** Reads nothing until it is resumed. */
  pause(): void;
  resume(): void;
  destroy(): void;
}

/** Connects to a server of 127.0.0.1. */
export async function openWire(base: string): Promise<Wire> {
  const { port, protocol } = new URL(base);
  const to = { port: Number(port), host: "127.0.0.1" };
  const socket: Socket =
    protocol === "https:" ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to);
  let all = "";
  socket.on("data", (chunk) => {
    all += chunk;
  });
  socket.on("error", () => {});
  const ended = new Promise<string>((resolve) => socket.on("close", () => resolve(all)));
  await new Promise((resolve, reject) => {
    socket.once(protocol === "https:" ? "secureConnect" : "connect", resolve);
    socket.once("close", () => reject(new Error("The connection was refused.")));
  });
  const count = async (text: string, times: number) => {
    while (all.split(text).length <= times) {
      if (socket.destroyed) throw new Error(`It has ended, and only this came: ${all}`);
      await new Promise<void>((resolve) => {
        const settle = () => {
          socket.off("data", settle).off("close", settle);
          resolve();
        };
        socket.on("data", settle).on("close", settle);
      });
    }
  };
  return {
    send: (text) => void socket.write(text),
    received: (text) => count(text, 1),
    count,
    ended,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    destroy: () => socket.destroy(),
  };
}
