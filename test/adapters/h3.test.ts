import { createServer, type Server } from "node:http";
import { H3, handleCors } from "h3";
import { toNodeHandler } from "h3/node";
import { expect, test } from "vitest";
import { healthMiddleware } from "../../src/adapters/h3.ts";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { ask } from "../_support/ask.ts";
import { serve } from "../_support/serve.ts";
import { adapterContract } from "../contracts/adapter-contract.ts";

/** An application that answers everything else. */
function answering(app: H3, saw: (path: string) => void): Server {
  app.all("/**", ({ url }) => {
    saw(url.pathname);
    return `the application: ${url.pathname}${url.search}`;
  });
  return createServer(toNodeHandler(app));
}

adapterContract("h3 2, as middleware", (health, saw) =>
  serve(answering(new H3().use(healthMiddleware(health)), saw)),
);

adapterContract("h3 2, attached", (health, saw) => {
  const server = answering(new H3(), saw);
  attach(server, health);
  return serve(server);
});

test("what is used after it, such as CORS, sees no probe", async () => {
  const app = new H3().use(healthMiddleware(createHealth({ logger: false })));
  app.use((event) => {
    const answer = handleCors(event, { origin: "*", methods: "*" });
    return answer === false ? undefined : answer;
  });
  const { base, close } = await serve(answering(app, () => {}));
  const headers = { origin: "http://other", "access-control-request-method": "GET" };
  expect(await ask(base, "OPTIONS", "/health", { headers })).toMatchObject({
    status: 200,
    body: '{"status":"ok"}',
  });
  expect((await ask(base, "OPTIONS", "/", { headers })).status).toBe(204);
  await close();
});

test("without a server of Node, fetch is answered too", async () => {
  const app = new H3().use(healthMiddleware(createHealth({ logger: false })));
  app.get("/", () => "Hello");
  const response = await app.request("/health");
  expect([response.status, await response.text()]).toEqual([200, '{"status":"ok"}']);
  expect(response.headers.get("content-length")).toBe("15");
  expect(await (await app.request("/")).text()).toBe("Hello");
});
