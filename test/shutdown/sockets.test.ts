import { io } from "socket.io-client";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { ask } from "../_support/ask.ts";
import { startProgram } from "../_support/program.ts";

/** Opens a socket to a service; resolves, once it is closed, to how the client saw that. */
type Client = (base: string) => Promise<string>;

function webSocket(path: string, protocol: string[] = [], first?: string): Client {
  return (base) => {
    const socket = new WebSocket(`${base.replace("http", "ws")}${path}`, protocol);
    onTestFinished(() => socket.terminate());
    socket.on("open", () => first && socket.send(first));
    return new Promise((resolve, reject) => {
      socket.on("close", (code, reason) => resolve(`${code} ${reason}`));
      socket.on("error", reject);
    });
  };
}

/** One that would come back by itself, as browsers do. */
const socketIo: Client = (base) => {
  const socket = io(base, { transports: ["websocket"], reconnection: false });
  onTestFinished(() => void socket.disconnect());
  return new Promise((resolve, reject) => {
    socket.on("disconnect", resolve);
    socket.on("connect_error", reject);
  });
};

const GOING_AWAY = "1001 The server is going away.";

describe.each<[string, string, Client, string, string[]?]>([
  ["a server of Socket.IO", "socket-io", socketIo, "transport close"],
  [
    "a server of engine.io",
    "engine-io",
    webSocket("/engine.io/?EIO=4&transport=websocket"),
    "1005 ",
  ],
  ["a server of ws", "ws", webSocket("/"), GOING_AWAY, ["named"]],
  ["a server of ws that only its own server knows", "ws", webSocket("/"), GOING_AWAY],
  [
    "a server of graphql-ws",
    "graphql-ws",
    webSocket("/graphql", ["graphql-transport-ws"], '{"type":"connection_init"}'),
    "1001 Going away",
  ],
  ["a Fastify app with @fastify/websocket", "fastify-websocket", webSocket("/"), GOING_AWAY],
  ["a gateway of Nest over ws", "nest-gateway", webSocket("/"), GOING_AWAY, ["ws"]],
  ["a gateway of Nest over Socket.IO", "nest-gateway", socketIo, "transport close", ["io"]],
])("%s", (_, file, client, expected, args = []) => {
  test("serves during the drain, and has its sockets closed after it", async () => {
    const program = startProgram(`test/shutdown/programs/sockets/${file}.mjs`, { args });
    const port = (await program.line("listens on")).split(" ").at(-1);
    const base = `http://127.0.0.1:${port}`;
    const closed = client(base);
    await program.line("connected");
    program.signal("SIGTERM");
    await program.line("service is draining");
    // The listener of the service is open still.
    expect((await ask(base, "GET", "/livez")).status).toBe(200);
    expect(await closed).toBe(expected);
    const { code, lines } = await program.ended;
    expect(lines.filter((line) => /cut off|failed|did not finish/.test(line))).toEqual([]);
    expect(code).toBe(0);
    const text = lines.join("\n");
    expect(text).toMatch(/drain finished[\s\S]*onClose "database" finished/);
    const closing = lines.filter((line) => / of a (?:plugin|provider)$/.test(line));
    expect(closing).toEqual(CLOSING[file] ?? []);
  });
});

/** What apps run when they are closed as they want to be. */
const CLOSING: Readonly<Record<string, string[]>> = {
  "fastify-websocket": ["preClose of a plugin", "onClose of a plugin"],
  "nest-gateway": ["onModuleDestroy of a provider", "beforeApplicationShutdown of a provider"],
};
