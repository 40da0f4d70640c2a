import { once } from "node:events";
import { createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import createFastify from "fastify";
import Koa from "koa";
import { expect, onTestFinished, test } from "vitest";
import { healthPlugin } from "../../src/adapters/fastify.ts";
import { healthMiddleware } from "../../src/adapters/koa.ts";
import { attach } from "../../src/adapters/node.ts";
import type { Health } from "../../src/contract/health.ts";
import { createHealth } from "../../src/health.ts";
import { askHttp2 } from "../_support/ask-http2.ts";

async function opened(server: Http2Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each<[string, (health: Health) => Promise<string>]>([
  [
    "attach",
    (health) => {
      const server = createServer((_request, response) => void response.end("the application"));
      attach(server, health);
      return opened(server);
    },
  ],
  [
    "Koa",
    (health) => {
      const app = new Koa();
      app.use(healthMiddleware(health));
      return opened(createServer(app.callback()));
    },
  ],
  [
    "Fastify",
    async (health) => {
      const app = createFastify({ http2: true });
      await app.register(healthPlugin(health));
      onTestFinished(() => app.close());
      return app.listen({ port: 0, host: "127.0.0.1" });
    },
  ],
])("%s answers GET and HEAD over HTTP/2, at once and after a check has run", async (_, start) => {
  const health = createHealth({ logger: false, checks: { database: async () => {} } });
  onTestFinished(() => health.close());
  const base = await start(health);
  for (const path of ["/livez", "/health/deep"]) {
    const get = await askHttp2(base, "GET", path);
    expect(get).toMatchObject({ status: 200, headers: { "content-type": expect.any(String) } });
    const head = await askHttp2(base, "HEAD", path);
    expect(head).toMatchObject({ status: 200, body: "" });
    expect(head.headers["content-length"]).toBe(get.headers["content-length"]);
  }
});
