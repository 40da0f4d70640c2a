import { createServer } from "node:http";
import Koa from "koa";
import { expect, test } from "vitest";
import { healthMiddleware } from "../../src/adapters/koa.ts";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { ask } from "../_support/ask.ts";
import { serve } from "../_support/serve.ts";
import { adapterContract } from "../contracts/adapter-contract.ts";

adapterContract("Koa 3, as middleware", (health, saw) => {
  const app = new Koa();
  app.use(healthMiddleware(health));
  app.use((context) => {
    saw(context.path);
    context.body = `the application: ${context.url}`;
  });
  return serve(createServer(app.callback()));
});

adapterContract("Koa 3, attached", (health, saw) => {
  const app = new Koa();
  app.use((context) => {
    saw(context.path);
    context.body = `the application: ${context.url}`;
  });
  const server = createServer(app.callback());
  attach(server, health);
  return serve(server);
});

test("what is used after it sees no probe, and what stands before does not change the answer", async () => {
  const seen: string[] = [];
  const app = new Koa();
  // What mends errors, and what gives the last word on whatever nobody has answered.
  app.use(async (context, next) => {
    await next().catch(() => {
      context.status = 500;
    });
    if (context.status === 404) context.body = "nothing here";
  });
  app.use(
    healthMiddleware(createHealth({ logger: false, http: { tokens: ["0123456789abcdef"] } })),
  );
  app.use(() => {
    seen.push("the application");
    throw new Error("It fails.");
  });
  const { base, close } = await serve(createServer(app.callback()));
  const body = "x".repeat(10_000);
  expect((await ask(base, "POST", "/health", { body })).status).toBe(405);
  const get = await ask(base, "GET", "/health");
  expect(get).toMatchObject({ status: 200, headers: { "content-length": "15" } });
  expect((await ask(base, "HEAD", "/health")).headers["content-length"]).toBe("15");
  expect(seen).toEqual([]);
  expect((await ask(base, "GET", "/")).status).toBe(500);
  expect(seen).toEqual(["the application"]);
  await close();
});

test("below a path that a mount takes off, the routes stand below it", async () => {
  const app = new Koa();
  app.use((context, next) => {
    context.path = context.path.replace(/^\/internal/, "");
    return next();
  });
  app.use(healthMiddleware(createHealth({ logger: false })));
  const { base, close } = await serve(createServer(app.callback()));
  expect((await ask(base, "GET", "/internal/health")).status).toBe(200);
  await close();
});
