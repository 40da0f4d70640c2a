import { expect, test } from "vitest";
import { migrationContract } from "./_migration.ts";

migrationContract("docs/migrate/cloudnative-health.md", ({ side, start, database, queries }) => {
  const up = { name: "database", state: "UP", data: { reason: "" } };

  test("its endpoints answer as before while the database comes and goes", async () => {
    const { get, becomes } = await start();
    const bodyAt = async (path: string) => JSON.parse((await get(path)).body);
    expect(JSON.parse((await becomes("/ready", 200)).body)).toEqual({ status: "UP", checks: [up] });
    expect(await bodyAt("/health")).toEqual({ status: "UP", checks: [up] });
    expect(await bodyAt("/live")).toEqual({ status: "UP", checks: [] });
    expect(await get("/")).toMatchObject({ status: 200, body: "Hello" });

    await database().kill();
    const down = { status: "DOWN", checks: [{ name: "database", state: "DOWN" }] };
    const ready = JSON.parse((await becomes("/ready", 503)).body);
    expect(ready).toMatchObject(down);
    // The page names this difference: the reason is for callers who see details.
    expect(ready.checks[0].data.reason).toMatch(side === "before" ? /./ : /^$/);
    expect(JSON.parse((await becomes("/health", 503)).body)).toMatchObject(down);
    expect(await get("/live")).toMatchObject({ status: 200 });

    await database().restart();
    expect(JSON.parse((await becomes("/ready", 200)).body)).toEqual({ status: "UP", checks: [up] });
  });

  test("its shutdown fails readiness, closes the database, and ends as the page says", async () => {
    const service = await start();
    await service.endUnderProbes("/ready");
    const { body } = await service.becomes("/ready", 503);
    expect(JSON.parse(body).status).toMatch(/^STOPP(?:ING|ED)$/);
    expect((await service.get("/live")).status).toBe(side === "before" ? 503 : 200);
    if (side === "before") {
      // Nothing ends it: a request is served after the hooks have run.
      await service.prints("database closed");
      expect(await service.get("/")).toMatchObject({ status: 200, body: "Hello" });
      return;
    }
    const { code, lines } = await service.probedToItsEnd("/ready");
    expect(lines).toContain("database closed");
    expect(code).toBe(0);
  });

  test("20 probes at once cost as many queries as the page says", async () => {
    const { get, becomes } = await start();
    await becomes("/ready", 200);
    await queries();
    await Promise.all(Array.from({ length: 20 }, () => get("/ready")));
    expect(await queries()).toSatisfy((count: number) =>
      side === "before" ? count === 20 : count <= 2,
    );
  });
});
