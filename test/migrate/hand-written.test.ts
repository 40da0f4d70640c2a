import { expect, test } from "vitest";
import { migrationContract } from "./_migration.ts";

migrationContract("docs/migrate/hand-written.md", ({ side, start, database, queries }) => {
  test("its routes answer as before while the database comes and goes", async () => {
    const { get, becomes } = await start();
    const ready = await becomes("/status", 200);
    expect(ready.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(ready.body).toBe('{"status":"UP","database":"UP"}');
    expect(await get("/ping")).toMatchObject({ status: 200, body: "OK" });
    expect(await get("/")).toMatchObject({ status: 200, body: "Hello" });

    await database().kill();
    expect((await becomes("/status", 500)).body).toBe('{"status":"DOWN","database":"DOWN"}');
    expect(await get("/ping")).toMatchObject({ status: 200, body: "OK" });

    await database().restart();
    expect((await becomes("/status", 200)).body).toBe('{"status":"UP","database":"UP"}');
  });

  test("its shutdown closes the database and exits with 0", async () => {
    const service = await start();
    await service.endUnderProbes("/status");
    const { code, lines } = await service.probedToItsEnd("/status");
    expect(lines).toContain("database closed");
    expect(code).toBe(0);
  });

  test("20 probes at once cost as many queries as the page says", async () => {
    const { get, becomes } = await start();
    await becomes("/status", 200);
    await queries();
    await Promise.all(Array.from({ length: 20 }, () => get("/status")));
    expect(await queries()).toSatisfy((count: number) =>
      side === "before" ? count === 20 : count <= 2,
    );
  });
});
