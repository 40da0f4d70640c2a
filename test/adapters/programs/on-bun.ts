// An application of one framework on Bun, and beside it a server by which a test tells it what to do.
import { Elysia } from "elysia";
import { Hono } from "hono";
import { healthPlugin } from "../../../src/adapters/elysia.ts";
import { healthMiddleware } from "../../../src/adapters/hono.ts";
import type { Health } from "../../../src/contract/health.ts";
import { createHealth } from "../../../src/health.ts";
import { auditedOptions } from "../../../src/testing/audited-options.ts";

/** The part of Bun that is used here. */
declare const Bun: {
  serve(options: {
    port: number;
    hostname: string;
    fetch(request: Request): Response | Promise<Response>;
  }): { readonly port: number; stop(abruptly: boolean): Promise<void> };
};

type Fetch = (request: Request) => Response | Promise<Response>;

const FRAMEWORKS: Readonly<Record<string, (health: Health, answer: Fetch) => Fetch>> = {
  hono: (health, answer) =>
    new Hono().use(healthMiddleware(health)).all("*", (context) => answer(context.req.raw)).fetch,
  elysia: (health, answer) =>
    new Elysia().use(healthPlugin(health)).all("/*", ({ request }) => answer(request)).fetch,
};

/** Starts an application with a health of its own. */
function start(framework = "") {
  const make = FRAMEWORKS[framework];
  if (make === undefined) throw new Error(`There is no framework "${framework}" here.`);
  const { options, set } = auditedOptions();
  const health = createHealth(options);
  const seen: string[] = [];
  const fetch = make(health, (request) => {
    const { pathname, search } = new URL(request.url);
    seen.push(pathname);
    return new Response(`the application: ${pathname}${search}`);
  });
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch });
  return { server, health, set, seen };
}

const running = new Map<number, ReturnType<typeof start>>();

const control = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch({ url }) {
    const { pathname, searchParams } = new URL(url);
    const [, wish = "", value = ""] = pathname.split("/");
    if (wish === "start") {
      const started = start(value);
      running.set(started.server.port, started);
      return Response.json(started.server.port);
    }
    const { server, health, set, seen } = running.get(Number(searchParams.get("port"))) ?? start();
    if (wish === "set") set(value as Parameters<typeof set>[0]);
    else if (wish === "drain") health.drain();
    else if (wish === "stop") await Promise.all([health.close(), server.stop(true)]);
    return Response.json(seen);
  },
});
console.log(`control http://127.0.0.1:${control.port}`);
