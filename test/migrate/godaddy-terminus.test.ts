import { expect, test } from "vitest";
import { migrationContract } from "./_migration.ts";

migrationContract("docs/migrate/godaddy-terminus.md", ({ side, start, database, queries }) => {
  test("its endpoints answer as before while the database comes and goes", async () => {
    const { get, becomes } = await start();
    const ready = await becomes("/healthz/ready", 200);
    expect(ready.body).toBe('{"status":"ok"}');
    expect(ready.headers["content-type"]).toMatch(/^application\/json\b/);
    expect(await get("/healthz/live")).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect(await get("/")).toMatchObject({ status: 200, body: "Hello" });

    await database().kill();
    expect((await becomes("/healthz/ready", 503)).body).toBe('{"status":"error"}');
    expect(await get("/healthz/live")).toMatchObject({ status: 200, body: '{"status":"ok"}' });

    await database().restart();
    expect((await becomes("/healthz/ready", 200)).body).toBe('{"status":"ok"}');
  });

  test("its shutdown fails readiness, goes on serving, closes the database and exits with 0", async () => {
    const service = await start();
    await service.endUnderProbes("/healthz/ready");
    expect((await service.becomes("/healthz/ready", 503)).body).toBe('{"status":"error"}');
    expect(await service.get("/")).toMatchObject({ status: 200, body: "Hello" });
    // The page names this difference.
    expect((await service.get("/healthz/live")).status).toBe(side === "before" ? 503 : 200);
    const { code, lines } = await service.probedToItsEnd("/healthz/ready");
    expect(lines).toContain("database closed");
    expect(code).toBe(0);
  });

  test("20 probes at once cost as many queries as the page says", async () => {
    const { get, becomes } = await start();
    await becomes("/healthz/ready", 200);
    await queries();
    await Promise.all(Array.from({ length: 20 }, () => get("/healthz/ready")));
    expect(await queries()).toSatisfy((count: number) =>
      side === "before" ? count === 20 : count <= 2,
    );
  });
});
