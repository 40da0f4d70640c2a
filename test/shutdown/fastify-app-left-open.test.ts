import createFastify5 from "fastify";
import createFastify4 from "fastify4";
import { describe, expect, onTestFinished, test } from "vitest";
import { healthPlugin } from "../../src/adapters/fastify.ts";
import { createHealth } from "../../src/health.ts";
import { composeShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import type { ShutdownOptions } from "../../src/shutdown/shutdown-options.ts";
import { FakeProcess } from "../_support/fake-process.ts";

const LEFT_OPEN =
  "hale: a Fastify app was not closed, since its server was given in place of it, so its onClose hooks did not run: write servers: [app]";

const VERSIONS = [
  ["Fastify 4", createFastify4 as unknown as typeof createFastify5],
  ["Fastify 5", createFastify5],
] as const;

describe.each(VERSIONS)("the end of %s", (_, createApp) => {
  async function end(
    optionsOf: (
      app: ReturnType<typeof createApp>,
    ) => Pick<ShutdownOptions, "servers" | "onClose" | "exit">,
  ) {
    const warnings: string[] = [];
    const logger = { info() {}, warn: (line: string) => warnings.push(line), error() {} };
    const health = createHealth({ logger });
    const app = createApp({ forceCloseConnections: true });
    let closed = 0;
    app.addHook("onClose", async () => void closed++);
    await app.register(healthPlugin(health));
    const shutdown = composeShutdown({ health, ...optionsOf(app) }, new FakeProcess().environment);
    onTestFinished(async () => {
      shutdown.dispose();
      await app.close();
    });
    await app.listen({ port: 0, host: "127.0.0.1" });
    await shutdown.begin();
    return { closed, warnings };
  }

  test("whose server was given in place of it warns that its hooks did not run", async () => {
    expect(await end((app) => ({ servers: [app.server] }))).toEqual({
      closed: 0,
      warnings: [LEFT_OPEN],
    });
  });

  test("that the service closes after begin(), in a process that goes on, warns of nothing", async () => {
    expect(await end((app) => ({ servers: [app.server], exit: false }))).toEqual({
      closed: 0,
      warnings: [],
    });
  });

  test("that was given, or is closed by a hook, warns of nothing", async () => {
    expect(await end((app) => ({ servers: [app] }))).toEqual({ closed: 1, warnings: [] });
    const byHook = await end((app) => ({
      servers: [app.server],
      onClose: { app: () => app.close() },
    }));
    expect(byHook).toEqual({ closed: 1, warnings: [] });
  });
});
