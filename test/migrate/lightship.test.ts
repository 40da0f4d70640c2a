import { expect, test } from "vitest";
import { migrationContract } from "./_migration.ts";

migrationContract("docs/migrate/lightship.md", ({ side, start }) => {
  test("its port answers as before, also while the service is paused", async () => {
    const { get, becomes } = await start();
    expect((await becomes("/ready", 200, 9000)).body).toBe("SERVER_IS_READY");
    expect(await get("/health", 9000)).toMatchObject({ status: 200, body: "SERVER_IS_READY" });
    const live = { status: 200, body: "SERVER_IS_NOT_SHUTTING_DOWN" };
    expect(await get("/live", 9000)).toMatchObject(live);

    await get("/pause");
    const paused = { status: 500, body: "SERVER_IS_NOT_READY" };
    expect(await get("/ready", 9000)).toMatchObject(paused);
    expect(await get("/health", 9000)).toMatchObject(paused);
    expect(await get("/live", 9000)).toMatchObject(live);
    expect(await get("/")).toMatchObject({ status: 200, body: "Hello" });

    await get("/resume");
    expect(await get("/ready", 9000)).toMatchObject({ status: 200, body: "SERVER_IS_READY" });
  });

  test("its shutdown fails readiness, goes on serving, closes the database and exits with 0", async () => {
    const service = await start();
    await service.endUnderProbes("/ready", 9000);
    expect((await service.becomes("/ready", 500, 9000)).body).toBe("SERVER_IS_NOT_READY");
    expect(await service.get("/")).toMatchObject({ status: 200, body: "Hello" });
    // The page names these differences.
    const [health, live] = [await service.get("/health", 9000), await service.get("/live", 9000)];
    expect([health.status, health.body, live.status]).toEqual(
      side === "before" ? [500, "SERVER_IS_SHUTTING_DOWN", 500] : [500, "SERVER_IS_NOT_READY", 200],
    );
    const { code, lines } = await service.probedToItsEnd("/ready", 9000);
    expect(lines).toContain("database closed");
    expect(code).toBe(0);
  });
});
