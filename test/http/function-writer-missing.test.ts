import { expect, test, vi } from "vitest";
import { compose } from "../_support/compose.ts";

vi.mock("../../src/http/write-by-function.ts", () => {
  throw new Error("EMFILE");
});

test("that the module that calls a function cannot be loaded is logged before the first probe, which receives json", async () => {
  const { lines, seen } = compose({ http: { format: () => ({ body: "in other words" }) } });
  await vi.waitFor(() =>
    expect(lines).toContainEqual([
      "error",
      expect.stringMatching(
        /^hale: format of the service failed, json is sent.*\(HALE_FORMAT_FAILED\)$/s,
      ),
    ]),
  );
  expect(await seen("/livez")).toBe('200 {"status":"ok"}');
});
