import { expect, test } from "vitest";
import { migrationContract } from "./_migration.ts";

migrationContract("docs/migrate/nestjs-terminus.md", ({ side, start, database, queries }) => {
  test("its endpoint answers as before while the database comes and goes", async () => {
    const { get, becomes } = await start();
    const ready = await becomes("/health", 200);
    const up = { database: { status: "up" } };
    expect(ready.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(JSON.parse(ready.body)).toMatchObject({
      status: "ok",
      info: up,
      error: {},
      details: up,
    });

    await database().kill();
    const down = { database: { status: "down" } };
    expect(JSON.parse((await becomes("/health", 503)).body)).toMatchObject({
      status: "error",
      info: {},
      error: down,
      details: down,
    });
    // The page names this difference: liveness that asks no dependency.
    expect((await get("/livez")).status).toBe(side === "before" ? 404 : 200);

    await database().restart();
    expect(JSON.parse((await becomes("/health", 200)).body)).toMatchObject({ status: "ok" });
  });

  test("its shutdown goes on answering, and runs the hooks of the application", async () => {
    const service = await start();
    await service.endUnderProbes("/health");
    const { body } = await service.becomes("/health", 503);
    expect(JSON.parse(body).status).toBe(side === "before" ? "shutting_down" : "error");
    const { code, lines } = await service.probedToItsEnd("/health");
    expect(lines).toContain("database closed");
    expect(code).toBe(side === "before" ? null : 0);
  });

  test("20 probes at once cost as many queries as the page says", async () => {
    const { get, becomes } = await start();
    await becomes("/health", 200);
    await queries();
    await Promise.all(Array.from({ length: 20 }, () => get("/health")));
    expect(await queries()).toSatisfy((count: number) =>
      side === "before" ? count === 20 : count <= 2,
    );
  });
});
