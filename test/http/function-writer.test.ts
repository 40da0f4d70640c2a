import { expect, test, vi } from "vitest";
import type { HealthOptions } from "../../src/health.ts";
import { compose } from "../_support/compose.ts";

/** How often the module that calls the function of a service was loaded. */
const { loaded } = vi.hoisted(() => ({ loaded: vi.fn() }));

vi.mock("../../src/http/write-by-function.ts", async (original) => {
  loaded();
  return original<object>();
});

const serviceWith = (format: NonNullable<HealthOptions["http"]>["format"]) =>
  compose({ http: { format } });

test("the module that calls a function of the service is loaded at start-up, where one writes alone", async () => {
  for (const format of [undefined, "terminus", { deep: "json" }] as const) {
    const { get } = serviceWith(format);
    await get("/readyz");
  }
  await vi.dynamicImportSettled();
  expect(loaded).not.toHaveBeenCalled();
  serviceWith({ deep: () => ({ body: "" }) });
  await vi.dynamicImportSettled();
  expect(loaded).toHaveBeenCalledTimes(1);
});
