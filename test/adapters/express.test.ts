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

  test(`${version} below a path has the routes below it`, async () => {
    const app = createApp();
    app.use("/internal", healthMiddleware(createHealth({ logger: false })));
    const { base, close } = await serve(createServer(app as RequestListener));
    expect(await ask(base, "GET", "/internal/health/ready")).toMatchObject({ status: 200 });
    expect(await ask(base, "GET", "/health/ready")).toMatchObject({ status: 404 });
    await close();
  });
}
