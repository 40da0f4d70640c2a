import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { expect, test } from "vitest";
import { hono } from "../../src/adapters/hono.ts";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { ask } from "../_support/ask.ts";
import { serve } from "../_support/serve.ts";
import {
  adapterContract,
  controlledContract,
  type Differences,
} from "../contracts/adapter-contract.ts";
import { onBun } from "./_on-bun.ts";

/** An application that answers everything else. */
function answering(app: Hono, saw: (path: string) => void): Server {
  app.all("*", (context) => {
    saw(context.req.path);
    const { pathname, search } = new URL(context.req.url);
    return context.text(`the application: ${pathname}${search}`);
  });
  return createAdaptorServer(app) as Server;
}

const ON_NODE: Differences = {
  "MUST answer OPTIONS over HTTP/1.0 without a Host, as HAProxy sends it": {
    instead: "refuses a request without Host with 400, and answers one that has it",
    async check({ askRaw }) {
      const reply = (await askRaw("OPTIONS /health/ready HTTP/1.0\r\n\r\n")).join("");
      expect(reply).toMatch(/^HTTP\/1\.1 400 /);
      const named = await askRaw("OPTIONS /health/ready HTTP/1.0\r\nHost: a\r\n\r\n");
      expect(named.join("")).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\n\{"status":"ok"\}$/);
    },
  },
};

adapterContract(
  "Hono 4 on @hono/node-server, as middleware",
  (health, saw) => serve(answering(new Hono().use(hono(health)), saw)),
  ON_NODE,
);

adapterContract("Hono 4 on @hono/node-server, attached", (health, saw) => {
  const server = answering(new Hono(), saw);
  attach(server, health);
  return serve(server);
});

controlledContract("Hono 4 on Bun, as middleware", onBun("hono"));

test("what is used after it, such as CORS, sees no probe", async () => {
  const health = createHealth({ logger: false });
  const app = new Hono().use(hono(health)).use(cors());
  const { base, close } = await serve(answering(app, () => {}));
  const options = await ask(base, "OPTIONS", "/health");
  expect(options).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  expect(options.headers["access-control-allow-origin"]).toBeUndefined();
  expect((await ask(base, "OPTIONS", "/")).status).toBe(204);
  await close();
});

test("without a server, as on an edge, fetch is answered too", async () => {
  const app = new Hono().use(hono(createHealth({ logger: false })));
  app.get("/", (context) => context.text("Hello"));
  const response = await app.request("/health");
  expect([response.status, await response.text()]).toEqual([200, '{"status":"ok"}']);
  expect(response.headers.get("content-length")).toBe("15");
  expect(await (await app.request("/")).text()).toBe("Hello");
});
