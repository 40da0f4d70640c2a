import { expect, test, vi } from "vitest";
import { serve } from "../_support/compose.ts";

vi.mock("../../src/http/write-by-function.ts", () => new Promise<object>(() => {}));

test("json is sent at the deadline when the module that calls a function hangs in loading", async () => {
  const { clock, seen, lines } = await serve({
    deadline: 800,
    http: { format: () => ({ body: "in other words" }) },
  });
  let response: string | undefined;
  void seen("/livez").then((found) => {
    response = found;
  });
  await clock.advance(799);
  expect(response).toBeUndefined();
  await clock.advance(1);
  expect(response).toBe('200 {"status":"ok"}');
  expect(lines).toEqual([
    ["error", expect.stringContaining("did not return within 800 ms (HALE_FORMAT_FAILED)")],
  ]);
});
