import { createServer } from "node:http";
import { expect, test } from "vitest";
import * as elysia from "../../src/adapters/elysia.ts";
import * as express from "../../src/adapters/express.ts";
import * as fastify from "../../src/adapters/fastify.ts";
import * as h3 from "../../src/adapters/h3.ts";
import * as hapi from "../../src/adapters/hapi.ts";
import * as hono from "../../src/adapters/hono.ts";
import * as koa from "../../src/adapters/koa.ts";
import * as next from "../../src/adapters/next.ts";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const health = createHealth({ logger: false });
const ADAPTERS = { elysia, express, fastify, h3, hapi, hono, koa, next };

test.each(
  Object.entries(ADAPTERS).flatMap(([module, exports]) =>
    Object.entries(exports).map(([name, make]) => [module, name, make] as const),
  ),
)(
  "%s: %s() refuses options, which it would ignore, and takes undefined for none",
  (_, name, make) => {
    const loose = make as (...values: unknown[]) => unknown;
    const { code, message } = haleErrorOf(() => loose(health, { paths: { liveness: "/up" } }));
    expect([code, message]).toEqual([
      "HALE_BAD_OPTION",
      `The option "options" of ${name}() must be left out: options belong in createHealth(), but is an object.`,
    ]);
    expect(() => loose(health, undefined)).not.toThrow();
  },
);

test.each([
  ["elysia", elysia.healthPlugin, "app.use(healthPlugin(health))"],
  ["express", express.healthMiddleware, "app.use(healthMiddleware(health))"],
  ["fastify", fastify.healthPlugin, "app.register(healthPlugin(health))"],
  ["h3", h3.healthMiddleware, "app.use(healthMiddleware(health))"],
  ["hono", hono.healthMiddleware, "app.use(healthMiddleware(health))"],
  ["koa", koa.healthMiddleware, "app.use(healthMiddleware(health))"],
  ["next", next.healthRouteHandlers, "export const { GET, HEAD } = healthRouteHandlers(health)"],
])(
  "%s: what the framework calls itself, since it was not called, says what to write",
  (_, make, usage) => {
    const loose = make as (...values: unknown[]) => unknown;
    // The arguments of a request, or of a registration.
    const { code, message } = haleErrorOf(() => loose({ url: "/" }, () => {}));
    expect(code).toBe("HALE_BAD_OPTION");
    expect(message).toContain(`write ${usage}.`);
    expect(haleErrorOf(() => loose(undefined)).message).not.toContain("write");
  },
);

test("attach() refuses options, and leaves the server as it was", () => {
  const server = createServer();
  const loose = attach as (...values: unknown[]) => unknown;
  expect(haleErrorOf(() => loose(server, health, {})).code).toBe("HALE_BAD_OPTION");
  expect(Object.hasOwn(server, "emit")).toBe(false);
});

const method = () => {};

test.each([
  ["Bun.serve()", { stop: method, fetch: method, requestIP: method }],
  ["Deno.serve()", { shutdown: method, ref: method, unref: method }],
])("attach() names hale/fetch for the server of %s", (_, server) => {
  const loose = attach as (...values: unknown[]) => unknown;
  const { code, message } = haleErrorOf(() => loose(server, health));
  expect(code).toBe("HALE_BAD_OPTION");
  expect(message).toMatch(/Give it the healthHandler\(health\) of "hale\/fetch" as its fetch/);
});
