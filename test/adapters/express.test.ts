import { createServer, type RequestListener } from "node:http";
import createApp5 from "express";
import createApp4 from "express4";
import { expect, test } from "vitest";
import { healthMiddleware } from "../../src/adapters/express.ts";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { ask } from "../_support/ask.ts";
import { serve } from "../_support/serve.ts";
import { adapterContract } from "../contracts/adapter-contract.ts";

const VERSIONS = [
  ["Express 4", createApp4 as unknown as typeof createApp5],
  ["Express 5", createApp5],
] as const;

for (const [version, createApp] of VERSIONS) {
  adapterContract(`${version}, as middleware`, (health, saw) => {
    const app = createApp();
    app.use(healthMiddleware(health));
    app.use((request, response) => {
      saw(request.path);
      response.send(`the application: ${request.originalUrl}`);
    });
    return serve(createServer(app as RequestListener));
  });

  adapterContract(`${version}, attached`, (health, saw) => {
    const app = createApp();
    app.use((request, response) => {
      saw(request.path);
      response.send(`the application: ${request.originalUrl}`);
    });
    const server = createServer(app as RequestListener);
    attach(server, health);
    return serve(server);
  });

  test(`${version}: routes that hale answers for are logged once, and no other ones`, async () => {
    const warnings: string[] = [];
    const logger = {
      info: () => {},
      warn: (line: string) => void warnings.push(line),
      error: () => {},
    };
    const app = createApp();
    app.get("/readyz", (_, response) => void response.send("mine"));
    const mount = healthMiddleware(createHealth({ logger }));
    app.use("/internal", mount);
    app.use(mount);
    app.get("/health", (_, response) => void response.send("mine"));
    app.post(["/health/ready/", "/orders"], (_, response) => void response.send("mine"));
    app.get("/health/:part", (_, response) => void response.send("mine"));
    const { base, close } = await serve(createServer(app as RequestListener));
    expect((await ask(base, "GET", "/internal/health")).body).toBe('{"status":"ok"}');
    expect((await ask(base, "GET", "/orders")).status).toBe(404);
    expect((await ask(base, "GET", "/health")).body).toBe('{"status":"ok"}');
    expect((await ask(base, "GET", "/readyz")).body).toBe("mine");
    await close();
    expect(warnings.filter((line) => line.includes("answers before the app"))).toEqual([
      'hale: healthMiddleware() answers before the app, which never sees requests to its own routes GET /health, POST /health/ready/. Remove those routes, or give hale other "http.paths".',
    ]);
  });

  test(`${version}: a mount below a path, or in a router, hides no route of the app`, async () => {
    const warnings: string[] = [];
    const logger = {
      info: () => {},
      warn: (line: string) => void warnings.push(line),
      error: () => {},
    };
    const app = createApp();
    const router = createApp.Router();
    router.use(healthMiddleware(createHealth({ logger })));
    app.use("/internal", healthMiddleware(createHealth({ logger })));
    app.use("/inner", router);
    app.get("/health", (_, response) => void response.send("mine"));
    const { base, close } = await serve(createServer(app as RequestListener));
    expect((await ask(base, "GET", "/internal/health")).status).toBe(200);
    expect((await ask(base, "GET", "/inner/health")).status).toBe(200);
    expect((await ask(base, "GET", "/health")).body).toBe("mine");
    await close();
    expect(warnings.filter((line) => line.includes("answers before the app"))).toEqual([]);
  });

  test(`${version} below a path has the routes below it`, async () => {
    const app = createApp();
    app.use("/internal", healthMiddleware(createHealth({ logger: false })));
    const { base, close } = await serve(createServer(app as RequestListener));
    expect(await ask(base, "GET", "/internal/health/ready")).toMatchObject({ status: 200 });
    expect(await ask(base, "GET", "/health/ready")).toMatchObject({ status: 404 });
    await close();
  });
}
