import { expect, test } from "vitest";
import type { ChangeEvent } from "../../src/contract/health.ts";
import { serve } from "../_support/compose.ts";

const PROBES = 5000;

test.each([
  [50, 0],
  [200, 0],
  [50, 2000],
  [200, 2000],
])(
  "5,000 cold probes at once over %i checks, in %i ms, cost one run of each, and none is 503",
  async (count, cost) => {
    const runs: string[] = [];
    const ends: (() => void)[] = [];
    const names = Array.from({ length: count }, (_, index) => `check-${index}`);
    const checks = Object.fromEntries(
      names.map((name) => [
        name,
        () => {
          runs.push(name);
          return new Promise<void>((resolve) => ends.push(resolve));
        },
      ]),
    );
    const { health, clock } = await serve({ checks });
    const changes: ChangeEvent[] = [];
    health.on("change", (event) => changes.push(event));
    const before = clock.pending;
    const answers = Array.from({ length: PROBES }, async () => {
      clock.stall(cost / PROBES);
      return health.handle({ method: "GET", url: "/health/deep", header: () => undefined });
    });
    await clock.advance(50);
    expect(runs).toEqual(names);
    // One timer for each run, and one for the deadline of the one refresh that all wait for.
    expect(clock.pending - before).toBe(count + 1);
    for (const end of ends) end();
    const responses = await Promise.all(answers);
    // All who ask the same get the same answer, which was written once.
    expect(new Set(responses).size).toBe(1);
    expect(responses[0]?.status).toBe(200);
    expect(changes.filter(({ to }) => to !== "up")).toEqual([]);
    expect(runs).toHaveLength(count);
    expect(clock.pending).toBe(before);
  },
);
