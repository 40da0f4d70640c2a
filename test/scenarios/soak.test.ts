import { expect, test } from "vitest";
import { soak } from "./_soak.ts";

test("hale serve answers each probe through reloads and faults, and holds no more than before", async () => {
  const { early, late, ...seen } = await soak({ reloads: 60, lasting: 0 });
  expect(seen).toMatchObject({ reloaded: 30, refused: 30, unanswered: 0, unexpected: 0 });
  expect(seen.failures).toBeGreaterThan(0);
  expect(seen.faults).toBeGreaterThan(3);
  expect(late.handles).toBeLessThanOrEqual(early.handles + 5);
  expect(late.threads).toBe(early.threads);
}, 180_000);
