import { describe, expect, test } from "vitest";
import { serve } from "../_support/compose.ts";
import { settled } from "../_support/fake-clock.ts";

/** A service of 50 checks that counts their runs. */
async function fifty(options: Parameters<typeof serve>[0] = {}) {
  let runs = 0;
  const names = Array.from({ length: 50 }, (_, index) => `check-${index}`);
  const checks = Object.fromEntries(names.map((name) => [name, async () => void runs++]));
  const service = await serve({ checks, ...options });
  const runsOf = async (path: string) => {
    const before = runs;
    await service.get(path);
    return runs - before;
  };
  return { ...service, runsOf };
}

const SCRAPE = "/health/deep?format=openmetrics";

describe("a scrape", () => {
  test("runs what was not run, and calls no dependency again for 30 s", async () => {
    const { clock, runsOf } = await fifty();
    expect(await runsOf(SCRAPE)).toBe(50);
    for (let second = 1; second < 30; second++) {
      await clock.advance(1000);
      expect(await runsOf(SCRAPE)).toBe(0);
    }
    await clock.advance(1000);
    expect(await runsOf(SCRAPE)).toBe(50);
  });

  test("reuses the results of probes, whose own limit does not change", async () => {
    const { clock, runsOf } = await fifty();
    expect(await runsOf("/health/deep")).toBe(50);
    await clock.advance(29_000);
    expect(await runsOf(SCRAPE)).toBe(0);
    expect(await runsOf("/health/deep")).toBe(50);
    expect(await runsOf("/health/deep?format=html")).toBe(0);
    await clock.advance(1000);
    expect(await runsOf("/health/deep?format=html")).toBe(50);
  });

  test("reuses results for maxAge, where that is longer", async () => {
    const { clock, runsOf } = await fifty({ defaults: { maxAge: 60_000 } });
    expect(await runsOf(SCRAPE)).toBe(50);
    await clock.advance(59_000);
    expect(await runsOf(SCRAPE)).toBe(0);
    await clock.advance(1000);
    expect(await runsOf(SCRAPE)).toBe(50);
  });

  test("never calls a dependency with scrape: last", async () => {
    const { clock, runsOf, seen } = await fifty({ http: { scrape: "last" } });
    expect(await runsOf(SCRAPE)).toBe(0);
    expect(await runsOf("/health/deep")).toBe(50);
    await clock.advance(3_600_000);
    expect(await runsOf(SCRAPE)).toBe(0);
    expect(await seen(SCRAPE)).toContain('hale_check_state{check="check-0",state="up"} 1');
  });

  test("keeps what only scrapers look at from being unknown", async () => {
    const { clock, seen } = await fifty();
    for (let scrape = 0; scrape < 5; scrape++) {
      expect(await seen(SCRAPE)).toContain('hale_check_state{check="check-0",state="up"} 1');
      await clock.advance(60_000);
    }
  });

  test("runs a check again at once when its dependency responds after all", async () => {
    let answer: (() => void) | undefined;
    let runs = 0;
    const { clock, get, seen } = await serve({
      checks: {
        database: () => {
          runs++;
          return runs === 1
            ? new Promise<void>((resolve) => {
                answer = resolve;
              })
            : undefined;
        },
      },
    });
    const first = get(SCRAPE);
    await clock.advance(500);
    await first;
    expect(await seen(SCRAPE)).toContain('hale_check_state{check="database",state="down"} 1');
    expect(runs).toBe(1);
    answer?.();
    await settled();
    expect(await seen(SCRAPE)).toContain('hale_check_state{check="database",state="up"} 1');
    expect(runs).toBe(2);
  });

  test("that waits does not make a probe of the same moment reuse older results", async () => {
    const ended: (() => void)[] = [];
    const slow = () => new Promise<void>((resolve) => ended.push(resolve));
    const { clock, get } = await serve({ checks: { slow, late: async () => true } });
    const scrape = get(SCRAPE);
    const probe = get("/health/deep");
    await settled();
    // Both wait for one run.
    expect(ended.length).toBe(1);
    ended[0]?.();
    await Promise.all([scrape, probe]);
    await clock.advance(0);
  });
});
