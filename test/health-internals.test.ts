import { expect, test } from "vitest";
import type { Health } from "../src/contract/health.ts";
import { createHealth } from "../src/health.ts";
import { internalsOf } from "../src/health-internals.ts";
import { haleErrorOf } from "./_support/thrown.ts";

test("the parts of a health are found, also in a copy of it", () => {
  const health = createHealth({ logger: false });
  expect(internalsOf("listen()", health).lifecycle.phase).toBe("starting");
  expect(internalsOf("listen()", { ...health })).toBe(internalsOf("listen()", health));
});

test.each([undefined, null, {}, { handle: () => undefined, report: () => undefined }])(
  "%j has none, and the error says what has",
  (health) => {
    const error = haleErrorOf(() => internalsOf("listen()", health as unknown as Health));
    expect(error.code).toBe("HALE_BAD_OPTION");
    expect(error.message).toContain("must be what createHealth() returns");
  },
);
