import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { expect, test } from "vitest";
import { healthMiddleware } from "../../src/adapters/hono.ts";
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
function answering(app: Hono, saw: (path: string) => void, hostname?: string): Server {
  app.all("*", (context) => {
    saw(context.req.path);
    const { pathname, search } = new URL(context.req.url);
    return context.text(`the application: ${pathname}${search}`);
  });
  const { fetch } = app;
  return createAdaptorServer({ fetch, ...(hostname !== undefined && { hostname }) }) as Server;
}

/** Without a hostname of its own it refuses a request that has no Host. */
const ON_NODE: Differences = { "http-1.0": /^OPTIONS \/health\/ready over HTTP\/1\.0 is "400 / };

adapterContract(
  "Hono 4 on @hono/node-server, as middleware",
  (health, saw) => serve(answering(new Hono().use(healthMiddleware(health)), saw)),
  ON_NODE,
);

adapterContract("Hono 4 on @hono/node-server with a hostname, as middleware", (health, saw) =>
  serve(answering(new Hono().use(healthMiddleware(health)), saw, "127.0.0.1")),
);

adapterContract("Hono 4 on @hono/node-server, attached", (health, saw) => {
  const server = answering(new Hono(), saw);
  attach(server, health);
  return serve(server);
});

controlledContract("Hono 4 on Bun, as middleware", onBun("hono"));

test("what is used after it, such as CORS, sees no probe", async () => {
  const health = createHealth({ logger: false });
  const app = new Hono().use(healthMiddleware(health)).use(cors());
  const { base, close } = await serve(answering(app, () => {}));
  const options = await ask(base, "OPTIONS", "/health");
  expect(options).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  expect(options.headers["access-control-allow-origin"]).toBeUndefined();
  expect((await ask(base, "OPTIONS", "/")).status).toBe(204);
  await close();
});

/** What a service of Workers may bind by a name: a store, a service whose every property is a call, a text. */
const BINDINGS = [
  { get: async () => null },
  new Proxy(() => {}, { get: () => () => {} }),
  { fetch: async () => new Response(), httpVersion: () => {}, socket: {} },
  "https://in.example.com",
  null,
] as const;

test.each(BINDINGS)("on Workers, a binding called incoming is no request: %o", async (incoming) => {
  const app = new Hono().use(healthMiddleware(createHealth({ logger: false })));
  const response = await app.fetch(new Request("http://127.0.0.1/health"), { incoming });
  expect([response.status, await response.text()]).toEqual([200, '{"status":"ok"}']);
});

test("without a server, as on an edge, fetch is answered too", async () => {
  const app = new Hono().use(healthMiddleware(createHealth({ logger: false })));
  app.get("/", (context) => context.text("Hello"));
  const response = await app.request("/health");
  expect([response.status, await response.text()]).toEqual([200, '{"status":"ok"}']);
  expect(response.headers.get("content-length")).toBe("15");
  expect(await (await app.request("/")).text()).toBe("Hello");
});

/** What each runtime passes as the environment of a request. */
const FROM = "10.0.0.9";
class BunServer {
  readonly #address = FROM;
  requestIP() {
    return { address: this.#address };
  }
}
test.each<[string, unknown, string | undefined]>([
  ["the server of Bun", new BunServer(), FROM],
  ["an object with the server of Bun", { server: new BunServer() }, FROM],
  ["the server of Bun for a Unix socket", { requestIP: () => null }, undefined],
  ["the connection of Deno", { remoteAddr: { hostname: FROM } }, FROM],
  ["the connection of Deno for a Unix socket", { remoteAddr: { path: "/run/a" } }, undefined],
  ["bindings of these names", { server: "a", remoteAddr: "b", requestIP: "c" }, undefined],
  [
    "a server that fails",
    {
      requestIP: () => {
        throw new Error("gone");
      },
    },
    undefined,
  ],
  ["nothing", undefined, undefined],
])("the address of the caller is that of %s", async (_, env, address) => {
  const seen: (string | undefined)[] = [];
  const health = createHealth({
    logger: false,
    http: {
      expose: ({ remoteAddress }) => {
        seen.push(remoteAddress);
        return "checks";
      },
    },
  });
  await health.whenReady();
  const app = new Hono().use(healthMiddleware(health));
  expect((await app.request("/health/deep", {}, env as object)).status).toBe(200);
  expect(seen).toEqual([address]);
});
