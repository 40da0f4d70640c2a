import { expect, test } from "vitest";
import { migrationContract } from "./_migration.ts";

migrationContract(
  "docs/migrate/fastify-under-pressure.md",
  ({ side, start, database, queries }) => {
    const unavailable = {
      statusCode: 503,
      code: "FST_UNDER_PRESSURE",
      error: "Service Unavailable",
      message: "Service Unavailable",
    };

    test("its route answers as before, and requests are shed, while the database comes and goes", async () => {
      const { get, becomes } = await start();
      expect((await becomes("/status", 200)).body).toBe('{"status":"ok"}');
      expect(await becomes("/", 200)).toMatchObject({ body: "Hello" });

      await database().kill();
      const status = await becomes("/status", 503);
      expect(JSON.parse(status.body)).toEqual(unavailable);
      const shed = await becomes("/", 503);
      expect(JSON.parse(shed.body)).toEqual(unavailable);
      expect(shed.headers["retry-after"]).toBe("10");
      // The page names this difference: liveness that asks no dependency.
      expect((await get("/livez")).status).toBe(side === "before" ? 503 : 200);

      await database().restart();
      expect((await becomes("/status", 200)).body).toBe('{"status":"ok"}');
      expect(await becomes("/", 200)).toMatchObject({ body: "Hello" });
    });

    test("20 probes at once cost as many queries as the page says", async () => {
      const { get, becomes } = await start();
      await becomes("/status", 200);
      await queries();
      await Promise.all(Array.from({ length: 20 }, () => get("/status")));
      expect(await queries()).toSatisfy((count: number) =>
        side === "before" ? count >= 20 : count < 20,
      );
    });
  },
);
