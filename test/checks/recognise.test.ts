import { expect, test } from "vitest";
import { fromUrl } from "../../src/checks/from-url.ts";
import { group } from "../../src/contract/group.ts";
import { createHealth } from "../../src/health.ts";
import { compose } from "../_support/compose.ts";
import { runCheck } from "../_support/run-check.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const pool = { query: async () => ({ rows: [{}] }), connect: async () => {}, waitingCount: 0 };

test("a group whose member is called config is a group, whatever that member is", async () => {
  const health = createHealth({
    logger: false,
    checks: { store: group({ config: pool as never, ledger: async () => false }) },
  });
  const { checks } = await health.report("deep");
  expect(checks.map(({ name }) => name)).toEqual(["store.config", "store.ledger"]);
  await health.close();
});

test("an object is not known by what its configuration holds", () => {
  for (const config of [{ maintenance: true }, { forcePathStyle: true }, { isInitialized: true }]) {
    const checks = { settings: { config, get() {} } as never };
    expect(haleErrorOf(() => createHealth({ logger: false, checks })).code).toBe(
      "HALE_UNKNOWN_CLIENT",
    );
  }
});

test("a client whose check cannot be made has opened nothing, so that its end is worth no line", async () => {
  const { health, lines } = compose({
    checks: { store: { query() {}, waitingCount: 0 } as never },
  });
  expect((await health.report("deep")).status).toBe("down");
  await health.close();
  expect(lines.filter(([, line]) => line.includes("could not close"))).toEqual([]);
});

test("a URL that is closed while it is being opened for the first time ends its client once, and runs nothing", async () => {
  const check = fromUrl("redis://127.0.0.1:1");
  const running = runCheck(check, 5000);
  await Promise.resolve();
  await check.close?.();
  expect(await running).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "closed".',
  });
});
