import { expect, test, vi } from "vitest";
import { lazyFormat } from "../../src/formats/internal/lazy-format.ts";
import { REPORTS } from "../contracts/format-reports.ts";

const PROPERTIES = { name: "x", mediaType: "text/plain" };

test("the writer is loaded by the first response, and kept", async () => {
  const load = vi.fn(async () => () => "up");
  const format = lazyFormat(PROPERTIES, load);
  expect(load).not.toHaveBeenCalled();
  for (let round = 0; round < 2; round++) {
    expect(await format.write(REPORTS.up, "checks")).toEqual({ body: "up", headers: {} });
  }
  expect(load).toHaveBeenCalledTimes(1);
});

test("a load that failed is tried again by the next response", async () => {
  const load = vi.fn(async () => () => "up").mockRejectedValueOnce(new Error("no such file"));
  const format = lazyFormat(PROPERTIES, load);
  await expect(format.write(REPORTS.up, "checks")).rejects.toThrow("no such file");
  expect(await format.write(REPORTS.up, "checks")).toEqual({ body: "up", headers: {} });
});

test("a writer that throws rejects, and one with headers of its own keeps them", async () => {
  const failing = lazyFormat(PROPERTIES, async () => () => {
    throw new Error("no words");
  });
  await expect(failing.write(REPORTS.up, "checks")).rejects.toThrow("no words");
  const tagged = { body: "up", headers: { ETag: '"1"' } };
  const format = lazyFormat(PROPERTIES, async () => async () => tagged);
  expect(await format.write(REPORTS.up, "checks")).toEqual(tagged);
});
