import { describe, expect, test } from "vitest";
import { ALL_IS_WELL, FAILED, HEALTHY, OK, openShop } from "./_django-shop.ts";
import { installCommand } from "./_installed-command.ts";

const command = installCommand();

describe("a Django project", () => {
  test("whose dependencies fail and return is answered for as its page says", async () => {
    const shop = await openShop(command.path);
    await shop.answers({ "/health/startup/": FAILED, "/health/ready/": FAILED });
    await shop.startWeb();
    await shop.answers(ALL_IS_WELL);
    for (const [server, deep] of [
      [shop.database, '{"status":"unhealthy","checks":{"database":"failed","cache":"ok"}}'],
      [shop.cache, '{"status":"unhealthy","checks":{"database":"ok","cache":"failed"}}'],
    ] as const) {
      const isDown = {
        "/health/deep/": [503, deep],
        "/health/ready/": FAILED,
        "/health/": OK,
      } as const;
      await server.kill();
      await shop.answers(isDown);
      await server.restart();
      await shop.answers(ALL_IS_WELL);
      await server.pause();
      await shop.answers(isDown);
      await server.resume();
      await shop.answers(ALL_IS_WELL);
    }
  }, 180_000);

  test("that hangs or is gone fails liveness, and its dependencies stay what they are", async () => {
    const shop = await openShop(command.path);
    const web = await shop.startWeb();
    await shop.answers(ALL_IS_WELL);
    const isDown = { "/health/": FAILED, "/health/ready/": FAILED, "/health/deep/": HEALTHY };
    web.signal("SIGSTOP");
    await shop.answers(isDown);
    web.signal("SIGCONT");
    await shop.answers(ALL_IS_WELL);
    web.signal("SIGKILL");
    await web.ended;
    await shop.answers(isDown);
    await shop.startWeb();
    await shop.answers(ALL_IS_WELL);
  });

  test("ends with hale at SIGTERM, both with 0", async () => {
    const shop = await openShop(command.path);
    const web = await shop.startWeb();
    await shop.answers(ALL_IS_WELL);
    await shop.answers(ALL_IS_WELL);
    shop.hale.signal("SIGTERM");
    process.kill(web.child.pid ?? 0, "SIGTERM");
    await shop.hale.line("shutdown started");
    // The prober of this test is told three times.
    for (let told = 0; told < 3; told++) await shop.answers({ "/health/ready/": FAILED });
    expect(await shop.hale.ended).toMatchObject({ code: 0 });
    expect(await web.ended).toMatchObject({ code: 0 });
  });
});
