import { createServer, type RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import createExpress from "express";
import createFastify from "fastify";
import { healthMiddleware } from "../../src/adapters/express.ts";
import { healthPlugin } from "../../src/adapters/fastify.ts";
import { attach } from "../../src/adapters/node.ts";
import type { Health } from "../../src/contract/health.ts";
import { createHealth } from "../../src/health.ts";
import { listen } from "../../src/server/listen.ts";
import { until } from "../servers/_until.ts";
import { ask } from "./ask.ts";
import { serve } from "./serve.ts";

/** A server that is under attack. */
export interface Attacked {
  readonly base: string;
  close(): Promise<unknown>;
}

/** The token with which a test may ask for details. */
export const TOKEN = "0123456789abcdef";

/** The body of deep, while all is well. */
export const HEALTHY =
  '{"status":"healthy","checks":{"database":"ok","constructor":"ok","toString":"ok"}}';

/** A health whose checks have names that every object has. */
export function healthUnderAttack(): Health {
  const works = async () => {};
  return createHealth({
    checks: { database: works, constructor: works, toString: works },
    logger: false,
    http: { tokens: [TOKEN] },
  });
}

const application: RequestListener = (_request, response) => void response.end("the application");

/** Every way in that is attacked over HTTP/1: how a health is mounted there. */
export const WAYS: Readonly<Record<string, (health: Health) => Promise<Attacked>>> = {
  listen: (health) => listenAt(health, false),
  "listen, with a thread": (health) => listenAt(health, true),
  "attach to node:http": (health) => {
    const server = createServer(application);
    attach(server, health);
    return serve(server);
  },
  "Express, as middleware": (health) => {
    const app = createExpress();
    app.use(healthMiddleware(health));
    app.use(application);
    return serve(createServer(app as RequestListener));
  },
  "Fastify, as a plugin": async (health) => {
    const app = createFastify({ forceCloseConnections: true });
    await app.register(healthPlugin(health));
    app.setNotFoundHandler((_request, reply) => reply.code(200).send("the application"));
    return { base: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
  },
};

async function listenAt(health: Health, thread: boolean): Promise<Attacked> {
  const { url, close } = await listen(health, { port: 0, host: "127.0.0.1", thread });
  // With a thread, startup waits for a server of the service, and there is none here.
  if (thread) health.markStarted();
  return { base: url.slice(0, -1), close };
}

/** Mounts a health, and resolves once all of its checks are up. */
export async function startUnderAttack(way: string): Promise<Attacked> {
  const health = healthUnderAttack();
  const mount = WAYS[way];
  if (mount === undefined) throw new Error(`There is no way ${way}.`);
  const { base, close } = await mount(health);
  await until("all checks are up", async () => {
    const { body } = await ask(base, "GET", "/health/deep");
    return body === HEALTHY;
  });
  return {
    base,
    async close() {
      await health.close();
      await close();
    },
  };
}

/** Sends bytes as they are, and resolves to all that came before the connection ended, in one way or another. */
export function sendRaw(base: string, bytes: string | Uint8Array): Promise<string> {
  return exchange(base, (socket) => socket.write(bytes));
}

/** The same, and says that nothing more will be sent, as what is no whole request needs. */
export function sendRawHalf(base: string, bytes: Uint8Array): Promise<string> {
  return exchange(base, (socket) => socket.end(bytes));
}

function exchange(base: string, send: (socket: Socket) => void): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => send(socket));
    socket.on("data", (chunk) => chunks.push(chunk));
    // Who refuses what is sent may reset the connection while it is still sent.
    socket.on("error", () => {});
    socket.on("close", () => resolve(Buffer.concat(chunks).toString()));
  });
}
