import { expect, test, vi } from "vitest";
import { compose } from "../_support/compose.ts";

/** How often the module that calls the function of a service was loaded. */
const { loaded } = vi.hoisted(() => ({ loaded: vi.fn() }));

vi.mock("../../src/contract/runtime.ts", () => ({ ON_WORKERD: true }));
vi.mock("../../src/http/write-by-function.ts", async (original) => {
  loaded();
  return original<object>();
});

test("a function is called by a module that a request loads, since none may wait for another one", async () => {
  const { seen } = compose({ http: { format: () => ({ body: "in other words" }) } });
  await vi.dynamicImportSettled();
  expect(loaded).not.toHaveBeenCalled();
  expect(await seen("/livez")).toBe("200 in other words");
  expect(loaded).toHaveBeenCalledTimes(1);
});

test("each response is written anew, since none may be sent to another request", async () => {
  const { get } = compose();
  expect(await get("/livez")).not.toBe(await get("/livez"));
  expect(await get("/livez")).toEqual(await get("/livez"));
});
