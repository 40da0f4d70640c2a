import { describe, expect, test } from "vitest";
import { type Check, isCheck } from "../../src/contract/check.ts";
import { runCheck } from "../_support/run-check.ts";

/** One check in the three conditions that every check must tell apart. */
export interface CheckContract {
  readonly up: () => Check | Promise<Check>;
  readonly down: () => Check | Promise<Check>;
  /** What it asks never answers. */
  readonly hanging: () => Check | Promise<Check>;
}

/** What every check does, whatever it asks. */
export function checkContract(name: string, { up, down, hanging }: CheckContract): void {
  describe(`${name}, as every check,`, () => {
    test("is made by defineCheck, and is frozen", async () => {
      const check = await up();
      expect(isCheck(check)).toBe(true);
      expect(Object.isFrozen(check)).toBe(true);
    });

    test("is up when it gets its answer, again and again", async () => {
      const check = await up();
      for (let run = 0; run < 3; run++) {
        expect(await runCheck(check, 5000)).toMatchObject({ status: "up", writtenOff: false });
      }
    });

    test("is up for all who ask at once, as when one is registered twice", async () => {
      const check = await up();
      const outcomes = await Promise.all([1, 2, 3].map(() => runCheck(check, 5000)));
      expect(outcomes.map(({ status }) => status)).toEqual(["up", "up", "up"]);
    });

    test("is down, with a reason, when it is refused", async () => {
      const outcome = await runCheck(await down(), 5000);
      expect(outcome).toMatchObject({ status: "down", reason: expect.stringMatching(/\S/) });
      expect(outcome.writtenOff).toBe(false);
    });

    test("is down when nothing answers by its timeout", async () => {
      expect(await runCheck(await hanging(), 50)).toMatchObject({
        status: "down",
        reason: expect.stringMatching(/^No answer within 50 ms[.:]/),
      });
    });
  });
}
