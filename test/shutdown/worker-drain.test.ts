import { describe, expect, test } from "vitest";
import { decide, settings } from "./_drain.ts";

describe.each([true, false])(
  "in a worker that the primary leads, in Kubernetes: %s",
  (kubernetes) => {
    const lead = (released?: number) => ({ kubernetes, lead: { draining: true, released } });
    const alone = { kubernetes, lead: { draining: false } };

    test.each([true, false])("it goes on until it is released, started: %s", (started) => {
      expect(decide({ ...lead(), started })).toEqual({ over: false, again: 15_000 });
    });

    test("it is over when it is released and no request came for `quiet`", () => {
      const why = "the drain of the primary finished; no requests for 2 s";
      expect(decide(lead(100_000))).toEqual({ over: true, why });
      const later = { ...lead(101_000), lastRequest: 100_500 };
      expect(decide({ ...later, now: 101_000 })).toEqual({ over: false, again: 1500 });
      expect(decide({ ...later, now: 102_500 })).toEqual({ over: true, why });
    });

    test("a silence before it is released counts", () => {
      const since = { ...lead(103_000), lastRequest: 100_500, now: 103_000 };
      expect(decide(since)).toMatchObject({ over: true });
    });

    test("it waits no longer than for the longest time", () => {
      expect(decide({ ...lead(), now: 115_000 })).toEqual({
        over: true,
        why: "15 s passed (drain.max); the drain of the primary was not finished",
      });
      expect(decide({ ...lead(101_000), now: 115_000, lastRequest: 114_999 })).toEqual({
        over: true,
        why: "15 s passed (drain.max); requests still came",
      });
    });

    test("it ends by itself where it alone has got the signal, once the primary could have", () => {
      const busy = { ...alone, settings: { ...settings, quiet: 250 } };
      expect(decide(busy)).toEqual({ over: false, again: 500 });
      // The primary goes on to hand it new connections, until its port is closed.
      const why = "the primary goes on without this worker";
      expect(decide({ ...busy, now: 100_500, lastRequest: 100_499 })).toEqual({ over: true, why });
      expect(decide({ ...alone, now: 100_500 })).toEqual({ over: false, again: 1500 });
    });
  },
);
