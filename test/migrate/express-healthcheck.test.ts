import { expect, test } from "vitest";
import { migrationContract } from "./_migration.ts";

migrationContract("docs/migrate/express-healthcheck.md", ({ side, start, database, queries }) => {
  test("its endpoint answers as before while the database comes and goes", async () => {
    const { get, becomes } = await start();
    const ready = await becomes("/healthcheck", 200);
    expect(ready.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(JSON.parse(ready.body)).toEqual({ uptime: expect.any(Number) });
    const later = JSON.parse((await get("/healthcheck")).body);
    expect(later.uptime).toBeGreaterThan(JSON.parse(ready.body).uptime);
    expect(await get("/")).toMatchObject({ status: 200, body: "Hello" });

    await database().kill();
    expect((await becomes("/healthcheck", 500)).body).toBe('{"state":"unhealthy"}');
    // The page names this difference: liveness that asks no dependency.
    expect((await get("/livez")).status).toBe(side === "before" ? 404 : 200);

    await database().restart();
    expect((await becomes("/healthcheck", 200)).headers["content-type"]).toMatch(/json/);
  });

  test("20 probes at once cost as many queries as the page says", async () => {
    const { get, becomes } = await start();
    await becomes("/healthcheck", 200);
    await queries();
    await Promise.all(Array.from({ length: 20 }, () => get("/healthcheck")));
    expect(await queries()).toSatisfy((count: number) =>
      side === "before" ? count === 20 : count <= 2,
    );
  });
});
