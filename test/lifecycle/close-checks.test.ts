import { expect, test } from "vitest";
import { defineCheck } from "../../src/contract/check.ts";
import { compose } from "../_support/compose.ts";

const closing = (close: () => unknown) =>
  defineCheck({ scope: "dependency", run: async () => {}, close: close as () => Promise<void> });

test("what cannot be closed is logged by the name of its check, without its secrets, and stops no other", async () => {
  const closed: string[] = [];
  const { health, lines } = compose({
    checks: {
      broken: closing(async () => {
        throw new Error("no route to redis://hale:s3cret@cache:6379");
      }),
      thrown: closing(() => {
        throw new Error("not open");
      }),
      fine: closing(() => closed.push("fine")),
    },
  });
  await health.close();
  expect(closed).toEqual(["fine"]);
  expect(lines.filter(([level]) => level === "error")).toEqual([
    ["error", "hale: check thrown failed to close: not open"],
    ["error", "hale: check broken failed to close: no route to redis://***@cache:6379"],
  ]);
});

test("what hangs holds nothing up for longer than the deadline, and is logged", async () => {
  const { health, lines, clock } = compose({
    checks: { hanging: closing(() => new Promise(() => {})) },
  });
  let over = false;
  const end = health.close().then(() => {
    over = true;
  });
  await clock.advance(799);
  expect(over).toBe(false);
  await clock.advance(1);
  await end;
  expect(lines.filter(([level]) => level === "error")).toEqual([
    ["error", "hale: check hanging failed to close: not closed within 800 ms"],
  ]);
});
