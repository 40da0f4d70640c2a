import { server as createServer, type Server, type ServerOptions } from "@hapi/hapi";
import { expect, test } from "vitest";
import { healthPlugin } from "../../src/adapters/hapi.ts";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { ask } from "../_support/ask.ts";
import { adapterContract } from "../contracts/adapter-contract.ts";

/** A server of hapi that answers everything else. */
function answering(saw: (path: string) => void, options: ServerOptions = {}): Server {
  const server = createServer({ port: 0, host: "127.0.0.1", ...options });
  server.route({
    method: "*",
    path: "/{path*}",
    handler: ({ url }) => {
      saw(url.pathname);
      return `the application: ${url.pathname}${url.search}`;
    },
  });
  return server;
}

async function start(server: Server) {
  await server.start();
  return { base: server.info.uri, close: () => server.stop({ timeout: 0 }) };
}

adapterContract("hapi 21, as a plugin", async (health, saw) => {
  const server = answering(saw);
  await server.register(healthPlugin(health));
  return start(server);
});

adapterContract("hapi 21, attached", (health, saw) => {
  const server = answering(saw);
  attach(server.listener, health);
  return start(server);
});

test("authentication, CORS, the router and the hooks of the application see no probe", async () => {
  const seen: string[] = [];
  const server = answering((path) => seen.push(path), {
    router: { isCaseSensitive: false, stripTrailingSlash: true },
    routes: { cors: true },
    compression: { minBytes: 1 },
  });
  await server.register(healthPlugin(createHealth({ logger: false })));
  server.auth.scheme("closed", () => ({
    authenticate: () => {
      seen.push("authentication");
      throw new Error("Nobody may.");
    },
  }));
  server.auth.strategy("closed", "closed");
  server.auth.default("closed");
  server.ext("onPreResponse", (_, toolkit) => {
    seen.push("onPreResponse");
    return toolkit.continue;
  });
  const { base, close } = await start(server);
  const headers = { origin: "http://other", "accept-encoding": "gzip" };
  for (const method of ["GET", "HEAD", "OPTIONS"]) {
    const reply = await ask(base, method, "/health/ready/", { headers });
    expect(reply).toMatchObject({ status: 200, headers: { "content-length": "15" } });
    expect(reply.headers["access-control-allow-origin"]).toBeUndefined();
  }
  expect(seen).toEqual([]);
  await close();
});

test("two healths may be registered with one server, and inject is answered", async () => {
  const server = answering(() => {});
  for (const readiness of ["/first", "/second"]) {
    const health = createHealth({ logger: false, http: { paths: { readiness } } });
    await server.register(healthPlugin(health));
    await health.whenReady();
  }
  for (const url of ["/first", "/second", "/health"]) {
    expect((await server.inject(url)).payload).toBe('{"status":"ok"}');
  }
});
