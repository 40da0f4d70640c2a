import type { AddressInfo } from "node:net";
import { serve as serveByFetch } from "@hono/node-server";
import { expect, test } from "vitest";
import { healthHandler } from "../../src/adapters/fetch.ts";
import type { HealthRequest } from "../../src/contract/http.ts";
import { createHealth } from "../../src/health.ts";
import { adapterContract } from "../contracts/adapter-contract.ts";

adapterContract("a server of Node that speaks fetch", async (health, saw) => {
  const fetch = healthHandler(health, {
    fallback(request) {
      const { pathname, search } = new URL(request.url);
      saw(pathname);
      return new Response(`the application: ${pathname}${search}`);
    },
  });
  const server = await new Promise<ReturnType<typeof serveByFetch>>((resolve) => {
    const started = serveByFetch({ fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(started));
  });
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
});

const health = createHealth({ logger: false });

test("a path that is not hale's is undefined without a fallback", () => {
  expect(healthHandler(health)(new Request("http://a/other"))).toBeUndefined();
});

test("a fallback is called with all that the runtime passed", async () => {
  const handler = healthHandler(health, {
    fallback: (request, env: { name: string }) => new Response(`${env.name} ${request.url}`),
  });
  const response = await handler(new Request("http://a/other"), { name: "shop" });
  expect(await response.text()).toBe("shop http://a/other");
});

test("the address that a request comes from is told to hale", async () => {
  const seen: HealthRequest[] = [];
  const handler = healthHandler(
    {
      ...health,
      handle(request) {
        seen.push(request);
        return health.handle(request);
      },
    },
    { remoteAddress: (_request, { address }: { address: string }) => address },
  );
  await handler(new Request("http://a/livez?x=1"), { address: "192.0.2.1" });
  expect(seen).toMatchObject([{ method: "GET", url: "/livez?x=1", remoteAddress: "192.0.2.1" }]);
});

test.each([
  () => {
    throw new Error("no address");
  },
  () => 5 as never,
  () => undefined,
])("an address that cannot be told changes no answer: %s", async (remoteAddress) => {
  const seen: HealthRequest[] = [];
  const watched = {
    ...health,
    handle(request: HealthRequest) {
      seen.push(request);
      return health.handle(request);
    },
  };
  const response = await healthHandler(watched, { remoteAddress })(new Request("http://a/livez"));
  expect(response?.status).toBe(200);
  expect(seen[0]?.remoteAddress).toBeUndefined();
});

test.each<[string, unknown, unknown]>([
  ["HALE_BAD_OPTION", {}, undefined],
  ["HALE_BAD_OPTION", health, { fallback: "/" }],
  ["HALE_UNKNOWN_OPTION", health, { falback: () => new Response() }],
])("%s is the error for what it cannot use", (code, given, options) => {
  expect(() => healthHandler(given as never, options as never)).toThrow(
    expect.objectContaining({ code }),
  );
});
