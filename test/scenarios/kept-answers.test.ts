import { expect, test } from "vitest";
import { createHealth } from "../../src/health.ts";

/** Lets so many microtasks pass. */
async function microtasks(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed++) await undefined;
}

test("an answer that is kept is of the state that was believed when it was written", async () => {
  for (let offset = 0; offset < 40; offset++) {
    let down = false;
    const run = async () => {
      if (down) throw new Error("gone");
    };
    const health = createHealth({
      checks: { database: run },
      logger: false,
      defaults: { maxAge: 0 },
    });
    const ask = () =>
      Promise.resolve(health.handle({ method: "GET", url: "/health/ready", header: () => null }));
    await health.report("deep");
    const first = ask();
    await microtasks(offset);
    down = true;
    await Promise.all([first, ask()]);
    expect.soft((await ask())?.status, `${offset} microtasks between the two`).toBe(503);
    await health.close();
  }
});
