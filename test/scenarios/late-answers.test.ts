import { once } from "node:events";
import { createServer, type Server, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { server as createHapi } from "@hapi/hapi";
import express from "express";
import createFastify5 from "fastify";
import createFastify4 from "fastify4";
import Koa from "koa";
import { expect, onTestFinished, test, vi } from "vitest";
import { healthMiddleware as onExpress } from "../../src/adapters/express.ts";
import { healthPlugin as onFastify } from "../../src/adapters/fastify.ts";
import { healthPlugin as onHapi } from "../../src/adapters/hapi.ts";
import { healthMiddleware as onKoa } from "../../src/adapters/koa.ts";
import { attach } from "../../src/adapters/node.ts";
import type { Health } from "../../src/contract/health.ts";
import { createHealth } from "../../src/health.ts";
import { serve } from "../_support/serve.ts";

/** Where a health is mounted in a server; returns the server, which need not listen yet. */
type Mount = (health: Health) => Server | Promise<Server>;

const MOUNTS: Readonly<Record<string, Mount>> = {
  "attach()": (health) => {
    const server = createServer();
    attach(server, health);
    return server;
  },
  "Express 5": (health) => createServer(express().use(onExpress(health))),
  "Koa 3": (health) => createServer(new Koa().use(onKoa(health)).callback()),
  "Fastify 4": (health) => fastify(createFastify4, health),
  "Fastify 5": (health) => fastify(createFastify5, health),
  "hapi 21": async (health) => {
    const app = createHapi();
    await app.register(onHapi(health));
    await app.initialize();
    return app.listener;
  },
};

async function fastify(create: unknown, health: Health): Promise<Server> {
  const app = (create as typeof createFastify5)();
  await app.register(onFastify(health));
  await app.ready();
  return app.server;
}

test.each(Object.entries(MOUNTS))(
  "nothing is written to a client that has closed its side while a check was pending: %s",
  async (_, mount) => {
    let release = () => {};
    const run = () =>
      new Promise<void>((resolve) => {
        release = resolve;
      });
    const health = createHealth({
      checks: { slow: run },
      deadline: 60_000,
      defaults: { timeout: 50_000, maxAge: 0 },
      logger: false,
    });
    const server = await mount(health);
    const { base, close } = await serve(server);
    const heads = vi.spyOn(ServerResponse.prototype, "writeHead");
    const bodies = vi.spyOn(ServerResponse.prototype, "end");
    onTestFinished(async () => {
      vi.restoreAllMocks();
      await health.close();
      await close();
    });
    const { hostname, port } = new URL(base);

    /** A client whose probe waits for the check, and the server's end of its connection. */
    async function open(): Promise<readonly [client: Socket, socket: Socket]> {
      const requested = once(server, "connection");
      const client = connect(Number(port), hostname);
      client.on("error", () => {});
      const [socket] = (await requested) as [Socket];
      const read = once(socket, "data");
      client.write("GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n");
      await read;
      return [client, socket];
    }

    for (let round = 1; round <= 5; round++) {
      const [staying] = await open();
      const [leaving, socket] = await open();
      leaving.resume();
      const written = vi.spyOn(socket, "write");
      // Node has closed its side then, and destroys the socket only later: the answer comes in between.
      socket.once("end", () => release());
      const received = once(staying, "data");
      leaving.end();
      expect(String(await received)).toContain('{"status":"ok"}');
      expect([heads.mock.calls.length, bodies.mock.calls.length]).toEqual([round, round]);
      expect(written).not.toHaveBeenCalled();
      staying.destroy();
    }
  },
);
