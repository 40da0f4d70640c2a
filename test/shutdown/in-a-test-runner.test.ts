import { createServer } from "node:http";
import { expect, test } from "vitest";
import { createHealth } from "../../src/health.ts";
import { attach, gracefulShutdown } from "../../src/node.ts";
import { ask } from "../_support/ask.ts";
import { serve } from "../_support/serve.ts";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

const listening = () => SIGNALS.map((signal) => process.listenerCount(signal));

test("services of one process, each in a test of Jest, end by themselves with exit: false, and leave nothing after dispose()", async () => {
  const before = listening();
  for (const turn of ["first", "second"]) {
    const health = createHealth({ logger: false });
    const server = createServer((_request, response) => response.end(turn));
    attach(server, health);
    const shutdown = gracefulShutdown({ health, servers: [server], exit: false });
    const { base } = await serve(server);
    expect((await ask(base, "GET", "/")).body).toBe(turn);
    expect(listening()).toEqual(before.map((count) => count + 1));
    expect(await shutdown.begin("the end of a test")).toMatchObject({ code: 0 });
    expect(server.listening).toBe(false);
    shutdown.dispose();
    expect(listening()).toEqual(before);
  }
});
