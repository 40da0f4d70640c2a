import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Redis } from "ioredis";
import { createPool } from "mysql2";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { http } from "../../src/checks/http.ts";
import type { HealthOptions } from "../../src/health.ts";
import { serve } from "../_support/compose.ts";
import { startTcp } from "../_support/tcp.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

type Input = NonNullable<HealthOptions["checks"]>[string];

/** Clients of real drivers, by their kind; each is opened four times. */
const KINDS: Readonly<Record<string, (port: number) => Input>> = {
  postgres(port) {
    const pool = new pg.Pool({ host: "127.0.0.1", port, user: "hale", password: "s3cret" });
    pool.on("error", () => {});
    onTestFinished(() => pool.end());
    return pool;
  },
  redis(port) {
    const client = new Redis({ host: "127.0.0.1", port, maxRetriesPerRequest: null });
    client.on("error", () => {});
    onTestFinished(() => client.disconnect());
    return client;
  },
  mysql(port) {
    const pool = createPool({ host: "127.0.0.1", port, user: "hale", password: "s3cret" });
    onTestFinished(() => pool.end());
    return pool;
  },
  http: (port) => http({ url: `http://127.0.0.1:${port}/` }),
  function: (port) => async () => {
    await fetch(`http://127.0.0.1:${port}/`);
  },
};

test("of 20 checks that all hang, every probe tells by its deadline, and in a minute nothing piles up", async () => {
  let open = 0;
  const port = await startTcp((socket) => {
    open++;
    socket.on("close", () => open--);
    socket.resume();
  });
  const checks = Object.fromEntries(
    Object.entries(KINDS).flatMap(([kind, make]) =>
      [1, 2, 3, 4].map((number) => [`${kind}-${number}`, make(port)] as const),
    ),
  );
  const { clock, health } = await serve({ checks, logger: false });
  const failed = Object.fromEntries(Object.keys(checks).map((name) => [name, "failed"]));

  /** Probes once a second, for so many of them; each is answered by its deadline of 800 ms. */
  async function probeFor(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      const request = { method: "GET", url: "/health/deep", header: () => undefined };
      let answered: { status: number; body: string } | undefined;
      void Promise.resolve(health.handle(request)).then((answer) => {
        answered = answer;
      });
      await clock.advance(800);
      expect(answered?.status).toBe(503);
      expect(JSON.parse(answered?.body ?? "").checks).toEqual(failed);
      await clock.advance(200);
    }
  }

  await probeFor(5);
  // Two runs of each have been written off, and no third one is begun before 30 s are over.
  await expect.poll(() => open).toBeGreaterThan(0);
  collectGarbage();
  const memory = process.memoryUsage().heapUsed;
  await probeFor(55);
  collectGarbage();
  // One attempt was made meanwhile. Of each there is one connection, or one that is being opened, and three calls of a
  // function, which does not listen to its signal.
  await expect.poll(() => open).toBeLessThanOrEqual(4 * (4 + 3));
  expect(process.memoryUsage().heapUsed - memory).toBeLessThan(5_000_000);
  await health.close();
});
