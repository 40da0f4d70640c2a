import { expect, test } from "vitest";
import { serve } from "../_support/compose.ts";

const STRANGERS = 1000;
const URLS = ["/health/deep", "/health/deep?verbose", "/health/deep?exclude=b", "/health/deep/a"];

test("a thousand strangers who ask for deep at once cause one run of each check", async () => {
  const runs = { a: 0, b: 0 };
  const signals = new Set<AbortSignal>();
  const ends: (() => void)[] = [];
  const check = (name: "a" | "b") => async (context: { signal: AbortSignal }) => {
    runs[name]++;
    signals.add(context.signal);
    await new Promise<void>((resolve) => ends.push(resolve));
  };
  const { health, clock } = await serve({ checks: { a: check("a"), b: check("b") } });
  const before = clock.pending;
  const answers = Array.from({ length: STRANGERS }, async (_, index) =>
    health.handle({
      method: "GET",
      url: URLS[index % URLS.length] ?? "",
      remoteAddress: `10.0.${index >> 8}.${index & 255}`,
      header: (name) =>
        name === "authorization" ? `Bearer wrong-${index}-wrong-wrong` : undefined,
    }),
  );
  await clock.advance(100);
  expect(runs).toEqual({ a: 1, b: 1 });
  for (const end of ends.splice(0)) end();
  const statuses = (await Promise.all(answers)).map((answer) => answer?.status);
  expect(statuses).toEqual(Array.from({ length: STRANGERS }, () => 200));
  // Nothing is left of them: no timer, and no run beyond those two.
  expect(clock.pending).toBe(before);
  expect(runs).toEqual({ a: 1, b: 1 });
  expect(signals.size).toBe(2);
});

test("neither do they when the checks hang: nothing grows until they are written off", async () => {
  let runs = 0;
  const { health, clock } = await serve({
    checks: {
      hung: () => {
        runs++;
        return new Promise(() => {});
      },
    },
  });
  const storm = () =>
    Array.from({ length: STRANGERS }, async () =>
      health.handle({ method: "GET", url: "/health/deep", header: () => undefined }),
    );
  for (let round = 0; round < 5; round++) {
    const answers = storm();
    await clock.advance(1500);
    expect((await Promise.all(answers)).every((answer) => answer?.status === 503)).toBe(true);
  }
  expect(runs).toBe(2);
});
