import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { compose, serve } from "../_support/compose.ts";
import { settled } from "../_support/fake-clock.ts";

/** How a promise stands, without waiting for it. */
function watch(promise: Promise<void>) {
  const seen = { state: "pending" };
  promise.then(
    () => {
      seen.state = "ready";
    },
    (error: { code: string }) => {
      seen.state = error.code;
    },
  );
  return seen;
}

describe("whenReady()", () => {
  test("resolves once the start-up tasks are done", async () => {
    const { health, clock } = compose();
    let finish = () => {};
    health.addStartupTask("warm", () => new Promise<void>((resolve) => (finish = resolve)));
    const seen = watch(health.whenReady());
    await settled();
    await clock.advance(5000);
    expect(seen.state).toBe("pending");
    finish();
    await clock.advance(0);
    expect(seen.state).toBe("ready");
  });

  test("waits for the checks of readiness, and asks again each second", async () => {
    let up = false;
    let runs = 0;
    const { health, clock } = await serve({
      checks: {
        database: async () => {
          runs++;
          return up;
        },
      },
    });
    const seen = watch(health.whenReady());
    await settled();
    await clock.advance(3500);
    expect([seen.state, runs]).toEqual(["pending", 4]);
    up = true;
    await clock.advance(1000);
    expect(seen.state).toBe("ready");
  });

  test("rejects when the service drains before", async () => {
    const { health, clock } = compose({ startup: { manual: true } });
    const seen = watch(health.whenReady());
    await settled();
    health.drain();
    await clock.advance(0);
    expect(seen.state).toBe("HALE_NEVER_READY");
  });

  test("that rejects in a drain does not end a process that has not waited for it", async () => {
    const program = `
      import { createHealth } from "hale";
      import { gracefulShutdown } from "hale/node";
      const health = createHealth({ logger: false, startup: { manual: true } });
      const { begin } = gracefulShutdown({ health, exit: false });
      health.whenReady();
      const { code } = await begin();
      await new Promise((resolve) => setTimeout(resolve, 10));
      console.log(code, await health.whenReady().catch((error) => error.code));
    `;
    const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
    expect((await run).stdout).toBe("0 HALE_NEVER_READY\n");
  });

  test("leaves no timer behind", async () => {
    const { health, clock } = await serve();
    await health.whenReady();
    expect(clock.pending).toBe(0);
  });

  test("keeps the process open while a task waits to be tried again", async () => {
    const program = `
      import { createHealth } from "hale";
      const health = createHealth({ logger: false });
      let calls = 0;
      health.addStartupTask("load", async () => { if (calls++ < 1) throw new Error("not yet"); }, { retries: 1 });
      await health.whenReady();
      console.log(calls);
    `;
    const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
    expect((await run).stdout).toBe("2\n");
  });
});
